"""What a tool gave, shown as it deserves: tables with sources, drawings, crystals, charts, files.

Results are drawn from their JSON, so that one of a kept session looks as it did when it was made.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from ui.render import plural
from ui.rooms.charts import chart_spec
from ui.rooms.crystal import draw_crystal
from ui.rooms.markup import shown
from ui.rooms.molecule import molecule_picture

MAX_ROWS: Final = 200
MAX_MOLECULES: Final = 12
_MIME: Final = {
    ".csv": "text/csv", ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml",
    ".cif": "chemical/x-cif",
}  # fmt: skip
_SPELLED: Final = {"logp": "logP", "tpsa": "TPSA", "qed": "QED", "sa score": "SA score"}
_QUANTITY: Final = frozenset({"value", "unit", "method", "source"})


def plain_result(result: Any) -> dict[str, Any]:
    """A tool's result as JSON-like data, whether it was just made or kept."""
    if isinstance(result, Mapping):
        return dict(result)
    found: dict[str, Any] = result.model_dump(mode="json")
    return found


def draw_result(result: Mapping[str, Any], key: str, *, warned: bool = False) -> None:
    """One result: warnings, then every part of its output that has a form of its own.

    Args:
        result: As `plain_result` gives it.
        key: Of its widgets; no other result of the page has it.
        warned: Whether the text beside it says the warnings already.
    """
    output = result.get("output")
    if not isinstance(output, Mapping):
        return
    for warning in () if warned else result.get("warnings") or ():
        st.caption(f":material/info: {_one(warning)}")
    drawn = [
        _draw_molecules(output),
        _draw_crystals(output, key),
        _draw_charts(output, key),
        _draw_quantities(output),
        _draw_vectors(output, key),
        _draw_verdict(output),
        _draw_files(output, key),
    ]
    if not any(drawn):
        _draw_fields(output)


def quantities(value: Any, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every quantity in JSON-like data, with the name it stands under."""
    if isinstance(value, Mapping):
        if set(value) >= _QUANTITY:
            yield name, value
            return
        own = value.get("name") or value.get("element")
        for key, inner in value.items():
            within = str(own) if own and key == "values" else str(key)
            yield from quantities(inner, f"{own} {key}" if own and key != "values" else within)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from quantities(inner, name)


def spelled(name: str) -> str:
    """A field's name as chemists write it."""
    words = name.replace("_", " ")
    return _SPELLED.get(words, words)


def quantity_text(quantity: Mapping[str, Any]) -> str:
    """Value, uncertainty and unit, in as many digits as a reader wants."""
    value, unit = quantity.get("value"), str(quantity.get("unit") or "")
    unit = unit.replace("angstrom", "Å").replace("**2", "²").replace("**3", "³")
    number = f"{value:.6g}" if isinstance(value, int | float) else str(value)
    if isinstance(quantity.get("uncertainty"), int | float):
        number += f" ± {quantity['uncertainty']:.2g}"
    return number if unit in ("", "1") else f"{number} {unit}"


def _draw_quantities(output: Mapping[str, Any]) -> bool:
    rows = []
    for name, quantity in quantities(output):
        if name in ("lowest", "highest"):
            continue  # of the values that stand beside them
        cells = (spelled(name), quantity_text(quantity), quantity.get("method"),
                 quantity.get("conditions"), quantity.get("source"))  # fmt: skip
        if cells not in rows:
            rows.append(cells)
    for fact in output.get("facts") or ():
        if isinstance(fact, Mapping) and {"name", "text"} <= set(fact):
            rows.append((spelled(str(fact["name"])), fact["text"], "stated", None,
                         fact.get("source")))  # fmt: skip
    if not rows:
        return False
    table(("What", "Value", "How", "Conditions", "Source"), rows[:MAX_ROWS], numbers=(1,))
    if len(rows) > MAX_ROWS:
        st.caption(f"The first {MAX_ROWS} of {len(rows)} rows; the download has all.")
    return True


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int] = ()) -> None:
    """A table of text; columns that are empty throughout are left out, and a name is seen once."""
    kept = [n for n in range(len(heads)) if any(row[n] not in (None, "") for row in rows)]
    head = "".join(f'<th scope="col">{shown(heads[n])}</th>' for n in kept)
    body = "".join(
        ('<tr class="same">' if number and row[0] == rows[number - 1][0] else "<tr>")
        + "".join(
            f'<td class="num">{_cell(row[n])}</td>' if n in numbers else f"<td>{_cell(row[n])}</td>"
            for n in kept
        )
        + "</tr>"
        for number, row in enumerate(rows)
    )
    st.html(
        f'<div class="elute-table" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _draw_molecules(output: Mapping[str, Any]) -> bool:
    found: dict[str, str] = {}
    for smiles, name in _structures(output):
        found.setdefault(smiles, name)
        if len(found) == MAX_MOLECULES:
            break
    drawn = [(smiles, name, molecule_picture(smiles)) for smiles, name in found.items()]
    drawn = [one for one in drawn if one[2] is not None]
    if not drawn:
        return False
    size = "17rem" if len(drawn) == 1 else "14rem"
    figures = "".join(
        f'<figure style="margin:0;flex:1 1 11rem;max-width:{size}"><div class="elute-drawing">'
        f'<img alt="Structure of {shown(name or smiles)}" style="width:100%" '
        f'src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"></div>'
        f'<figcaption class="elute-soft" style="overflow-wrap:anywhere">{shown(name or smiles)}'
        "</figcaption></figure>"
        for smiles, name, svg in drawn
        if svg is not None
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:.8rem">{figures}</div>')
    return True


def _structures(value: Any) -> Iterator[tuple[str, str]]:
    """Every SMILES under a field of that name, with the name beside it."""
    if isinstance(value, Mapping):
        smiles = value.get("smiles")
        if isinstance(smiles, str) and smiles:
            yield smiles, str(value.get("name") or "")
        for field in ("first", "second"):
            if isinstance(value.get(field), str) and "tanimoto_morgan" in value:
                yield value[field], ""
        for inner in value.values():
            yield from _structures(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _structures(inner)


def _draw_crystals(output: Mapping[str, Any], key: str) -> bool:
    found = list(dict.fromkeys(_cifs(output)))[:4]
    for number, cif in enumerate(found):
        draw_crystal(cif, key=f"{key}-crystal-{number}")
    return bool(found)


def _cifs(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for field, inner in value.items():
            if field == "cif" and isinstance(inner, str) and "_cell_length_a" in inner:
                yield inner
            else:
                yield from _cifs(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _cifs(inner)


def _draw_charts(output: Mapping[str, Any], key: str) -> bool:
    drawn = False
    for number, spec in enumerate(map(chart_spec, _charts(output))):
        if spec is not None:
            st.vega_lite_chart(spec, width="stretch", key=f"{key}-chart-{number}")
            drawn = True
    return drawn


def _charts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "series" in value and "kind" in value:
            yield value
            return
        for inner in value.values():
            yield from _charts(inner)


def _draw_vectors(output: Mapping[str, Any], key: str) -> bool:
    names, values = output.get("names"), output.get("values")
    if not names or not values or not isinstance(values[0], Sequence):
        return False
    labels = [str(label) for label in output.get("labels") or range(len(values))]
    st.caption(f"{plural(len(values), 'vector')} of {len(names)} numbers")
    rows = [
        (str(name), *(f"{row[column]:.6g}" for row in values[:4]))
        for column, name in enumerate(names[:60])
    ]
    table(("Feature", *labels[:4]), rows, numbers=range(1, 5))
    if len(names) > 60 or len(values) > 4:
        st.caption("Only the beginning is shown; the file has all.")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["label", *names])
    writer.writerows([label, *row] for label, row in zip(labels, values, strict=False))
    st.download_button(
        "Download as CSV", text.getvalue(), file_name="features.csv", mime="text/csv",
        key=f"{key}-csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    return True


def _draw_verdict(output: Mapping[str, Any]) -> bool:
    verdict = output.get("verdict")
    if not isinstance(verdict, Mapping) or "decision" not in verdict:
        return False
    hits = verdict.get("hits") or []
    if hits:
        table(
            ("Name", "List", "Schedule", "Jurisdiction", "Citation", "Found by"),
            [
                tuple(hit.get(name) for name in
                      ("name", "list", "schedule", "jurisdiction", "citation", "how"))
                for hit in hits
            ],
        )  # fmt: skip
    else:
        st.html("<p>On none of the lists that elute carries.</p>")
    return True


def _draw_files(output: Mapping[str, Any], key: str) -> bool:
    paths = [output.get("file"), output.get("plot"), output.get("model_file"),
             *(output.get("files") or ())]  # fmt: skip
    drawn = False
    for number, text in enumerate(paths):
        path = Path(text) if isinstance(text, str) else None
        if path is None or path.suffix.lower() not in _MIME or not path.is_file():
            continue
        st.download_button(
            f"Download {path.name}", path.read_bytes(), file_name=path.name,
            mime=_MIME[path.suffix.lower()], key=f"{key}-file-{number}",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        drawn = True
    return drawn


def _draw_fields(output: Mapping[str, Any]) -> None:
    """Whatever has no form of its own: its plain fields as a table, the rest as JSON."""
    plain_fields = [
        (name.replace("_", " "), value)
        for name, value in output.items()
        if isinstance(value, str | int | float | bool) and value != ""
    ]
    if plain_fields:
        table(("What", "Value"), plain_fields)
    rest = {k: v for k, v in output.items() if isinstance(v, Mapping | list) and v}
    if rest:
        st.json(rest, expanded=1)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(f"{value:.6g}" if isinstance(value, float) else str(value))


def _one(text: Any) -> str:
    from ui.render import one_line, verbatim_markdown

    return verbatim_markdown(one_line(str(text), 400))
