"""A material as it is asked about, and where a sentence speaks of it or of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.literature.names import Name, SubstanceKeys, formula_key, read_names, same_substance
from agent.literature.quantities import plain_text
from agent.literature.statement import Statement

_PHASE_WORDS: Final = frozenset(
    "cubic tetragonal orthorhombic monoclinic hexagonal rhombohedral trigonal triclinic amorphous"
    " glassy anatase rutile α β γ δ alpha beta gamma delta".split()
)
_FILL_WORDS: Final = frozenset("the a an pure solid bulk crystalline and of".split())


@dataclass
class Material:
    """One material that is asked about, with the abbreviations that the papers give it."""

    asked: str
    head: str  # without phase and filling words
    phases: frozenset[str]
    names: tuple[Name, ...]
    aliases: set[str] = field(default_factory=set)

    @property
    def elements(self) -> frozenset[str]:
        """Elements it is known to consist of."""
        return frozenset().union(*(name.elements for name in self.names))

    def spans(self, statement: Statement) -> list[tuple[int, int]]:
        """Where a statement names it."""
        found = [
            (name.start, name.end)
            for name in statement.names
            if any(same_substance(name, own) for own in self.names)
        ]
        for form in (self.head, *self.aliases):
            flags = 0 if re.search(r"[A-Z\d]", form) else re.IGNORECASE
            pattern = rf"(?<![A-Za-z\d]){re.escape(form)}(?![A-Za-z\d(]|\.\d)"
            found += [match.span() for match in re.finditer(pattern, statement.text, flags)]
        return sorted(set(found))

    def learn(self, texts: Iterable[str], keys: SubstanceKeys | None) -> None:
        """Take up abbreviations and formulae that stand beside it: ``Li7La3Zr2O12 (LLZO)``."""
        known = {self.head, *self.aliases}
        for text in texts:
            for match in _BESIDE.finditer(plain_text(text)):
                left, right = match["left"], match["right"]
                for mine, other in ((left, right), (right, left)):
                    if mine in known and other not in known and _is_form(other):
                        self.aliases.add(other)
                        if formula_key(other):
                            self.names = (*self.names, *read_names(other, keys, []))


_BESIDE: Final = re.compile(
    r"(?<![\w-])(?P<left>[A-Z][\w.\-]*(?:\([A-Z]\w*\)\d*\w*)?)\s?\((?P<right>[A-Z][\w.\-]{1,40})\)"
)


def _is_form(text: str) -> bool:
    """Whether it is an abbreviation or a formula, not a word."""
    return sum(char.isupper() or char.isdigit() for char in text) >= 2


def read_material(asked: str, keys: SubstanceKeys | None) -> Material:
    """A material as the user writes it: ``cubic LLZO``, ``sodium chloride``."""
    plain = plain_text(asked).strip()
    words = plain.split()
    phases = frozenset(word.lower() for word in words if word.lower() in _PHASE_WORDS)
    rest = [word for word in words if word.lower() not in _PHASE_WORDS | _FILL_WORDS]
    head = " ".join(rest) or plain
    if match := re.fullmatch(r"([αβγδ])-(.+)", head):
        phases, head = phases | {match[1]}, match[2]
    names = tuple(name for name in read_names(head, keys, []) if name.text == head)
    return Material(asked=asked.strip(), head=head, phases=phases, names=names)


# "Na3−xPn1−xWxS4", "MAPb(I1−xBrx)3": no amounts that could be read, and a compound all the same.
_FORMULA_LIKE: Final = re.compile(
    r"(?<![\w(])(?=\S*\d)(?=(?:\S*[A-Z]){2})[A-Z](?:[A-Za-z\d().·+xyδ-]*[A-Za-z\d)])"
)


def compounds(statement: Statement) -> list[Name]:
    """The names in a statement that are of compounds, not of elements or ions."""
    return [name for name in statement.names if not name.element and len(name.elements) != 1]


def compound_spans(statement: Statement) -> list[tuple[int, int]]:
    """Where a statement names a compound, by name or by what looks like a formula."""
    named = {(name.start, name.end) for name in compounds(statement)}
    return sorted(named | {match.span() for match in _FORMULA_LIKE.finditer(statement.text)})


def owner(
    value: tuple[int, int],
    clause: tuple[int, int],
    statement: Statement,
    own: Sequence[tuple[int, int]],
) -> bool | None:
    """Whether a value is the material's (True), another's (False), or not said (None).

    Args:
        value: Where it stands.
        clause: Where its clause stands.
        statement: The sentence.
        own: Where the material is named.
    """
    others = [
        (start, end)
        for start, end in compound_spans(statement)
        if not any(a < end and start < b for a, b in own)
    ]
    for start, end in (clause, (0, len(statement.text))):
        mine = [span for span in own if start <= span[0] < end]
        theirs = [span for span in others if start <= span[0] < end]
        if mine or theirs:
            return _gap(value, mine) <= _gap(value, theirs)
    return None


def _gap(value: tuple[int, int], spans: Sequence[tuple[int, int]]) -> float:
    """Characters between a value and the nearest of ``spans``."""
    gaps = [max(start - value[1], value[0] - end, 0) for start, end in spans]
    return min(gaps, default=float("inf"))
