from __future__ import annotations

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.tools import registry
from agent.tools.composition_design import inverse_design, search_compositions
from agent.tools.composition_properties import PROPERTIES, band_gap_model, values_of
from agent.tools.composition_search import random_composition
from agent.tools.composition_space import changed, drawn, formula_of, is_allowed
from agent.tools.compositions import check_composition
from agent.tools.objective import Target
from agent.tools.positive_unlabelled import (
    SynthesizabilityModel,
    Tree,
    arrays_of,
    evaluate,
    model,
    percentile,
    scores_of,
    synthesizability,
)
from safety.screening import screen_many
from safety.substance import Decision, Verdict

SALT = (("Cl", 1), ("Na", 1))
ELEMENTS = ("Li", "Na", "Mg", "Ti", "Fe", "Zn", "O", "S", "F", "Cl", "N")


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_drawn_or_changed_composition_is_allowed_by_smact(seed: int) -> None:
    rng = random.Random(seed)

    one = drawn(rng, dict.fromkeys(ELEMENTS, 1.0), {2: 1.0, 3: 2.0})
    other = changed(rng, one, ELEMENTS)

    for made in filter(None, (one, other)):
        assert is_allowed(made)
        assert math.gcd(*(n for _, n in made)) == 1
        assert {symbol for symbol, _ in made} <= set(ELEMENTS)


def test_what_is_allowed_here_is_neutral_and_ordered_by_check_composition() -> None:
    rng = random.Random(1)

    made = [formula_of(random_composition(rng, ELEMENTS, 4)) for _ in range(10)]

    reports = [check_composition(formula) for formula in made]
    assert all(one.is_charge_neutral and one.is_electronegativity_ordered for one in reports)


def test_elements_that_cannot_balance_give_no_composition() -> None:
    failed = registry.reply(
        "inverse_design",
        {"targets": [{"property": "n_atoms", "value": 4}], "elements": ["Na", "K"]},
    )

    assert isinstance(failed, registry.ToolFailure)
    assert "balances its charges: Na, K" in failed.message


def test_known_salts_score_above_strange_ones_and_numbers_say_what_they_are() -> None:
    made = synthesizability(["BaCsN", "SrTiO3", "GaAs"])

    assert [one.composition for one in made.results][-1] == "BaCsN"
    best = made.results[0]
    assert best.above_threshold
    assert best.measured
    assert best.score.method == "predicted"
    assert "Mordelet" in best.score.source
    assert made.true_positive_rate.value == pytest.approx(model().true_positive_rate)
    assert any("no probability" in warning for warning in made.warnings)


def test_scores_do_not_depend_on_order_multiples_or_company() -> None:
    alone = synthesizability("TiO2").results[0].score.value
    doubled = synthesizability(["NaCl", "O4Ti2"]).results

    assert {one.composition: one.score.value for one in doubled}["O4Ti2"] == pytest.approx(alone)


def test_an_unbalanced_composition_is_told_to_be_outside_what_was_taught() -> None:
    made = synthesizability("Na3Cl")

    assert not made.results[0].allowed
    assert any("Na3Cl" in warning for warning in made.warnings)


@pytest.mark.parametrize("bad", [[], ["Fe"], ["Fe203"], "no formula"])
def test_what_is_no_compound_gets_a_sentence(bad: object) -> None:
    failed = registry.reply("synthesizability", {"compositions": bad})

    assert isinstance(failed, registry.ToolFailure)
    assert failed.kind == "bad_arguments"


def test_the_packaged_model_is_calibrated_and_its_card_agrees_with_itself() -> None:
    held = model()

    assert held.area_under_curve >= 0.8
    assert held.calibration_error <= 0.05
    assert held.true_positive_rate > held.unlabelled_above
    shares = [one.measured_share for one in held.bins if one.measured_share is not None]
    assert shares == sorted(shares)
    assert percentile(0.0) == 0.0
    assert percentile(1.0) == 1.0
    quantiles = np.array(held.held_out_scores)
    assert (quantiles >= held.threshold).mean() == pytest.approx(held.true_positive_rate, abs=0.02)


def test_trees_are_read_as_scikit_learn_reads_them() -> None:
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(200, 4)), rng.integers(0, 2, 200)
    fitted = DecisionTreeClassifier(max_depth=4, random_state=0).fit(features, labels)
    inner = fitted.tree_
    tree = Tree(
        feature=tuple(max(-1, int(f)) for f in inner.feature),
        threshold=tuple(map(float, inner.threshold)),
        left=tuple(map(int, inner.children_left)),
        right=tuple(map(int, inner.children_right)),
        share=tuple(map(float, inner.value[:, 0, 1] / inner.value[:, 0].sum(axis=1))),
    )

    made = evaluate(arrays_of([tree]), features)

    assert made == pytest.approx(fitted.predict_proba(features)[:, 1])


def test_a_model_file_whose_tree_runs_in_a_circle_is_refused() -> None:
    broken = json.loads(model().model_dump_json())
    broken["trees"][0]["left"][0] = 0

    with pytest.raises(ValueError, match="leads back"):
        SynthesizabilityModel.model_validate(broken)


def test_the_band_gap_surrogate_is_far_better_than_the_mean() -> None:
    held = band_gap_model()

    assert held.n_rows == 2485
    assert held.rmse < 0.5 * held.baseline


def test_every_property_of_a_composition_has_a_value() -> None:
    (made,) = values_of([SALT], list(PROPERTIES))

    assert made["electronegativity"] == pytest.approx((0.93 + 3.16) / 2)
    assert made["molar_mass"] == pytest.approx(58.44, abs=0.01)
    assert (made["n_elements"], made["n_atoms"]) == (2, 2)
    assert made["synthesizability"] == pytest.approx(float(scores_of([SALT])[0]))
    assert 3 < made["band_gap"] < 12


TARGETS = [
    Target(property="band_gap", value=3.0),
    Target(property="electronegativity", value=2.4),
    Target(property="synthesizability", value=1.0),
]


def test_a_search_beats_the_best_of_a_thousand_random_compositions() -> None:
    made = inverse_design(TARGETS, n=3, max_tries=1_500, time_budget_s=300)

    assert made.n_random == 1_000
    assert made.best_of_random is not None
    assert made.beats_random is True
    assert made.best < made.best_of_random
    best = made.compositions[0]
    assert best.score == pytest.approx(sum(term.deviation for term in best.terms))
    gap = next(one.quantity for one in best.properties if one.name == "band_gap")
    assert (gap.unit, gap.method) == ("eV", "predicted")
    assert gap.uncertainty == pytest.approx(band_gap_model().rmse)
    assert all(one.charges for one in made.compositions)


SMALL = {
    "targets": (Target(property="electronegativity", value=2.0),),
    "elements": ELEMENTS,
    "without": ("Fe",),
    "max_elements": 3,
    "n": 3,
    "n_crystals": 0,
    "ranking": "rules",
    "seed": 5,
    "max_tries": 300,
    "time_budget_s": 300.0,
}


def test_the_same_seed_gives_the_same_compositions_and_no_excluded_element() -> None:
    first = search_compositions(**SMALL, screen=screen_many)
    again = search_compositions(**SMALL, screen=screen_many)

    assert first == again
    assert all("Fe" not in one.composition for one in first.compositions)


def test_what_the_screen_blocks_is_neither_given_nor_a_parent() -> None:
    def without_oxygen(texts: list[str]) -> list[Verdict]:
        return [
            Verdict(decision=Decision.BLOCK if "O" in text else Decision.ALLOW) for text in texts
        ]

    made = search_compositions(**SMALL, screen=without_oxygen)

    assert made.n_withheld > 0
    assert all("O" not in one.composition for one in made.compositions)


def test_no_time_gives_the_best_so_far_without_a_comparison() -> None:
    made = search_compositions(**{**SMALL, "time_budget_s": 1e-9}, screen=screen_many)

    assert made.stopped == "time"
    assert made.compositions
    assert made.beats_random is None


def test_a_target_of_the_crystal_is_met_by_crystals_of_the_best_compositions() -> None:
    given = {
        **SMALL,
        "targets": (
            Target(property="electronegativity", value=2.0),
            Target(property="density", value=3.0),
        ),
        "elements": ("Na", "Mg", "O", "Cl"),
        "max_elements": 2,
        "n_crystals": 2,
        "max_tries": 60,
    }

    made = search_compositions(**given, screen=screen_many)

    with_crystal = [one for one in made.compositions if one.crystals]
    assert with_crystal
    assert all(one.score is not None for one in with_crystal)
    assert {term.property for term in with_crystal[0].terms} == {"electronegativity", "density"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"targets": [{"property": "hardness", "value": 1}]}, "there are band_gap"),
        ({"targets": [{"property": "density", "value": 1}]}, "with n_crystals"),
        ({"targets": [], "n": 3}, "at least one of"),
        ({"targets": [{"property": "n_atoms", "value": 4}], "elements": ["Xx"]}, "'Xx'"),
        ({"targets": [{"property": "n_atoms", "value": 4}], "n": 10**6}, "1 to 100"),
        ({"targets": [{"property": "n_atoms", "value": 4}], "max_elements": 9}, "2 to 5"),
    ],
)
def test_what_cannot_be_designed_gets_a_sentence(arguments: dict[str, object], said: str) -> None:
    failed = registry.reply("inverse_design", arguments)

    assert isinstance(failed, registry.ToolFailure)
    assert failed.kind == "bad_arguments"
    assert said in failed.message
