"""What the papers say of a property of materials, side by side, and where they disagree.

A row is one value that one sentence of one paper gives. Rows of two papers disagree where no value
of the one lies within the stated error, or the rounding, of one of the other, for the same material
in a state that neither says is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from agent.answer import AnswerStatus
from agent.literature.citing import Citer
from agent.literature.comparison import CompareRow, Comparison, Disagreement, read_request, summary
from agent.literature.evidence import is_furniture
from agent.literature.materials import (
    Material,
    compound_spans,
    compounds,
    owner,
    read_material,
)
from agent.literature.measurands import Property, find_property, rivals
from agent.literature.measurements import (
    Conditions,
    Value,
    read_conditions,
    read_phases,
    read_values,
)
from agent.literature.names import SubstanceKeys
from agent.literature.statement import CLAUSES, Statement, read_statement
from ingest.candidates import Candidate
from ingest.citation import Citation
from ingest.library import Library

PAGES_READ: Final = 120  # of the ranking, for each property and material
WINDOW: Final = 3  # sentences before one, that may say what it speaks of
MAX_ROWS: Final = 200
# A paper's subject is what at least this share of its mentions speak of, and so many of them.
SUBJECT_SHARE: Final = 0.5
SUBJECT_MENTIONS: Final = 3
MAX_CHARS: Final = 600  # a longer sentence is a table that lost its lines


@dataclass(frozen=True, eq=False)
class _Found:
    row: CompareRow
    value: Value
    conditions: Conditions
    own: bool  # the authors' own finding or advice, by their words


@dataclass(frozen=True)
class _Subjects:
    """What the papers are about, by the id of each: the asked property, the asked material."""

    of_property: frozenset[str]
    of_material: frozenset[str]


# The authors speak of their own value.
_OWN = re.compile(
    r"\b(?:we|our)\b.{0,60}\b(?:recommend|advise|propose|take|adopt|find|found|obtain(?:ed)?"
    r"|measured?|determined?|derived?|report)\b|\b(?:recommended|advised) value",
    re.IGNORECASE,
)


def compare_papers(
    text: str, library: Library, *, substance_keys: SubstanceKeys | None = None
) -> Comparison:
    """What the papers of ``library`` say of a property of materials.

    Args:
        text: ``property of material``; several of either with commas or "and". Without a
            material, all that the papers name.
        library: What is searched.
        substance_keys: As for `check_claim`, for synonyms.

    Raises:
        QuestionError: No property is named.
    """
    request = read_request(text)
    finder = _Finder(library, substance_keys)
    found: list[_Found] = []
    for wanted in request.properties:
        asked = find_property(wanted)
        for material in request.materials or (None,):
            found += finder.find(asked, wanted, material)
    found = found[:MAX_ROWS]
    rows = tuple(one.row for one in found)
    disagreements = tuple(_disagreements(found))
    return Comparison(
        question=text,
        status=AnswerStatus.ANSWERED if rows else AnswerStatus.NO_EVIDENCE,
        text=summary(request, rows, disagreements),
        rows=rows,
        disagreements=disagreements,
    )


class _Finder:
    """Finds the rows of one library; each sentence is taken apart once."""

    def __init__(self, library: Library, keys: SubstanceKeys | None) -> None:
        self._retriever = library.retriever
        self._citer = Citer(library.catalog)
        self._keys = keys
        self._statements: dict[tuple[str, int], Statement] = {}
        self._titles: dict[str, Statement] = {}

    def find(self, asked: Property, wanted: str, of: str | None) -> list[_Found]:
        """The rows for one property of one material, by paper, in the order of their pages."""
        query = self._retriever.query(f"{wanted} of {of}" if of else wanted)
        ranking = self._retriever.rank(query)
        candidates = self._retriever.candidates(ranking, ranking.pages[:PAGES_READ])
        material = read_material(of, self._keys) if of else None
        if material is not None:
            material.learn((candidate.text for candidate in candidates), self._keys)
        subjects = self._subjects(candidates, asked, material)
        by_place = {(c.paper.paper_id, c.ordinal): c for c in candidates}
        found: list[_Found] = []
        for candidate in sorted(candidates, key=lambda c: (c.paper.key, c.ordinal)):
            window = [
                before
                for back in range(WINDOW, 0, -1)
                if (before := by_place.get((candidate.paper.paper_id, candidate.ordinal - back)))
            ]
            found += self._rows(candidate, window, asked, wanted, material, subjects)
        units = [one.value.unit for one in found]
        if not asked.units and units:  # of values of several kinds the commonest is meant
            common = max(set(units), key=units.count)
            found = [one for one in found if one.value.unit == common]
        return found

    def _subjects(
        self, candidates: Sequence[Candidate], asked: Property, material: Material | None
    ) -> _Subjects:
        others = rivals(asked)
        counts: dict[str, list[int]] = {}  # asked property, rivals, asked material, any compound
        for candidate in candidates:
            statement = self._statement(candidate)
            count = counts.setdefault(candidate.paper.paper_id, [0, 0, 0, 0])
            count[0] += asked.is_named_in(statement.text)
            count[1] += any(other.is_named_in(statement.text) for other in others)
            mine = bool(material and material.spans(statement))
            count[2] += mine
            count[3] += mine or bool(compound_spans(statement))
        return _Subjects(
            frozenset(
                paper
                for paper, (mine, other, _, _) in counts.items()
                if mine >= SUBJECT_MENTIONS and mine > other
            ),
            frozenset(
                paper
                for paper, (_, _, mine, every) in counts.items()
                if mine >= SUBJECT_MENTIONS and mine >= SUBJECT_SHARE * every
            ),
        )

    def _rows(
        self,
        candidate: Candidate,
        window: Sequence[Candidate],
        asked: Property,
        wanted: str,
        material: Material | None,
        subjects: _Subjects,
    ) -> Iterator[_Found]:
        text = candidate.text
        if not re.search(r"\d", text) or len(text) > MAX_CHARS or is_furniture(text):
            return
        statement = self._statement(candidate)
        before = [self._statement(one) for one in window]
        if not self._names(asked, statement, before, candidate, subjects):
            return
        citation: Citation | None = None
        for value in read_values(statement, asked):
            clause = _clause(statement.text, value.start)
            place = (value.start, value.end)
            if material is None:
                named = _nearest_compound(place, clause, statement, asked)
            else:
                about = candidate.paper.paper_id in subjects.of_material
                named = _whose(place, clause, statement, before, material, about)
            if named is None:
                continue
            name, said_by, own = named
            conditions = read_conditions(statement, clause, asked, own)
            whole = read_conditions(statement, (0, len(statement.text)), asked, own)
            conditions = _filled(conditions, whole)
            if material is not None and material.phases:
                title = self._title(candidate)
                phases = _phases(conditions, [*([] if said_by == "sentence" else before)], title)
                if phases and not phases & material.phases:
                    continue
            citation = citation or self._citer.cite(candidate)
            if citation is None:
                return
            row = CompareRow(
                property=wanted,
                material=name,
                condition=str(conditions),
                printed=value.text,
                value=value.value,
                low=value.low,
                high=value.high,
                error=value.error,
                unit=value.unit,
                citation=citation,
                said_by=said_by,
            )
            yield _Found(row, value, conditions, bool(_OWN.search(statement.text)))

    def _names(
        self,
        asked: Property,
        statement: Statement,
        before: Sequence[Statement],
        candidate: Candidate,
        subjects: _Subjects,
    ) -> bool:
        """Whether a sentence speaks of the property: itself, those before it, or its paper."""
        if asked.is_named_in(statement.text):
            return True
        if any(other.is_named_in(statement.text) for other in rivals(asked)):
            return False
        for earlier in reversed(before):
            if asked.is_named_in(earlier.text):
                return True
            if any(other.is_named_in(earlier.text) for other in rivals(asked)):
                return False
        return candidate.paper.paper_id in subjects.of_property

    def _statement(self, candidate: Candidate) -> Statement:
        place = (candidate.paper.paper_id, candidate.ordinal)
        if place not in self._statements:
            text = candidate.text
            self._statements[place] = read_statement(text, self._keys, quoted=True)
        return self._statements[place]

    def _title(self, candidate: Candidate) -> Statement:
        paper = candidate.paper
        if paper.paper_id not in self._titles:
            self._titles[paper.paper_id] = read_statement(
                paper.title or "", self._keys, quoted=True
            )
        return self._titles[paper.paper_id]


Named = tuple[str, str, frozenset[str]]  # of a value: the material, what says so, its elements


def _nearest_compound(
    place: tuple[int, int], clause: tuple[int, int], statement: Statement, asked: Property
) -> Named | None:
    """The compound that stands nearest to a value, in its clause, else in the sentence."""
    printed = statement.text[slice(*place)]
    if not asked.is_named_in(statement.text) or not re.search(r"[A-Za-zµΩÅ%°]", printed):
        return None  # one of a list of values whose unit stands behind the last
    for start, end in (clause, (0, len(statement.text))):
        names = [name for name in compounds(statement) if start <= name.start < end]
        if names:  # the last before the value; else the first behind it
            near = max(names, key=lambda n: n.start if n.end <= place[0] else -n.start)
            return near.text, "sentence", near.elements
    return None


def _whose(
    place: tuple[int, int],
    clause: tuple[int, int],
    statement: Statement,
    before: Sequence[Statement],
    material: Material,
    is_subject: bool,
) -> Named | None:
    """Whether a value is the material's, and what says so; None: another's, or not said."""
    mine = owner(place, clause, statement, material.spans(statement))
    if mine is False:
        return None
    if mine:
        return material.asked, "sentence", material.elements
    for back, earlier in enumerate(reversed(before)):  # the nearest that names any compound
        if material.spans(earlier):
            return material.asked, "context", material.elements
        if compound_spans(earlier):
            if back == 0:
                return None
            break
    return (material.asked, "paper", material.elements) if is_subject else None


def _phases(
    conditions: Conditions, before: Sequence[Statement], title: Statement
) -> frozenset[str]:
    """The phases a value is of: said beside it, else by the nearest text before it that says."""
    if conditions.phases:
        return conditions.phases
    return next(
        (found for one in (*reversed(before), title) if (found := read_phases(one.text))),
        frozenset(),
    )


def _filled(narrow: Conditions, wide: Conditions) -> Conditions:
    """The clause's conditions; what it does not say is taken from the sentence."""
    return Conditions(
        phases=narrow.phases or (wide.phases if len(wide.phases) == 1 else frozenset()),
        dopants=narrow.dopants or (wide.dopants if len(wide.dopants) == 1 else frozenset()),
        parts=narrow.parts,
        methods=narrow.methods or wide.methods,
        specimen=narrow.specimen,
        temperature_k=narrow.temperature_k,
        shown_temperature=narrow.shown_temperature,
    )


def _clause(text: str, at: int) -> tuple[int, int]:
    """Where the clause around ``at`` begins and ends."""
    start, end = 0, len(text)
    for match in CLAUSES.finditer(text):
        if match.end() <= at:
            start = match.end()
        elif match.start() > at:
            end = match.start()
            break
    return start, end


def _disagreements(found: Sequence[_Found]) -> Iterator[Disagreement]:
    """For each two papers that share a property and a material, the nearest of their values."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(found):
        groups.setdefault((one.row.property, one.row.material.lower()), []).append(index)
    for indices in groups.values():
        by_paper: dict[str, list[int]] = {}
        for index in indices:
            by_paper.setdefault(found[index].row.citation.paper_id, []).append(index)
        for first, second in combinations(by_paper.values(), 2):
            pair = _nearest(found, _told(found, first), _told(found, second))
            if pair is None:
                continue
            left, right = (found[index].value for index in pair)
            if left.low <= right.high and right.low <= left.high:
                continue
            row = found[pair[0]].row
            yield Disagreement(
                property=row.property,
                material=row.material,
                first=pair[0],
                second=pair[1],
                difference=abs(left.value - right.value),
                unit=left.unit,
            )


def _told(found: Sequence[_Found], indices: Iterable[int]) -> list[int]:
    """The values a paper stands for: its own finding or advice, else single ones, else ranges."""
    every = list(indices)
    single = [index for index in every if not found[index].value.is_range]
    return [index for index in single if found[index].own] or single or every


def _nearest(
    found: Sequence[_Found], first: Sequence[int], second: Sequence[int]
) -> tuple[int, int] | None:
    pairs = [
        (left, right)
        for left in first
        for right in second
        if found[left].value.unit == found[right].value.unit
        and not found[left].conditions.speaks_of_another_state(found[right].conditions)
    ]

    def gap(pair: tuple[int, int]) -> float:
        left, right = (found[index].value for index in pair)
        return max(left.low - right.high, right.low - left.high)

    return min(pairs, key=gap) if pairs else None
