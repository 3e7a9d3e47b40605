"""Checking a bundled answer again: its papers by their bytes, its quotes, its claims.

Papers are looked for where they lay, then elsewhere by their hash. A paper with other bytes than
quoted from is changed, whatever its name; its quotes are still looked for in what is there now.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from agent.answer import ClaimVerdict
from agent.bundle import AnswerBundle, BundledPaper
from agent.literature.claims import Closeness, check_claim
from agent.tools.substance_keys import substance_keys
from ingest.citation import Citation
from ingest.isolation import read_isolated
from ingest.paper import Page
from ingest.record import Record
from ingest.settings import ReaderSettings


class PaperState(StrEnum):
    """What became of a quoted paper."""

    SAME = "same"  # the same bytes at the same place
    MOVED = "moved"  # the same bytes elsewhere
    CHANGED = "changed"  # other bytes at its place, and its own nowhere
    MISSING = "missing"


class QuoteState(StrEnum):
    """Where a quote stands now."""

    AT_ITS_OFFSET = "at its offset"
    ON_ITS_PAGE = "on its page"  # at another offset
    ON_ANOTHER_PAGE = "on another page"
    GONE = "gone"
    NOT_CHECKED = "not checked"  # its paper is missing or cannot be read


STANDS: Final = (QuoteState.AT_ITS_OFFSET, QuoteState.ON_ITS_PAGE)
_WORTH: Final = {ClaimVerdict.SUPPORTED: 2, ClaimVerdict.PARTLY: 1, ClaimVerdict.UNSUPPORTED: 0}


class PaperCheck(Record):
    """What was found of one paper."""

    key: str
    file: str
    sha256: str
    state: PaperState
    path: str | None  # where it was found now
    why: str = ""


class QuoteCheck(Record):
    """What was found of one quote."""

    key: str
    file: str
    page: int
    quote: str
    state: QuoteState
    found_on: int | None  # the page it stands on now


class ClaimRecheck(Record):
    """What the check of one claim against its quotes says now."""

    text: str
    was: ClaimVerdict
    now: ClaimVerdict
    stands: bool  # no worse than then, on quotes that stand themselves
    why: str = ""


class BundleCheck(Record):
    """All that was found. ``ok``: the answer stands as it was given, on the same bytes."""

    ok: bool
    intact: bool  # no field of the file was changed
    papers: tuple[PaperCheck, ...]
    quotes: tuple[QuoteCheck, ...]  # the answer's, then those shown as not used
    claims: tuple[ClaimRecheck, ...]
    notes: tuple[str, ...] = ()


def recheck(
    bundle: AnswerBundle,
    *,
    places: Mapping[str, Sequence[str]] | None = None,
    folders: Iterable[Path] = (),
    reader: ReaderSettings | None = None,
    closeness: Closeness | None = None,
) -> BundleCheck:
    """Check every paper, quote and claim of ``bundle``.

    Args:
        bundle: As `agent.bundle.read_bundle` gives it.
        places: More paths of papers by their SHA-256, such as a library knows.
        folders: Looked through, with their subfolders, for papers that are not where they lay.
        reader: Limits under which the files are read.
        closeness: As for `check_claim`.
    """
    finder = _Finder(tuple(folders))
    papers: list[PaperCheck] = []
    pages: dict[str, tuple[Page, ...]] = {}
    for paper in bundle.papers:
        check = finder.find(paper, (places or {}).get(paper.sha256, ()))
        if check.path is not None:
            read = read_isolated(Path(check.path), reader or ReaderSettings())
            pages[paper.sha256] = read.pages
            if not read.outcome.is_ok:
                check = check.model_copy(update={"why": read.message})
        papers.append(check)
    quotes = [_check_quote(c, pages.get(c.paper_id)) for c in (*bundle.citations, *bundle.unused)]
    claims = tuple(_recheck_claims(bundle, quotes, closeness))
    intact = bundle.intact
    return BundleCheck(
        ok=(
            intact
            and all(paper.state in (PaperState.SAME, PaperState.MOVED) for paper in papers)
            and all(quote.state in STANDS for quote in quotes)
            and all(claim.stands for claim in claims)
        ),
        intact=intact,
        papers=tuple(papers),
        quotes=tuple(quotes),
        claims=claims,
        notes=tuple(_notes(bundle)),
    )


def _notes(bundle: AnswerBundle) -> Iterator[str]:
    if not bundle.citations and not bundle.unused:
        yield "The answer quotes no paper: only the file itself could be checked."
    if bundle.tools:
        yield "Results of tools are kept as they were; they are not computed again."


class _Finder:
    """Finds papers by the hash of their bytes; each file is hashed once."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._hashes: dict[Path, str | None] = {}

    def find(self, paper: BundledPaper, more: Sequence[str]) -> PaperCheck:
        state, path, why = PaperState.MISSING, None, "no file with its bytes was found"
        for known in paper.paths:
            found = self._hash(Path(known))
            if found == paper.sha256:
                return self._check(paper, PaperState.SAME, Path(known))
            if found is not None and path is None:
                state, path = PaperState.CHANGED, Path(known)
                why = f"its SHA-256 is {found[:12]}… now, and was {paper.sha256[:12]}…"
        for place in (*map(Path, more), *self._elsewhere(paper)):
            if self._hash(place) == paper.sha256:
                return self._check(paper, PaperState.MOVED, place, f"it lies at {str(place)!r} now")
        return self._check(paper, state, path, why)

    @staticmethod
    def _check(
        paper: BundledPaper, state: PaperState, path: Path | None, why: str = ""
    ) -> PaperCheck:
        return PaperCheck(
            key=paper.key,
            file=paper.file,
            sha256=paper.sha256,
            state=state,
            path=str(path) if path else None,
            why=why,
        )

    def _elsewhere(self, paper: BundledPaper) -> list[Path]:
        """Files of its kind in the folders, those of its name first."""
        suffix = Path(paper.file).suffix.lower()
        files = [
            Path(folder) / name
            for root in self._folders
            for folder, _, names in os.walk(root)
            for name in sorted(names)
            if Path(name).suffix.lower() == suffix
        ]
        return sorted(files, key=lambda path: path.name != paper.file)

    def _hash(self, path: Path) -> str | None:
        if path not in self._hashes:
            try:
                with path.open("rb") as file:
                    self._hashes[path] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                self._hashes[path] = None
        return self._hashes[path]


def _check_quote(citation: Citation, pages: tuple[Page, ...] | None) -> QuoteCheck:
    state, found_on = QuoteState.NOT_CHECKED, None
    if pages:
        state, found_on = _locate(citation, pages)
    return QuoteCheck(
        key=citation.key,
        file=citation.file,
        page=citation.page,
        quote=citation.quote,
        state=state,
        found_on=found_on,
    )


def _locate(citation: Citation, pages: tuple[Page, ...]) -> tuple[QuoteState, int | None]:
    quote = _folded(citation.quote)
    own = next((page for page in pages if page.number == citation.page), None)
    if own is not None:
        offset = citation.start - own.start
        if 0 <= offset < len(own.text) and _folded(own.text[offset:]).startswith(quote):
            return QuoteState.AT_ITS_OFFSET, own.number
        if quote in _folded(own.text):
            return QuoteState.ON_ITS_PAGE, own.number
    for page in pages:
        if quote in _folded(page.text):
            return QuoteState.ON_ANOTHER_PAGE, page.number
    return QuoteState.GONE, None


def _folded(text: str) -> str:
    return " ".join(text.split())


def _recheck_claims(
    bundle: AnswerBundle, quotes: Sequence[QuoteCheck], closeness: Closeness | None
) -> Iterator[ClaimRecheck]:
    for claim in bundle.claims:
        indices = [index for index in claim.citations if index < len(bundle.citations)]
        now = check_claim(
            claim.text,
            [bundle.citations[index].quote for index in indices],
            substance_keys=substance_keys,
            closeness=closeness,
        )
        based = all(quotes[index].state in STANDS for index in indices)
        why = now.why
        if not based and not why:
            why = "A quote it rests on was not found where it stood."
        yield ClaimRecheck(
            text=claim.text,
            was=claim.verdict,
            now=now.verdict,
            stands=based and _WORTH[now.verdict] >= _WORTH[claim.verdict],
            why=why,
        )
