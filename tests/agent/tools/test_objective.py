import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.tools.objective import Objective, Target, key

numbers = st.floats(-1e6, 1e6)


def test_the_objective_is_the_weighted_sum_of_deviations():
    # The lecture: O(s) = sum over a of w_a |P_a(s) - P_a^target|.
    objective = Objective(
        targets=(
            Target(property="logp", value=2.0, weight=1.0),
            Target(property="mass", value=300.0, weight=0.01),
        )
    )

    score = objective.score({"logp": 3.5, "mass": 250.0})

    assert score == pytest.approx(1.0 * 1.5 + 0.01 * 50)


def test_its_terms_add_up_to_it_with_the_largest_first():
    objective = Objective(
        targets=(Target(property="a", value=1.0), Target(property="b", value=1.0, weight=3.0))
    )
    values = {"a": 0.0, "b": 0.0}

    terms = objective.terms(values)

    assert [term.property for term in terms] == ["b", "a"]
    assert sum(term.deviation for term in terms) == pytest.approx(objective.score(values))


@given(numbers, numbers, st.floats(0.01, 100))
def test_it_is_zero_on_the_target_and_nowhere_below(value, target, weight):
    objective = Objective(targets=(Target(property="a", value=target, weight=weight),))

    assert objective.score({"a": target}) == 0.0
    assert objective.score({"a": value}) >= 0.0


@pytest.mark.parametrize("values", [{}, {"a": math.nan}, {"a": math.inf}])
def test_what_cannot_be_measured_is_never_chosen(values):
    objective = Objective(targets=(Target(property="a", value=1.0),))

    assert objective.score(values) == math.inf
    assert objective.best([values, {"a": 2.0}]) == 1.0


def test_similarities_to_two_references_are_two_properties():
    near = Target(property="similarity", value=1.0, reference="CCO")
    far = Target(property="similarity", value=0.0, reference="c1ccccc1")
    objective = Objective(targets=(near, far))

    assert key(near) != key(far)
    assert objective.score({key(near): 1.0, key(far): 0.25}) == 0.25


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf])
def test_a_weight_is_above_zero_and_finite(weight):
    with pytest.raises(ValidationError):
        Target(property="a", value=1.0, weight=weight)
