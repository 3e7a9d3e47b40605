"""Sentences to numbered passages: what a model is given to read and may cite.

A sentence is widened to its paragraph, since "it is 0.34 eV" answers nothing by itself. A passage
stands on one page, so that each of its sentences can be cited there. Its id is drawn anew for
every answer: a model can only cite what it was given, and an id that it makes up is no other's.
"""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.literature.evidence import Evidence, Scored, is_furniture
from ingest.candidates import Candidate
from ingest.paper import Paper
from ingest.shelf import Shelf

MAX_CHARS: Final = 1_000  # of one passage
READ: Final = 60  # best sentences of a topic that passages are made from

_FIRST = "bcdfghjkmnpqrtvwxz"
_DIGITS = "23456789"
# Text that speaks to a machine instead of a reader.
_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,60}"
    r"\b(?:instructions?|rules?|prompts?|above|previous|earlier|guidelines?)\b"
    r"|\b(?:system|developer) (?:prompt|message)\b"
    r"|\b(?:as|you are|dear|attention|note to) (?:an? |the |any |all )?"
    r"(?:ai|llms?|language models?|assistants?|chatbots?)\b"
    r"|\b(?:call|use|invoke|run|execute) (?:the )?(?:tool|function)\b"
    r"|\b(?:ai|llms?|language models?|assistants?|chatbots?) (?:must|should|shall|will now)\b"
    r"|<\|?/?(?:system|user|assistant|im_start|im_end|tool_call)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class NumberedPassage:
    """A paragraph, or the part of it that stands on one page, under an id of this answer."""

    id: str
    paper: Paper
    page: int
    sentences: tuple[Candidate, ...]  # in reading order

    @property
    def text(self) -> str:
        """Its sentences, as the paper has them."""
        return " ".join(sentence.text for sentence in self.sentences)


def speaks_to_a_model(text: str) -> bool:
    """Whether a sentence gives orders to whatever machine reads it."""
    return _TO_A_MODEL.search(text) is not None


def seeds(
    evidence: Evidence, first: Sequence[Candidate], *, limit: int, a_paper: int
) -> tuple[Candidate, ...]:
    """The sentences that passages are made from, best first.

    Args:
        evidence: What was found.
        first: Sentences that come before all others: those of the answer without a model.
        limit: How many at most.
        a_paper: How many of one paper, while others have any.
    """
    ordered = [*first, *(scored.candidate for scored in _in_turns(evidence))]
    chosen: list[Candidate] = []
    put_off: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    count: dict[str, int] = {}
    for sentence in ordered:
        place = (sentence.paper.paper_id, sentence.ordinal)
        if place in seen or (len(seen) >= len(first) and is_furniture(sentence.text)):
            continue
        seen.add(place)
        if count.get(place[0], 0) < a_paper:
            count[place[0]] = count.get(place[0], 0) + 1
            chosen.append(sentence)
        else:
            put_off.append(sentence)
    return tuple([*chosen, *put_off][:limit])


def _in_turns(evidence: Evidence) -> Iterator[Scored]:
    """The best sentence of each topic, then the second of each, and so on."""
    for depth in range(READ):
        for topic in evidence.topics:
            if depth < len(topic.sentences):
                yield topic.sentences[depth]


def number_passages(
    sentences: Iterable[Candidate],
    shelf: Shelf,
    *,
    limit: int,
    known: Sequence[NumberedPassage] = (),
    chance: random.Random | None = None,
) -> tuple[NumberedPassage, ...]:
    """Paragraphs around ``sentences``, each once, in their order, under new ids.

    Args:
        sentences: What the passages are made from, best first.
        shelf: The library in memory.
        limit: How many passages at most.
        known: Passages of the same answer, which are not made again.
        chance: Draws the ids; by default nobody can foretell it.
    """
    chance = chance or secrets.SystemRandom()
    held = {_place(sentence) for passage in known for sentence in passage.sentences}
    ids = {passage.id for passage in known}
    made: list[NumberedPassage] = []
    for seed in sentences:
        if len(made) == limit:
            break
        if _place(seed) in held or seed.paper.paper_id not in shelf.spans:
            continue
        paragraph = tuple(one for one in _paragraph(seed, shelf) if not speaks_to_a_model(one.text))
        if not any(_place(one) == _place(seed) for one in paragraph):
            continue
        held |= {_place(one) for one in paragraph}
        name = _draw(chance, ids, paragraph)
        ids.add(name)
        made.append(NumberedPassage(name, seed.paper, seed.page, paragraph))
    return tuple(made)


def _place(sentence: Candidate) -> tuple[str, int]:
    return sentence.paper.paper_id, sentence.ordinal


def _draw(chance: random.Random, taken: set[str], paragraph: Sequence[Candidate]) -> str:
    """An id like ``e7k2`` that is new and stands nowhere in the passage."""
    text = " ".join(sentence.text for sentence in paragraph).lower()
    while True:
        drawn = "".join(chance.choice(letters) for letters in (_FIRST, _DIGITS, _FIRST, _DIGITS))
        if drawn not in taken and drawn not in text:
            return drawn


def _paragraph(seed: Candidate, shelf: Shelf) -> tuple[Candidate, ...]:
    """The sentences around ``seed`` up to the ends of its paragraph, its page, or MAX_CHARS."""
    text = shelf.text(seed.paper)
    span = shelf.spans[seed.paper.paper_id]
    here = span.start + seed.ordinal
    rows = [here]
    chars = len(seed.text)
    for step in (1, -1):
        row = here
        while span.start <= row + step < span.stop:
            ends = sorted((row, row + step))
            before, after = (shelf.place(seed.paper, one - span.start) for one in ends)
            next_row = row + step
            same = shelf.page_of[next_row] == shelf.page_of[here] and shelf.quotable[next_row]
            chars += len(shelf.sentence(next_row)[2])
            if not same or "\n" in text[before.end : after.start] or chars > MAX_CHARS:
                break
            rows.append(next_row)
            row = next_row
    # For the neighbours of the seed nothing speaks but where they stand.
    return tuple(
        seed if row == here else Candidate.at(shelf, row, seed.page_score) for row in sorted(rows)
    )
