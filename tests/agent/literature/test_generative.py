"""Answers by a model, through the real client: what is shown, cited, marked, counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from agent import AnswerStatus, ClaimVerdict
from agent.events import EvidenceFound, TextDelta
from agent.literature.citing import Citer
from agent.settings import ModelSettings
from ingest import Library
from safety import Decision, Gate, Verdict
from tests.agent.literature.writing import (
    GARNET,
    QUESTION,
    RIGHT,
    SULFIDE,
    asked,
    draft,
    ended,
    quotes_in,
    says,
    session,
    shown,
)
from tests.example_library import ROOT
from tests.model_server import Fails, ModelServer, Raw, Structured

pytestmark = pytest.mark.usefixtures("loopback")

COMPARISON = "Compare the activation energy of the cubic garnet with that of the argyrodite."


def test_a_supported_sentence_is_shown_plain_with_its_quote(garnets: Library) -> None:
    with ModelServer([says(RIGHT)]) as server:
        events = asked(garnets, server.settings())

    answer = ended(events)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.model == "scripted"
    assert [claim.verdict for claim in answer.claims] == [ClaimVerdict.SUPPORTED]
    citation = answer.citations[0]
    assert citation.quote == "The activation energy of the cubic garnet is 0.34 eV."
    assert citation.page == 1
    assert answer.text == f"{RIGHT[0][:-1]} {citation}."
    assert shown(events).strip() == answer.text
    assert [paper.key for paper in answer.references] == [citation.key]


def test_a_wrong_number_is_marked_where_it_stands_with_the_reason(garnets: Library) -> None:
    wrong = ("The barrier of the cubic garnet is 0.43 eV.", "0.34 eV")
    with ModelServer([says(RIGHT, wrong)]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert answer.claims[1].verdict is not ClaimVerdict.SUPPORTED
    assert "supported: The quote gives 0.34 eV, the claim 0.43 eV.]" in answer.text
    assert answer.text.index("0.43 eV (") < answer.text.index("supported: ")


def test_a_quote_is_the_sentence_that_bears_the_claim_out_not_the_whole_passage(
    garnets: Library,
) -> None:
    line = ("It was measured by impedance spectroscopy between 25 and 300 °C.", "0.34 eV")
    with ModelServer([says(line)]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert [c.quote for c in answer.citations] == [
        "It was measured from 25 to 300 °C by impedance spectroscopy."
    ]


def test_two_sentences_of_one_draft_are_checked_apart(garnets: Library) -> None:
    text = "The cubic garnet has an activation energy of 0.34 eV. Aluminium blocks the pathway."
    with ModelServer([says((text, "0.34 eV"))]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert [claim.verdict is ClaimVerdict.SUPPORTED for claim in answer.claims] == [True, False]


def test_a_claim_may_rest_on_quotes_of_several_papers(garnets: Library) -> None:
    line = ("Activation energies of 0.34 eV and 0.28 eV are reported.", ["0.34 eV", "0.28 eV"])
    with ModelServer([says(line)]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert answer.claims[0].verdict is ClaimVerdict.SUPPORTED
    assert len({citation.paper_id for citation in answer.citations}) == 2


def test_where_nothing_is_borne_out_there_is_no_evidence_and_no_sentence_is_shown(
    garnets: Library,
) -> None:
    wrong = ("The barrier of the cubic garnet is 0.43 eV.", "0.34 eV")
    with ModelServer([says(wrong)]) as server:
        events = asked(garnets, server.settings())

    answer = ended(events)
    assert answer.status is AnswerStatus.NO_EVIDENCE
    assert answer.citations == ()
    assert answer.unused
    assert answer.claims[0].why
    assert shown(events) == ""
    assert "0.43" not in answer.text


def test_a_model_that_finds_no_answer_gives_no_evidence(garnets: Library) -> None:
    with ModelServer([says()]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert answer.status is AnswerStatus.NO_EVIDENCE
    assert answer.claims == ()
    assert "found no answer" in answer.text


def test_the_model_is_given_paragraphs_under_ids_that_tell_nothing_of_the_papers(
    garnets: Library,
) -> None:
    with ModelServer([says(), says()]) as server:
        asked(garnets, server.settings())
        asked(garnets, server.settings())
        first, second = (quotes_in(body) for body in server.requests)

    assert any(
        "0.34 eV" in one["quote"] and "impedance spectroscopy" in one["quote"] for one in first
    )
    assert [one["quote"] for one in first] == [one["quote"] for one in second]
    assert not {one["id"] for one in first} & {one["id"] for one in second}
    assert all(set(one) == {"id", "paper", "quote"} for one in first)
    assert not any(paper.file in text for paper in garnets.papers() for text in server.texts())


def test_a_sentence_is_released_before_the_reply_has_ended(garnets: Library) -> None:
    def first_two(body: dict[str, Any]) -> str:
        return json.dumps(draft(body, RIGHT, ("Aluminium does not block lithium.", "0.34 eV")))

    with ModelServer([first_two]) as server:
        stream = session(garnets, server.settings()).ask(QUESTION)
        released = next(event for event in stream if isinstance(event, TextDelta))
        stream.close()  # type: ignore[attr-defined]  # it is a generator

    assert released.text.startswith(RIGHT[0][:-1])


def test_an_answer_tells_its_tokens_and_cost(garnets: Library) -> None:
    with ModelServer([says(RIGHT)]) as server:
        answer = ended(asked(garnets, server.settings(price_in=2.0, price_out=4.0)))

    assert answer.usage is not None
    assert answer.usage.calls == 1
    assert answer.usage.tokens_in > 100
    assert answer.usage.tokens_out > 5
    used = answer.usage
    assert used.cost == pytest.approx((2 * used.tokens_in + 4 * used.tokens_out) / 1e6)


def test_a_used_up_budget_ends_with_quotes_and_says_so(garnets: Library) -> None:
    with ModelServer([says(RIGHT)]) as server:
        answer = ended(asked(garnets, server.settings(token_budget=50)))

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.model is None
    assert "ELUTE_MODEL__TOKEN_BUDGET" in answer.notes[0]
    assert all(claim.text in GARNET + SULFIDE for claim in answer.claims)


def test_an_endpoint_that_knows_no_structured_output_is_asked_for_json_in_its_text(
    garnets: Library,
) -> None:
    def plain_only(body: dict[str, Any]) -> Any:
        if "response_format" in body:
            return Fails(400)
        return f"Here you are:\n```json\n{json.dumps(draft(body, RIGHT))}\n```\nAnything else?"

    with ModelServer([plain_only, plain_only]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.notes == ()
    assert answer.text.count(".") == 2  # 0.34 and the full stop: no word around the JSON


def test_an_endpoint_that_does_not_stream_is_asked_for_the_whole_reply(garnets: Library) -> None:
    def whole(body: dict[str, Any]) -> Any:
        text = json.dumps(draft(body, RIGHT))
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        made = {"id": "r", "object": "chat.completion", "created": 0, "model": "m"}
        return Raw(json.dumps({**made, "choices": [choice]}).encode())

    with ModelServer(then=whole) as server:
        answer = ended(asked(garnets, server.settings()))

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.notes == ()


def test_a_malformed_reply_is_asked_for_once_more(garnets: Library) -> None:
    with ModelServer(["The garnet has 0.34 eV.", says(RIGHT)]) as server:
        answer = ended(asked(garnets, server.settings()))

    assert len(server.requests) == 2
    assert answer.model == "scripted"
    assert answer.notes == ()


def test_a_comparison_reads_several_papers(garnets: Library) -> None:
    with ModelServer([says(RIGHT)]) as server:
        asked(garnets, server.settings(preset="compare"), COMPARISON)
        system = server.requests[0]["messages"][0]["content"]
        papers = {quote["paper"] for quote in quotes_in(server.requests[0])}

    assert "where they agree" in system
    assert papers == {1, 2}


def test_a_thorough_answer_searches_for_parts_of_the_question(garnets: Library) -> None:
    parts = Structured({"questions": ["activation energy of the argyrodite Li6PS5Cl"]})
    with ModelServer([parts, says(RIGHT)]) as server:
        answer = ended(asked(garnets, server.settings(preset="thorough")))
        quotes = quotes_in(server.requests[1])

    assert answer.status is AnswerStatus.ANSWERED
    assert any("argyrodite" in quote["quote"] for quote in quotes[:3])
    assert answer.usage is not None
    assert answer.usage.calls == 2


def test_what_is_missing_is_searched_for_once_more(library_of: Callable[..., Library]) -> None:
    filler = "\n\n".join(
        f"The activation energy of cubic garnet sample {n} is 0.3{n} eV in this series of pellets."
        for n in range(10)
    )
    melt = "\n\nThe melting point of the argyrodite flux is 812 K by calorimetry."
    library = library_of(garnet=f"{GARNET}\n{filler}\n{melt}\n")
    first = says(RIGHT, missing=["melting point of the argyrodite flux"])
    second = says(("The flux melts at 812 K.", "812 K"))
    with ModelServer([Structured({"questions": []}), first, second]) as server:
        answer = ended(asked(library, server.settings(preset="thorough")))
        before, after = (quotes_in(body) for body in server.requests[1:])

    assert not any("812 K" in quote["quote"] for quote in before)
    assert any("812 K" in quote["quote"] for quote in after)
    assert not {quote["id"] for quote in before} & {quote["id"] for quote in after}
    assert [claim.verdict for claim in answer.claims] == [ClaimVerdict.SUPPORTED] * 2


def test_a_question_that_the_papers_are_silent_on_is_not_sent(garnets: Library) -> None:
    with ModelServer([says(RIGHT)]) as server:
        answer = ended(asked(garnets, server.settings(), "What does ZIF-8 adsorb at 77 K?"))

    assert answer.status is AnswerStatus.NO_EVIDENCE
    assert server.requests == []


class _StopsAWord(Gate):
    """Stops an answer that holds a word."""

    def check_answer(self, answer: Any, **_: Any) -> Verdict:
        if "argyrodite" in str(answer):
            return Verdict(decision=Decision.BLOCK, reason="stopped on its way out")
        return Verdict(decision=Decision.ALLOW)


def test_a_sentence_that_the_gate_stops_ends_the_answer_and_is_not_shown(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(garnet=GARNET)
    bad = ("The argyrodite is better.", "0.34 eV")
    with ModelServer([says(RIGHT, bad)]) as server:
        events = list(session(library, server.settings(), gate=_StopsAWord()).ask(QUESTION))

    assert ended(events).status is AnswerStatus.REFUSED
    assert shown(events).startswith(RIGHT[0][:-1])
    assert not any("argyrodite" in event.model_dump_json() for event in events)


EXAMPLES = [
    json.loads(line)["question"]
    for line in (ROOT / "examples" / "questions.jsonl").read_text("utf-8").splitlines()
][::20]


@pytest.mark.parametrize("question", EXAMPLES)
def test_the_evidence_is_the_same_with_and_without_a_model(
    examples: Library, question: str
) -> None:
    without = list(session(examples, None).ask(question))
    with ModelServer(then=says()) as server:
        by_model = list(session(examples, server.settings()).ask(question))
        sent = [quote["quote"] for body in server.requests for quote in quotes_in(body)]

    assert _evidence(by_model) == _evidence(without)
    assert ended(by_model).passages == ended(without).passages
    for citation in ended(without).citations:  # what is quoted without it is what it may read
        assert any(citation.quote in quote for quote in sent)


def _evidence(events: list[Any]) -> Any:
    return next(event.citations for event in events if isinstance(event, EvidenceFound))


def test_every_quote_of_a_written_answer_stands_on_its_page(examples: Library) -> None:
    def copies(body: dict[str, Any]) -> Structured:
        lines = [
            {"text": quote["quote"].split(". ")[0] + ".", "evidence": [quote["id"]]}
            for quote in quotes_in(body)
        ]
        return Structured({"sentences": lines, "missing": []})

    with ModelServer([copies]) as server:
        answer = ended(asked(examples, server.settings(), EXAMPLES[0]))

    assert len(answer.citations) >= 4
    citer = Citer(examples.catalog)
    for citation in answer.citations:
        page = citer._page(examples.paper(citation.key), citation.page)
        assert page is not None
        assert citation.quote in " ".join(page.text.split())


def test_a_model_that_cannot_be_opened_is_a_note_beside_the_quotes(garnets: Library) -> None:
    with ModelServer(models=["a", "b"]) as server:
        answer = ended(asked(garnets, ModelSettings(base_url=server.url)))

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.model is None
    assert "ELUTE_MODEL__NAME" in answer.notes[0]
