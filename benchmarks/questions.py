"""Question files: what is asked, what a right answer holds, and where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PageKey = tuple[str, int]  # file name, page counted from 1


@dataclass(frozen=True)
class Gold:
    """One piece of evidence that a full answer cites."""

    file: str
    page: int
    quote: str
    pages: frozenset[PageKey]  # pages that count as right, of any file


@dataclass(frozen=True)
class Question:
    """One row of a question file."""

    id: str
    type: str
    text: str
    keys: tuple[tuple[str, ...], ...]  # an answer holds one alternative of each group
    answerable: bool
    evidence: tuple[Gold, ...]
    wording: str | None = None  # "plain" or "hard", where one file holds both

    @property
    def pages(self) -> frozenset[PageKey]:
        """All pages that count as right."""
        return frozenset().union(*(gold.pages for gold in self.evidence))


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of a JSON-lines file.

    Each line has ``id``, ``question``, ``answerable``, ``keys`` and ``evidence``, a list of
    ``file`` (or ``doc``), ``page``, ``quote``, ``ok_pages`` and, where the fact stands in other
    papers too, ``alts``.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    return tuple(_question(json.loads(line)) for line in lines if line.strip())


def _question(row: dict[str, Any]) -> Question:
    return Question(
        id=row["id"],
        type=row["type"],
        text=row["question"],
        keys=tuple(tuple(group) for group in row["keys"]),
        answerable=row["answerable"],
        evidence=tuple(_gold(evidence) for evidence in row["evidence"]),
        wording=row.get("wording"),
    )


def _gold(row: dict[str, Any]) -> Gold:
    file = row.get("file") or row["doc"]
    own = {(file, page) for page in row.get("ok_pages") or [row["page"]]}
    others = {(other.get("file") or other["doc"], other["page"]) for other in row.get("alts", ())}
    return Gold(file=file, page=row["page"], quote=row["quote"], pages=frozenset(own | others))
