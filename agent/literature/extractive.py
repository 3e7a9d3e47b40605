"""An answer without a model: the sentences that answer, verbatim, each with its citation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.literature.evidence import Evidence, Scored, is_furniture
from agent.literature.question import Question, answers_kind
from ingest.candidates import Candidate

# Four short sentences rather than three long ones: as much text, and more answers in it.
SENTENCES: Final = 4  # about one thing
MAX_CHARS: Final = 600  # of their text
SENTENCES_OF_SEVERAL: Final = 5  # about two things, or two places of one paper
MAX_CHARS_OF_SEVERAL: Final = 700

# What a completing sentence gains by standing near the one that answers.
SAME_PAGE: Final = 0.05
SAME_PAPER: Final = 0.1
# What it gains by giving another number elsewhere in the paper, where agreement is asked about.
OTHER_NUMBER: Final = 0.15
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
    several = len(evidence.topics) > 1
    most, room = (SENTENCES_OF_SEVERAL, MAX_CHARS_OF_SEVERAL) if several else (SENTENCES, MAX_CHARS)
    order = _in_turns(evidence) if several else _by_worth(evidence)
    chosen: list[Chosen] = []
    chars = 0
    for scored in order:
        if len(chosen) == most:
            break
        sentence = scored.candidate
        if _is_said(sentence, chosen) or (chosen and chars + len(sentence.text) > room):
            continue
        chosen.append(Chosen(candidate=sentence, shown=sentence.text, score=scored.score))
        chars += len(sentence.text)
    return tuple(chosen)


def _in_turns(evidence: Evidence) -> Iterator[Scored]:
    """The best sentence of each topic, then the second of each, and so on."""
    deepest = max(len(topic.sentences) for topic in evidence.topics)
    for depth in range(deepest):
        for topic in evidence.topics:
            if depth < len(topic.sentences):
                yield topic.sentences[depth]


def _by_worth(evidence: Evidence) -> Iterator[Scored]:
    """The best sentence, then the others by what they add and their bond with the first."""
    sentences = evidence.topics[0].sentences
    if not sentences:
        return
    first = sentences[0].candidate
    yield sentences[0]
    least = max(scored.completing for scored in sentences) - FAR_BEHIND
    yield from sorted(
        (scored for scored in sentences[1:CONSIDERED] if scored.completing > least),
        key=lambda scored: -(scored.completing + _bond(scored.candidate, first, evidence.question)),
    )


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
