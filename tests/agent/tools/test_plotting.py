import struct
import threading
import xml.etree.ElementTree as ET

import pytest

from agent.tools import plot
from agent.tools.errors import ArgumentError
from agent.tools.plotting import Chart, Plotted, Series, draw_png, draw_svg

KINDS = {
    "line": {"y": [[1.0, 4.0, 9.0], [1.0, 2.0, 3.0]], "labels": ["square", "line"]},
    "scatter": {"y": [1.0, 4.0, 9.0], "x": [1.0, 2.0, 3.0]},
    "bar": {"y": [[1.0, 2.0], [2.0, 1.0]], "x_names": ["a", "b"], "labels": ["one", "two"]},
    "histogram": {"y": [1.0, 1.0, 2.0, 5.0], "bins": 4},
    "heat_map": {"y": [[1.0, 0.5], [0.5, 1.0]], "x_names": ["Fe", "O"], "y_names": ["Fe", "O"]},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_as_png_and_svg(tmp_path, kind):
    drawn = plot(**KINDS[kind], kind=kind, title="A title", save_to=str(tmp_path / "chart"))

    png, svg = (tmp_path / "chart.png").read_bytes(), (tmp_path / "chart.svg").read_text()
    assert drawn.files == (str(tmp_path / "chart.png"), str(tmp_path / "chart.svg"))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (960, 720)
    assert ET.fromstring(svg).tag.endswith("svg")


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_is_always_drawn_alike(kind):
    chart = plot(**KINDS[kind], kind=kind).chart

    assert draw_svg(chart) == draw_svg(chart)
    assert draw_png(chart) == draw_png(chart)


def test_other_numbers_are_another_picture():
    one = plot([1.0, 2.0, 3.0]).chart
    other = plot([1.0, 2.0, 4.0]).chart

    assert draw_svg(one) != draw_svg(other)


def test_drawing_leaves_nothing_behind():
    import matplotlib
    from matplotlib import _pylab_helpers

    before = dict(matplotlib.rcParams)

    draw_png(Chart.parity([1.0, 2.0], [1.1, 1.9], title="x"))

    assert dict(matplotlib.rcParams) == before
    assert not _pylab_helpers.Gcf.figs


def test_threads_draw_at_the_same_time():
    charts = [plot([float(n), 2.0, 3.0]).chart for n in range(4)]
    alone = [draw_svg(chart) for chart in charts]
    together = [""] * 4

    def draw(n):
        together[n] = draw_svg(charts[n])

    threads = [threading.Thread(target=draw, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert together == alone


def test_dollars_and_underscores_are_letters():
    chart = Chart(
        kind="line",
        series=(Series(label="_a $x", y=(1.0, 2.0)), Series(label="{b}", y=(2.0, 1.0))),
        title="price in $",
        x_label="\\frac{",
        y_label="$_{",
    )

    assert draw_png(chart)


def test_a_chart_survives_json():
    drawn = plot([[1.0, 2.0], [3.0, 4.0]], kind="heat_map")

    assert Plotted.model_validate_json(drawn.model_dump_json()) == drawn


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"y": []}, "y has no numbers"),
        ({"y": [[1.0], []]}, "y has no numbers"),
        ({"y": [1.0, float("nan")]}, "not finite"),
        ({"y": [1.0, 2.0], "x": [1.0]}, "1 x values for 2"),
        ({"y": [[1.0], [2.0]], "x": [[1.0], [1.0], [1.0]]}, "x has 3 rows"),
        ({"y": [1.0], "labels": ["a", "b"]}, "labels has 2"),
        ({"y": [[1.0, 2.0], [1.0]], "kind": "heat_map"}, "different lengths"),
        ({"y": [[1.0, 2.0]], "kind": "heat_map", "x_names": ["a"]}, "x_names"),
        ({"y": [1.0, 2.0], "kind": "bar", "x_names": ["a"]}, "2 bars for 1"),
        ({"y": [1.0], "kind": "pie"}, "kind"),
        ({"y": [1.0], "save_to": "chart.pdf"}, ".png or .svg"),
        ({"y": [1.0], "save_to": "no/such/folder/chart.png"}, "does not exist"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(arguments, said):
    with pytest.raises(ArgumentError) as error:
        plot(**arguments)

    assert said in str(error.value)
