"""An answer without a model: the sentences that answer, verbatim, each with its citation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.literature.evidence import Evidence, Scored, is_furniture
from agent.literature.question import Question, answers_kind
from ingest.candidates import Candidate

# Four short sentences rather than three long ones: as much text, and more answers in it.
SENTENCES: Final = 4  # about one thing
MAX_CHARS: Final = 600  # of their text
SENTENCES_OF_PARTS: Final = 5  # about one thing, in a question of several clauses
MAX_CHARS_OF_PARTS: Final = 570
SENTENCES_OF_SEVERAL: Final = 5  # about two things
MAX_CHARS_OF_SEVERAL: Final = 700

# What a completing sentence gains by standing near the one that answers.
SAME_PAGE: Final = 0.05
SAME_PAPER: Final = 0.1
# What it gains by giving another number elsewhere in the paper, where agreement is asked about.
OTHER_NUMBER: Final = 0.15
# In a question of several clauses the parts of the answer may stand on several pages: what a
# sentence on a page not cited yet gains there, once two are chosen, and what 500 characters lose.
NEW_PAGE: Final = 0.1
LENGTH_LOSS: Final = 0.2
# A sentence further than this behind the best one adds nothing to an answer.
FAR_BEHIND: Final = 0.3
CONSIDERED: Final = 60  # best sentences, of which some complete the first
# Two sentences that share more of the shorter one's terms than this say the same.
SAME_TERMS: Final = 0.8

_NUMBERS = re.compile(r"(?<![A-Za-z\d.])\d(?:[\d,.]*\d)?")


@dataclass(frozen=True, eq=False)
class Chosen:
    """A sentence chosen for the answer and the part of it that is shown."""

    candidate: Candidate
    shown: str  # verbatim; "…" marks where the sentence goes on
    score: float


def choose_sentences(evidence: Evidence) -> tuple[Chosen, ...]:
    """The sentence that answers first, then those that complete it, best first.

    Of a question about several things the sentences take turns, one thing after the other.
    """
    if len(evidence.topics) > 1:
        return _filled(_in_turns(evidence), SENTENCES_OF_SEVERAL, MAX_CHARS_OF_SEVERAL)
    question = evidence.question
    if question.may_name_several and len(question.segments) > 1:
        return _of_parts(evidence)
    return _filled((scored for scored, _ in _by_worth(evidence)), SENTENCES, MAX_CHARS)


def _filled(order: Iterable[Scored], most: int, room: int) -> tuple[Chosen, ...]:
    """Those of ``order`` that say something new and find room."""
    chosen: list[Chosen] = []
    chars = 0
    for scored in order:
        if len(chosen) == most:
            break
        sentence = scored.candidate
        if _is_said(sentence, chosen) or (chosen and chars + len(sentence.text) > room):
            continue
        chosen.append(_chosen(scored))
        chars += len(sentence.text)
    return tuple(chosen)


def _of_parts(evidence: Evidence) -> tuple[Chosen, ...]:
    """The best sentence, then short ones that complete it, on several pages rather than one."""
    worths = [
        (scored, worth - LENGTH_LOSS * len(scored.candidate.text) / 500)
        for scored, worth in _by_worth(evidence)
    ]
    chosen = [_chosen(scored) for scored, _ in worths[:1]]
    rest = sorted(worths[1:], key=lambda each: -each[1])
    while rest and len(chosen) < SENTENCES_OF_PARTS:
        room = MAX_CHARS_OF_PARTS - sum(len(each.candidate.text) for each in chosen)
        cited = {_place(each.candidate) for each in chosen}
        gain = NEW_PAGE if len(chosen) > 1 else 0.0
        rest = [
            (scored, worth)
            for scored, worth in rest
            if len(scored.candidate.text) <= room and not _is_said(scored.candidate, chosen)
        ]
        if rest:
            best = max(
                rest, key=lambda each: each[1] + gain * (_place(each[0].candidate) not in cited)
            )
            rest.remove(best)
            chosen.append(_chosen(best[0]))
    return tuple(chosen)


def _chosen(scored: Scored) -> Chosen:
    sentence = scored.candidate
    return Chosen(candidate=sentence, shown=sentence.text, score=scored.score)


def _place(sentence: Candidate) -> tuple[str, int]:
    return sentence.paper.paper_id, sentence.page


def _in_turns(evidence: Evidence) -> Iterator[Scored]:
    """The best sentence of each topic, then the second of each, and so on."""
    deepest = max(len(topic.sentences) for topic in evidence.topics)
    for depth in range(deepest):
        for topic in evidence.topics:
            if depth < len(topic.sentences):
                yield topic.sentences[depth]


def _by_worth(evidence: Evidence) -> Iterator[tuple[Scored, float]]:
    """The best sentence, then the others by what they add and their bond with the first."""
    sentences = evidence.topics[0].sentences
    if not sentences:
        return
    first = sentences[0].candidate
    yield sentences[0], sentences[0].completing
    least = max(scored.completing for scored in sentences) - FAR_BEHIND
    worths = [
        (scored, scored.completing + _bond(scored.candidate, first, evidence.question))
        for scored in sentences[1:CONSIDERED]
        if scored.completing > least
    ]
    yield from sorted(worths, key=lambda each: -each[1])


def _bond(candidate: Candidate, first: Candidate, question: Question) -> float:
    if candidate.paper.paper_id != first.paper.paper_id:
        return 0.0
    bond = SAME_PAPER + SAME_PAGE * (candidate.page == first.page)
    if (
        question.asks_agreement
        and candidate.page != first.page
        and answers_kind(question, candidate.text) == 1.0
        and numbers_in(candidate.text) - numbers_in(first.text)
    ):
        bond += OTHER_NUMBER
    return bond


def numbers_in(text: str) -> set[str]:
    """The numbers of ``text`` as printed, without those inside names such as SiO2."""
    return set(_NUMBERS.findall(text))


def _is_said(sentence: Candidate, chosen: Sequence[Chosen]) -> bool:
    """Whether an earlier sentence says the same in the same words."""
    terms = set(sentence.terms)
    if is_furniture(sentence.text) and len(terms) < 4:
        return True
    for other in chosen:
        others = set(other.candidate.terms)
        if len(terms & others) > SAME_TERMS * min(len(terms), len(others)):
            return True
    return False
