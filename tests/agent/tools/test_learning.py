import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.tools import learn, predict
from agent.tools.errors import ArgumentError
from agent.tools.estimators import MODELS
from agent.tools.formula import SYMBOLS
from agent.tools.judging import LearnReport
from agent.tools.learning import Predictions
from agent.tools.scores import score_classes, score_matrix, score_values
from agent.tools.trained_model import SavedModel
from agent.tools.training_data import Domain, guess_featurizer, read_table


def table(rows, head="x,y"):
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


LINE = table([(n, 2 * n + 1) for n in range(40)])
# Atomic weights: a property of a composition that magpie holds, so a linear model must find it.
OXIDES = table(
    [(f"{symbol}O", 10.0 * SYMBOLS.index(symbol)) for symbol in SYMBOLS[2:60] if symbol != "O"],
    "formula,tens",
)
ALCOHOLS = table([("C" * n + "O", n) for n in range(1, 31)], "smiles,n")
SIGNS = table([(n, "high" if n > 20 else "low") for n in range(41)], "x,side")


# -- scores --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "accuracy"), [([[70, 0], [0, 30]], 1.00), ([[66, 4], [8, 22]], 0.88)]
)
def test_confusion_matrices_of_the_lecture_have_its_accuracies(matrix, accuracy):
    scores = score_matrix(matrix, ["a", "b"])

    # A. Walsh, Data-Driven Modelling and Artificial Intelligence (2025): 100 % and 88 %.
    assert scores.accuracy == pytest.approx(accuracy)


def test_precision_and_recall_are_of_the_class():
    true = ["a"] * 70 + ["b"] * 30
    called = ["a"] * 66 + ["b"] * 4 + ["a"] * 8 + ["b"] * 22

    scores = score_classes(true, called)

    assert scores.matrix == ((66, 4), (8, 22))
    a, b = scores.classes
    assert (a.precision, a.recall) == pytest.approx((66 / 74, 66 / 70))
    assert (b.precision, b.recall) == pytest.approx((22 / 26, 22 / 30))


def test_a_class_that_was_never_called_has_no_precision():
    scores = score_classes(["a", "b"], ["a", "a"])

    assert scores.classes[1].precision is None
    assert scores.classes[1].recall == 0.0


def test_r2_is_negative_for_what_is_worse_than_the_mean():
    scores = score_values([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])

    # SS_res = 8, SS_tot = 2.
    assert scores.r2 == pytest.approx(-3.0)
    assert scores.pearson_r == pytest.approx(-1.0)
    assert scores.rmse == pytest.approx(math.sqrt(8 / 3))
    assert scores.mae == pytest.approx(4 / 3)


def test_a_constant_has_no_r2():
    scores = score_values([2.0, 2.0], [1.0, 3.0])

    assert scores.r2 is None
    assert scores.pearson_r is None
    assert scores.rmse == 1.0


pairs = st.lists(
    st.tuples(st.floats(-1e3, 1e3, width=32), st.floats(-1e3, 1e3, width=32)), min_size=2
)


@given(pairs)
def test_scores_keep_their_bounds(values):
    true, predicted = zip(*values, strict=True)

    scores = score_values(true, predicted)

    assert scores.mae <= scores.rmse * (1 + 1e-9) + 1e-12
    assert scores.r2 is None or scores.r2 <= 1.0
    assert scores.pearson_r is None or -1 - 1e-6 <= scores.pearson_r <= 1 + 1e-6


# -- learning ------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS["regression"])
def test_every_regression_model_learns_a_line(model):
    report = learn(LINE, target="y", model=model, folds=0)

    assert report.held_out.rmse < 0.5 * report.baseline.rmse
    assert report.n_train + report.n_test == report.n_rows == 40


@pytest.mark.parametrize("model", MODELS["classification"])
def test_every_classification_model_tells_two_sides(model):
    report = learn(SIGNS, target="side", task="classification", model=model, folds=0)

    assert report.confusion.labels == ("high", "low")
    assert report.confusion.accuracy >= 0.85
    assert report.confusion.accuracy > report.majority


@pytest.mark.parametrize("model", MODELS["clustering"])
def test_clusters_are_the_groups_that_are_there(model):
    rows = [(c + d / 10, c) for c in (0, 50, 100) for d in range(5)]

    report = learn(
        table(rows), task="clustering", model=model, parameters={"n_clusters": 3}, inputs=["x", "y"]
    )

    members = np.array(report.clusters.members).reshape(3, 5)
    assert (members == members[:, :1]).all()
    assert len(set(members[:, 0])) == 3
    assert report.clusters.sizes == (5, 5, 5)
    assert report.clusters.silhouette > 0.9


def test_compositions_are_learned_by_their_elements():
    report = learn(OXIDES, target="tens", model="ridge", unit="eV")

    assert report.featurizer == "magpie"
    assert report.held_out.r2 > 0.99
    assert report.cross_validation.n_folds == 5
    assert report.unit == "eV"
    assert report.parity.kind == "parity"
    assert len(report.parity.series[0].y) == report.n_test


def test_molecules_are_learned_by_their_fingerprints():
    report = learn(ALCOHOLS, target="n", model="ridge", featurizer="rdkit_descriptors", folds=0)

    assert report.held_out.r2 > 0.95


def test_random_values_cannot_be_learned_and_the_report_says_so():
    rng = np.random.default_rng(0)
    rows = [(n, rng.normal()) for n in range(60)]

    report = learn(table(rows), target="y", model="gradient_boosting")

    assert report.held_out.r2 < 0
    assert any("no better than always saying the mean" in one for one in report.warnings)


def test_twins_are_never_on_both_sides_of_the_split():
    # Every substance stands twice, written in two ways, with noise as its property: whoever sees
    # one twin in training knows the other. A fair split cannot.
    rng = np.random.default_rng(1)
    noise = [(f"C{'C' * n}O", f"OC{'C' * n}", rng.normal()) for n in range(40)]
    rows = [(s, v) for first, second, v in noise for s in (first, second)]

    report = learn(
        table(rows, "smiles,v"), target="v", model="k_nearest", parameters={"n_neighbors": 1}
    )

    assert report.held_out.r2 < 0.5


def test_the_same_seed_gives_the_same_report():
    one = learn(OXIDES, target="tens", seed=3)
    again = learn(OXIDES, target="tens", seed=3)
    other = learn(OXIDES, target="tens", seed=4)

    assert one == again
    assert one.held_out != other.held_out


def test_rows_that_cannot_be_read_are_left_out_and_told():
    rows = [*((n, n) for n in range(20)), ("", 3), ("four", 4), (5, "n/a")]

    report = learn(table(rows), target="y", model="linear", featurizer="columns")

    assert (report.n_rows, report.n_dropped) == (20, 3)
    assert "line 22" in report.warnings[0]


def test_a_report_survives_json():
    report = learn(LINE, target="y", model="linear")

    assert LearnReport.model_validate_json(report.model_dump_json()) == report


def test_a_parity_plot_is_drawn(tmp_path):
    report = learn(LINE, target="y", model="linear", plot_to=str(tmp_path / "parity.png"))

    assert report.files == (str(tmp_path / "parity.png"),)
    assert (tmp_path / "parity.png").read_bytes().startswith(b"\x89PNG")


# -- saved models --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS["regression"])
def test_a_saved_model_predicts_what_it_did_when_it_was_saved(tmp_path, model):
    file = str(tmp_path / "model.json")
    learn(LINE, target="y", model=model, folds=0, save_to=file)

    made = predict(file, [[float(n)] for n in range(5)])

    kept = SavedModel.model_validate_json((tmp_path / "model.json").read_text()).check[:5]
    assert [p.value.value for p in made.predictions] == pytest.approx(kept, rel=1e-6)
    assert not any("predicts otherwise" in one for one in made.warnings)


def test_a_prediction_is_a_quantity_with_its_error_and_source(tmp_path):
    file = str(tmp_path / "model.json")
    report = learn(OXIDES, target="tens", model="ridge", unit="eV", save_to=file)

    made = predict(file, ["FeO"])

    value = made.predictions[0].value
    assert value.value == pytest.approx(250.0, abs=10.0)
    assert (value.unit, value.method) == ("eV", "predicted")
    assert value.uncertainty == pytest.approx(report.held_out.rmse)
    assert "ridge on magpie" in value.source
    assert Predictions.model_validate_json(made.model_dump_json()) == made


def test_a_gaussian_process_is_less_sure_far_away(tmp_path):
    file = str(tmp_path / "model.json")
    learn(LINE, target="y", model="gaussian_process", folds=0, save_to=file)

    near, far = predict(file, [[20.5], [400.0]]).predictions

    assert far.value.uncertainty > 10 * near.value.uncertainty


def test_use_outside_the_training_region_is_warned_of(tmp_path):
    file = str(tmp_path / "model.json")
    learn(LINE, target="y", model="random_forest", folds=0, save_to=file)

    made = predict(file, [[20.5], [60.0]])

    inside, outside = made.predictions
    assert inside.inside_domain
    assert not outside.inside_domain
    assert outside.distance > 1 > inside.distance
    assert "60.0" in made.warnings[0]
    # The line goes on to 121; a forest stays at what it has seen.
    assert outside.value.value == pytest.approx(79.0, abs=4.0)


def test_a_class_comes_with_its_probability(tmp_path):
    file = str(tmp_path / "model.json")
    learn(SIGNS, target="side", task="classification", folds=0, save_to=file)

    low, high = predict(file, [[2.0], [38.0]]).predictions

    assert (low.label, high.label) == ("low", "high")
    assert low.value is None
    assert 0.5 < low.probability <= 1.0


def test_a_model_that_was_altered_is_told(tmp_path):
    path = tmp_path / "model.json"
    learn(LINE, target="y", model="linear", folds=0, save_to=str(path))
    held = json.loads(path.read_text())
    held["values"] = [-v for v in held["values"]]
    altered = tmp_path / "altered.json"
    altered.write_text(json.dumps(held))

    made = predict(str(altered), [[1.0]])

    assert any("predicts otherwise" in one for one in made.warnings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "pickle"}, "format"),
        ({"rows": [["1"], ["2"]]}, "2 rows and 40 values"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_file_that_is_no_model_is_refused(tmp_path, change, said):
    path = tmp_path / "model.json"
    learn(LINE, target="y", model="linear", folds=0, save_to=str(path))
    held = json.loads(path.read_text()) | change
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(held))

    with pytest.raises(ArgumentError, match=said):
        predict(str(broken), [[1.0]])


@pytest.mark.parametrize("parameter", ["n_jobs", "random_state", "surprise"])
def test_a_models_file_cannot_ask_for_what_learn_refuses(tmp_path, parameter):
    path = tmp_path / "model.json"
    learn(LINE, target="y", folds=0, parameters={"n_estimators": 5}, save_to=str(path))
    held = json.loads(path.read_text())
    held["recipe"]["parameters"] = {parameter: 1}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(held))

    with pytest.raises(ArgumentError, match="no parameter"):
        predict(str(other), [[1.0]])


def test_a_pickle_is_not_loaded(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"\x80\x04.")

    with pytest.raises(ArgumentError, match=r"\.json"):
        predict(str(path), ["FeO"])


# -- tables and domain ---------------------------------------------------------------------------


def test_a_table_is_read_from_a_file_with_any_usual_separator(tmp_path):
    for separator in (",", ";", "\t"):
        path = tmp_path / "table.csv"
        path.write_text(f"﻿x{separator}y\n1{separator}2\n\n3{separator}4\n", encoding="utf-8")

        assert read_table(str(path)) == [{"x": "1", "y": "2"}, {"x": "3", "y": "4"}]


@pytest.mark.parametrize(
    ("name", "cells", "featurizer"),
    [
        ("smiles", ["CO", "CN"], "morgan"),
        ("formula", ["CO", "CN"], "magpie"),
        ("compound", ["Fe2O3", "NaCl"], "magpie"),
        ("compound", ["c1ccccc1", "CC(=O)O"], "morgan"),
        ("x", ["1", "2.5", ""], "columns"),
    ],
)
def test_the_featurizer_is_guessed_where_it_is_clear(name, cells, featurizer):
    assert guess_featurizer([name], [cells]) == featurizer


def test_the_featurizer_is_asked_for_where_it_is_not():
    with pytest.raises(ArgumentError, match="could be formulas or SMILES"):
        guess_featurizer(["compound"], [["CO", "CN"]])


def test_a_domain_holds_its_own_rows_but_for_a_few():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 3))
    domain = Domain(features)

    assert (domain.distances(features) > 1).mean() <= 0.02
    assert (domain.distances(features + 20) > 1).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"data": "missing.csv", "target": "y"}, "no such file"),
        ({"data": "notes.pdf", "target": "y"}, ".csv"),
        ({"data": "x,y\n", "target": "y"}, "no rows"),
        ({"data": "x,x\n1,2\n", "target": "x"}, "two columns of one name"),
        ({"data": LINE, "target": "z"}, "no column 'z'"),
        ({"data": LINE}, "needs a target"),
        ({"data": LINE, "target": "y", "inputs": []}, "inputs is empty"),
        ({"data": LINE, "target": "y", "test_share": 0.9}, "test_share"),
        ({"data": LINE, "target": "y", "folds": 1}, "folds"),
        ({"data": LINE, "target": "y", "model": "k_means"}, "not for regression"),
        ({"data": LINE, "target": "y", "parameters": {"n_jobs": 2}}, "no parameter 'n_jobs'"),
        ({"data": LINE, "target": "y", "parameters": {"n_estimators": 10**9}}, "at most"),
        ({"data": LINE, "target": "y", "parameters": {"n_estimators": -1}}, "cannot be fitted"),
        ({"data": table([(n, n) for n in range(5)]), "target": "y"}, "give 10 or more"),
        ({"data": table([(1, n) for n in range(20)]), "target": "y"}, "1 different inputs"),
        ({"data": table([(n, "a") for n in range(20)]), "target": "y", "task": "classification"},
         "one class only"),
        ({"data": SIGNS, "target": "side", "task": "classification", "plot_to": "p.png"},
         "parity"),
        ({"data": OXIDES, "target": "tens", "inputs": "formula", "options": {"a": 1}}, "no option"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_what_to_do(arguments, said):
    with pytest.raises(ArgumentError) as error:
        learn(**arguments)

    assert said in str(error.value)


def test_inputs_of_another_kind_than_the_model_takes_are_refused(tmp_path):
    file = str(tmp_path / "model.json")
    learn(LINE, target="y", model="linear", folds=0, save_to=file)

    with pytest.raises(ArgumentError, match="takes 1"):
        predict(file, [[1.0, 2.0]])
    with pytest.raises(ArgumentError, match="not a number"):
        predict(file, ["Fe2O3"])
