"""What a question asks of what, and whether a paper brings the two together.

A property that no likely paper tells, a property told without a value of its kind, or a property
told of other things than the one asked about: each is a near miss that words and vectors alone take
for an answer. Only what is named beyond doubt counts, so that a question in other words than the
paper's is left to the search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

from agent.literature.mentions import VALUE, folded_text, holds, question_names
from agent.literature.names import Name, SubstanceKeys, holds_name, read_names
from agent.literature.properties import Property, asked_properties
from agent.literature.question import Question
from ingest.chunking import WINDOW
from ingest.paper import Paper
from ingest.ranking import Floats, Query
from ingest.shelf import Shelf
from ingest.terms import fold_terms, fold_text

OPENING: Final = 8  # first sentences of a paper, which say what it is about
REACH: Final = 2  # sentences before and behind in which a property and a thing stand together
TABLE_REACH: Final = 14  # rows of a table below its caption or its head
# Below this share, by rarity, of the question's other words none of the places that tell the
# property is about what is asked.
LITTLE_OF_THE_REST: Final = 0.25
# So much worse than the best window of the likely papers do those that tell the property meet the
# question, word by word, where it is told of something else.
TOLD_APART: Final = 0.06
# The same where none of these places holds the question's other words either.
TOLD_APART_IN_OTHER_WORDS: Final = 0.02

WORDS_BEFORE: Final = 5  # in front of a property that a question is about

_DIGIT = re.compile(r"(?<![A-Za-z\d])[−–-]?\d")
_CAPTION = re.compile(r"^\W*(?:Table|TABLE|Tab\.)\s*S?\d")
_NO_VALUE = re.compile(r"\b(?:why|how (?:is|are|was|were) .{0,40}(?:defined|measured|determined)"
                       r"|depend|definition|meaning)\b", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """Something that a question names: a substance, by any of its names, or a code."""

    text: str
    name: Name | None  # as a substance is read; None for a code


@dataclass(frozen=True)
class Asked:
    """The parts of a question that an answer must bring together."""

    text: str  # the question, folded
    properties: tuple[tuple[Property, tuple[Thing, ...] | None], ...]  # with what each is asked of
    things: tuple[Thing, ...]
    rest: tuple[str, ...]  # search terms that name no property
    wants_value: bool


@dataclass(frozen=True)
class Gap:
    """What of a question the likely papers do not hold, or not together."""

    kind: Literal["absent", "untold", "no value", "apart"]
    wanted: str  # the property; empty where it is about things alone
    things: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not found, or not found together."""
        return tuple(part for part in (self.wanted, *self.things) if part)

    @property
    def why(self) -> str:
        """One sentence for the user."""
        things = " or ".join(map(repr, self.things))
        if self.kind == "absent":
            return f"No paper that bears on the question mentions {things}."
        if self.kind == "untold":
            return f"No paper that bears on the question tells the {self.wanted}."
        if self.kind == "no value":
            return f"The papers that bear on the question give no value of the {self.wanted}."
        if not things:
            return f"The papers tell the {self.wanted} of other things than the one asked about."
        if not self.wanted:
            return f"The papers do not bring together {' and '.join(map(repr, self.things))}."
        return f"The papers tell the {self.wanted}, but not of {things}."


def things_in(text: str, keys: SubstanceKeys | None) -> tuple[Thing, ...]:
    """What ``text`` names, each once: formulae, codes and proper names, then substances."""
    codes = [name for name in question_names(text) if not VALUE.fullmatch(name)]
    things = [Thing(code, _whole_name(code, keys)) for code in codes]
    values = [hit.span() for hit in VALUE.finditer(text)]
    things += [
        Thing(name.text, name)
        for name in read_names(text, keys, values)
        if len(name.text) > 1 and not any(name.text in code for code in codes)
    ]
    return tuple({thing.text: thing for thing in things}.values())


def read_asked(question: Question, keys: SubstanceKeys | None) -> Asked:
    """The properties and things that ``question`` names."""
    text = question.text
    properties = asked_properties(fold_text(text))
    said = " ".join(h.group() for each in properties for h in each.asked.finditer(fold_text(text)))
    things = [thing for thing in things_in(text, keys) if thing.text.lower() not in said]
    named = set(fold_terms(said))
    rest = tuple(term for term in dict.fromkeys(fold_terms(text)) if term not in named)
    owned = tuple((each, _things_of(each, question, things)) for each in properties)
    return Asked(
        text=fold_text(text),
        properties=owned,
        things=tuple(things),
        rest=rest,
        wants_value=not _NO_VALUE.search(text) and not question.wants_reason,
    )


def _things_of(
    wanted: Property, question: Question, things: Sequence[Thing]
) -> tuple[Thing, ...] | None:
    """The things in the clause that names a property; None where it names none and others do."""
    if len(question.segments) < 2:
        return tuple(things)
    for segment in question.segments:
        if wanted.asked.search(fold_text(segment)):
            inside = tuple(thing for thing in things if thing.text in segment)
            return inside or (None if things else ())
    return tuple(things)


def _whole_name(code: str, keys: SubstanceKeys | None) -> Name | None:
    """A code as the name of a substance, where it is one: LLZO, Li7La3Zr2O12."""
    names = read_names(code, keys, [])
    return names[0] if len(names) == 1 and names[0].text == code else None


def find_gap(
    asked: Asked,
    papers: Sequence[Paper],
    shelf: Shelf,
    query: Query,
    keys: SubstanceKeys | None,
    met: Floats | None = None,
) -> Gap | None:
    """What keeps ``papers`` from answering, or None where they may.

    Args:
        asked: The question's parts.
        papers: The papers that bear most on it.
        shelf: Where they stand.
        query: The question as it is searched.
        keys: Finds the other names of a substance.
        met: How the window that begins at each sentence of the shelf meets the question word by
            word (`Ranking.windows_met`); None where the embedder tells no words.
    """
    for wanted, things in asked.properties:
        gap = _gap(wanted, things, asked, papers, shelf, query, keys, met)
        if gap is not None:
            return gap
    absent = tuple(
        thing.text
        for thing in asked.things
        if thing.name is not None
        and thing.name.element
        and not any(_names_element(thing, one, shelf) for one in (*papers, *shelf.papers))
    )
    return Gap("absent", "", absent) if absent else None


def _names_element(thing: Thing, paper: Paper, shelf: Shelf) -> bool:
    """Whether a paper writes an element by its name, or by its symbol in any formula."""
    assert thing.name is not None
    (symbol,) = thing.name.elements
    # The word without its ending, so that ferrous is iron's only by its symbol; and the symbol with
    # no small letter behind it.
    pattern = rf"{re.escape(thing.text[:-2].lower())}|{symbol}(?![a-z])"
    return re.search(pattern, shelf.text(paper)) is not None


def _gap(
    wanted: Property,
    things: tuple[Thing, ...] | None,
    asked: Asked,
    papers: Sequence[Paper],
    shelf: Shelf,
    query: Query,
    keys: SubstanceKeys | None,
    met: Floats | None,
) -> Gap | None:
    places = [place for paper in papers for place in _places(wanted, paper, shelf)]
    if not places:
        return Gap("untold", wanted.name)
    if asked.wants_value and wanted.value is not None:
        valued = [place for place in places if place.has_value]
        if not valued:
            return Gap("no value", wanted.name)
        places = valued
    missing = tuple(
        thing.text
        for thing in things or ()
        if not any(stands_in(thing, place.around, keys) for place in places)
    )
    if missing:
        return Gap("apart", wanted.name, missing)
    if not _is_asked_first(wanted, asked.text):
        return None
    behind = _behind(places, papers, shelf, met)
    if behind is not None and behind > TOLD_APART:
        return Gap("apart", wanted.name)
    rest = {term: query.idf[term] for term in asked.rest if term in query.idf}
    weight = sum(rest.values())
    if weight and things == () and (behind is None or behind > TOLD_APART_IN_OTHER_WORDS):
        covered = max(
            sum(rest[term] for term in rest if term in place.terms) / weight for place in places
        )
        if covered < LITTLE_OF_THE_REST:
            return Gap("apart", wanted.name)
    return None


def _behind(
    places: Sequence[_Place], papers: Sequence[Paper], shelf: Shelf, met: Floats | None
) -> float | None:
    """How far the best of ``places`` stays behind the best window of ``papers``; None if unknown.

    Where the property and what it is asked of stand together, one of the best windows tells it.
    """
    if met is None:
        return None
    best = max(float(met[shelf.spans[paper.paper_id]].max(initial=0.0)) for paper in papers)
    return best - max(float(met[place.windows].max()) for place in places)


def _is_asked_first(wanted: Property, question: str) -> bool:
    """Whether a question begins with a property, as "At what viscosities do ..." does."""
    hit = wanted.asked.search(question)
    return hit is not None and len(question[: hit.start()].split()) <= WORDS_BEFORE


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a paper tells a property; what stands around it is read when it is asked for."""

    paper: Paper
    shelf: Shelf
    rows: Sequence[int]  # all quotable sentences of the paper
    told: int  # the sentence that tells it, among them
    within: range  # the sentences around it, among them
    has_value: bool

    @cached_property
    def windows(self) -> slice:
        """The rows at which windows begin that hold the sentence, on its page."""
        row = self.rows[self.told]
        page = self.shelf.rows_of(int(self.shelf.page_of[row]))
        return slice(max(page.start, row - WINDOW + 1), row + 1)

    @cached_property
    def around(self) -> str:
        """The sentences around it, behind the paper's title."""
        texts = [self.shelf.sentence(self.rows[index])[2] for index in self.within]
        context = [self.paper.title or ""]
        if not any(_names_a_substance(text) for text in texts):
            # "it" is what the paper is about
            context += [self.shelf.sentence(row)[2] for row in self.rows[:OPENING]]
        return "\n".join((*context, *texts))

    @cached_property
    def terms(self) -> frozenset[str]:
        """The search terms of the same."""
        rows = (self.rows[index] for index in self.within)
        terms = (term for row in rows for term in self.shelf.sentence(row)[3])
        return frozenset(terms) | set(fold_terms(self.paper.title or ""))


def _places(wanted: Property, paper: Paper, shelf: Shelf) -> list[_Place]:
    span = shelf.spans[paper.paper_id]
    rows = [row for row in range(span.start, span.stop) if shelf.quotable[row]]
    texts = [shelf.sentence(row)[2] for row in rows]
    places = []
    for index, text in enumerate(texts):
        if tells(wanted, text):
            first, last = _around(index, texts)
            has_value = _holds_value(wanted, texts[first : last + 1])
            places.append(_Place(paper, shelf, rows, index, range(first, last + 1), has_value))
    return places


def _around(index: int, texts: Sequence[str]) -> tuple[int, int]:
    """The first and last sentence around one, the rows of a table with their caption."""
    first, last = max(0, index - REACH), min(len(texts) - 1, index + REACH)
    if _is_tabular(texts[index]) or _CAPTION.match(texts[index]):
        while last < min(len(texts) - 1, index + TABLE_REACH) and _is_tabular(texts[last + 1]):
            last += 1
    return first, last


@lru_cache(maxsize=65536)
def _is_tabular(text: str) -> bool:
    """Whether a line is the head or a row of a table, not a sentence."""
    letters = sum(char.isalpha() for char in text)
    return letters < 0.6 * len(text) or (len(text) < 60 and not text.endswith((".", "?")))


@lru_cache(maxsize=65536)
def tells(wanted: Property, text: str) -> bool:
    """Whether a sentence names a property by one of its words, or by its symbol."""
    if wanted.said.search(fold_text(text)):
        return True
    return bool(wanted.printed and wanted.printed.search(text))


@lru_cache(maxsize=65536)
def _names_a_substance(text: str) -> bool:
    """Whether a sentence says itself of which compound it speaks."""
    named = any(not name.element for name in read_names(text, None, []))
    return named or any(any(map(str.isdigit, name)) for name in question_names(VALUE.sub("", text)))


def _holds_value(wanted: Property, texts: Sequence[str]) -> bool:
    if wanted.value is None:
        return True
    return any(
        wanted.value.search(text) or (_is_tabular(text) and _DIGIT.search(text)) for text in texts
    )


def stands_in(thing: Thing, text: str, keys: SubstanceKeys | None) -> bool:
    """Whether a text holds a thing under any of its names."""
    if holds(folded_text(text), thing.text):
        return True
    return thing.name is not None and holds_name(thing.name, list(_names_in(text, keys)), text)


@lru_cache(maxsize=4096)
def _names_in(text: str, keys: SubstanceKeys | None) -> tuple[Name, ...]:
    return tuple(read_names(text, keys, []))
