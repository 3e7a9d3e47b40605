from __future__ import annotations

import pytest

from agent.followup import in_context

BEFORE = "What is the band gap of MAPbI3?"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        pytest.param("And of CsPbI3?", "What is the band gap of CsPbI3?", id="another-substance"),
        pytest.param("What about CsPbI3?", "What is the band gap of CsPbI3?", id="what-about"),
        pytest.param("Why?", "What is the band gap of MAPbI3? Why?", id="bare"),
        pytest.param(
            "Does it change on heating?",
            "What is the band gap of MAPbI3? Does it change on heating?",
            id="pronoun",
        ),
        pytest.param(
            "And at 400 K?", "What is the band gap of MAPbI3? And at 400 K?", id="another-condition"
        ),
    ],
)
def test_a_follow_up_is_completed_from_the_question_before(question: str, meant: str) -> None:
    assert in_context(question, [BEFORE]) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Which sulfide conducts lithium best?",
        "Does CsPbI3 keep its phase when it is heated?",
        "Which electrolyte additive lowered the resistance of these cells, and by how much?",
    ],
)
def test_a_question_that_stands_by_itself_is_left_as_it_is(question: str) -> None:
    assert in_context(question, [BEFORE]) == question


def test_the_first_question_has_nothing_before_it() -> None:
    assert in_context("And of CsPbI3?", []) == "And of CsPbI3?"
