"""Screening: a text, a name or a structure -> a Verdict. The order of the checks is here alone.

A text is read as written, with look-alike letters made Latin, and decoded; in every reading the
notations of structures and the names are found and compared with the lists. What looks like a
structure and cannot be read is told in ``unread``, never passed over. Recognition is not policy:
what may be answered about a substance is the gate's matter.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from safety import families
from safety.aliases import DESCRIPTIONS, FOREIGN, PLAIN, STREET
from safety.class_names import class_names
from safety.decoding import decodings, mirrorings
from safety.entities import Candidate, candidates, is_smiles_like, molblocks
from safety.errors import ScreeningError, StructureError
from safety.finding import Finding, Reading, Screening, failed
from safety.lists import ListInfo, ListSet, RawName, load_lists
from safety.molecule import Molecule, read_inchi, read_molblock, read_reaction, read_smiles
from safety.name_context import ListedName
from safety.name_index import NameIndex
from safety.names import latinised, normalise
from safety.resolver import NameResolver, find_resolver, systematic_names
from safety.structure_index import StructureIndex, StructureMatch, named_fragments
from safety.substance import Hit, Level, Verdict

if TYPE_CHECKING:
    from safety.families import ClassRule

MAX_CANDIDATES = 200
MAX_CHARS = 2_000_000
TIME_LIMIT_S = 20.0
_WINDOW = 20_000
_OVERLAP = 400
_RESOLVED_UP_TO = 2_000
_SLIPS_UP_TO = 4_000
"""Longer texts are not searched for misspelt names: prose of papers holds thousands of words that
are a letter away from something."""


class Screener:
    """Recognises listed substances in texts.

    Args:
        lists: What to look for; the packaged lists and the user's own if None.
        resolver: Reads systematic names that stand on no list, so that members of a class are
            found by their names too.
    """

    def __init__(self, lists: ListSet | None = None, resolver: NameResolver | None = None) -> None:
        self.lists = load_lists() if lists is None else lists
        self.resolver = resolver
        self.names = NameIndex(_listed_names(self.lists), self.lists.innocent_names)
        for name, others in FOREIGN.items():
            self.names.add_aliases(name, others.split())
        for name, others in STREET.items():
            self.names.add_street_names(name, others.split(", "), PLAIN)
        self.structures = StructureIndex(self.lists)

    # -- the front door ------------------------------------------------------------------------

    def screen(self, text: str) -> Verdict:
        """What is known of the substances in a text. Never raises; what fails is a warning."""
        try:
            return self.examine(text).verdict(text)
        except Exception as error:  # a front door: nothing that breaks here may pass as safe
            return failed(text, error)

    def examine(self, text: str, *, described: bool = False, resolve: bool = True) -> Screening:
        """All findings in a text, in every reading of it.

        Args:
            text: A name, a number, a structure, or prose.
            described: Look also for substances that are described and not named.
            resolve: Ask the name resolver about systematic names on no list.

        Raises:
            ScreeningError: It cannot be screened: not a text, too long, or out of time.
        """
        if not isinstance(text, str):
            raise ScreeningError(f"only a text can be screened, not {type(text).__name__!r}")
        if len(text) > MAX_CHARS:
            raise ScreeningError(
                f"the text has {len(text)} characters; more than {MAX_CHARS} are not screened"
            )
        deadline = time.monotonic() + TIME_LIMIT_S
        return _Pass(self, deadline, described=described, resolve=resolve).read(text)


def _listed_names(lists: ListSet) -> Iterator[ListedName]:
    levels = [lists.level(i) for i in range(len(lists.entries))]
    seen: set[int] = set()
    for n in lists.names():
        level = levels[n.entry]
        yield ListedName(
            n.text, n.entry, n.kind, n.case_sensitive, n.context_required and not _is_own_word(n),
            level, level is Level.BLOCK, n.entry not in seen,
        )  # fmt: skip
        seen.add(n.entry)


def _is_own_word(name: RawName) -> bool:
    """Whether it needs no context after all.

    A dictionary holds "heroin" and "benzaldehyde" too; only short words are ambiguous.
    """
    return name.text == "meth" or (
        name.kind == "common" and name.text.isalpha() and len(name.text) >= 6
    )


class _Pass:
    """One text on its way through all checks."""

    def __init__(
        self, screener: Screener, deadline: float, *, described: bool, resolve: bool
    ) -> None:
        self.screener = screener
        self.resolver = screener.resolver if resolve else None
        self.deadline = deadline
        self.described = described
        self.found = Screening()
        self.reading = Reading("")
        self.offset = 0
        self.n_candidates = 0

    def read(self, text: str) -> Screening:
        """All findings in ``text``."""
        if self._is_one_structure(text):
            return self.found
        for block in list(molblocks(text)):
            self._candidate(block)
            text = text.replace(block.text.lstrip("\n"), " \u27e6S\u27e7 ")
        plain = normalise(text)
        self._begin(plain)
        for start, window in _windows(plain):
            self.offset = start
            self._window(window)
        self.offset = 0
        if len(plain) <= _WINDOW:
            self._hidden(plain)
        return self.found

    def _begin(self, text: str) -> None:
        self.reading = Reading(text)
        self.found.readings.append(self.reading)

    def _is_one_structure(self, text: str) -> bool:
        """The common case of libraries: one SMILES and nothing else."""
        if not text.isascii() or len(text) < 4 or any(c.isspace() for c in text):
            return False
        if "InChI" in text or not any(c in "=#()[]12@" for c in text):
            return False
        if not is_smiles_like(text):
            return False
        try:
            molecule = read_smiles(text)
        except StructureError:
            return False
        self._begin(text)
        self._molecule(molecule)
        if len(text) <= 16:
            self._names(text, slips=False)
        return True

    def _window(self, text: str) -> None:
        self._in_time()
        for candidate in candidates(text):
            self._candidate(candidate)
        latin = latinised(text)
        if latin != text:
            self._names(latin, slips=False)
            for candidate in candidates(latin):
                if candidate.text not in text:
                    self._candidate(candidate)
        self._names(text, slips=len(text) <= _SLIPS_UP_TO)
        if self.described:
            self._descriptions(text)

    def _hidden(self, text: str) -> None:
        """What the text says decoded, in rot13 and backwards."""
        for decoded in decodings(text):
            self._in_time()
            plain = normalise(decoded.text)
            self._begin(plain)
            for candidate in candidates(plain):
                # A decoding is a guess: what is no structure in it is no structure at all.
                self._candidate(candidate, must_read=False)
            self._names(plain, slips=False)
            if self.described:
                self._descriptions(plain)
        for mirrored in mirrorings(text):
            self._in_time()
            n_before = len(self.found.findings)
            self._begin(mirrored.text)
            self._names(mirrored.text, slips=False, shortest=5)
            if mirrored.kind == "reversed":
                for candidate in candidates(mirrored.text):
                    if candidate.kind == "smiles" and "(" in candidate.text:
                        self._candidate(candidate, must_read=False)
            if len(self.found.findings) == n_before and not _reads_as_language(mirrored.text):
                self.found.readings.pop()

    def _in_time(self) -> None:
        if time.monotonic() > self.deadline:
            raise ScreeningError("out of time")

    def _descriptions(self, text: str) -> None:
        """Substances and whole classes that are spoken of without a name."""
        for description in DESCRIPTIONS:
            match = description.find(text)
            if match is None:
                continue
            for name in self.screener.names.named(description.name):
                self._entry(name.entry, "description", match.span())

    # -- structures ----------------------------------------------------------------------------

    def _candidate(self, candidate: Candidate, *, must_read: bool = True) -> None:
        self.n_candidates += 1
        if self.n_candidates > MAX_CANDIDATES:
            if self.n_candidates == MAX_CANDIDATES + 1:
                self.found.unread.append(f"more than {MAX_CANDIDATES} notations of structures")
            return
        self._in_time()
        self.reading.has_reaction |= candidate.kind == "reaction"
        try:
            self._read_candidate(candidate)
        except StructureError:
            if must_read and not candidate.is_plain:
                self.found.unread.append(candidate.text[:200])

    def _read_candidate(self, candidate: Candidate) -> None:
        index = self.screener.structures
        span = (candidate.start, candidate.end)
        if candidate.kind == "cas":
            for ordinal in self.screener.lists.cas.get(candidate.text, ()):
                self._entry(ordinal, "cas", span)
        elif candidate.kind == "inchikey":
            for match in index.match_inchikey(candidate.text):
                self._structure(match, span)
        elif candidate.kind == "inchi":
            for match in index.match_inchi(candidate.text):
                self._structure(match, span)
            try:
                molecule = read_inchi(candidate.text)
            except StructureError:
                molecule = read_inchi(candidate.text.rstrip(";"))
            self._molecule(molecule, span)
        elif candidate.kind == "molblock":
            self._molecule(read_molblock(candidate.text))
        elif candidate.kind == "reaction":
            for molecule in read_reaction(candidate.text):
                self._molecule(molecule, span)
        else:
            self._molecule(read_smiles(candidate.text), span)

    def _molecule(
        self, molecule: Molecule, span: tuple[int, int] | None = None, how: str = ""
    ) -> None:
        index = self.screener.structures
        n_before = len(self.found.findings)
        for match in index.match(molecule):
            self._structure(match, span, how)
        fragments = named_fragments(molecule)
        for fragment in fragments:
            for rule in families.class_hits(fragment.mol):
                self._rule(rule, span, how)
        if len(self.found.findings) == n_before:
            for fragment in fragments:
                similar = index.similar(fragment)
                if similar is not None:
                    self._structure(similar, span, how)

    def _structure(
        self, match: StructureMatch, span: tuple[int, int] | None, how: str = ""
    ) -> None:
        lowered = None if match.is_exact else Level.WARN
        self._entry(match.entry, how or match.how, span, score=match.score, lowered=lowered)

    # -- names ---------------------------------------------------------------------------------

    def _names(self, text: str, *, slips: bool, shortest: int = 0) -> None:
        index = self.screener.names
        matches = index.find(text)
        for match in matches:
            name = match.name
            if shortest and (
                len(name.text) < shortest
                or name.context_required
                or name.case_sensitive
                or not any(c.isalpha() for c in name.text[:2])
                or any(c.isdigit() for c in name.text)
            ):
                continue
            self._entry(name.entry, match.how, (match.start, match.end), score=match.score)
            self._class_of_entry(name.entry, (match.start, match.end))
        for member in class_names(text) if not shortest else ():
            self._rule(member.rule, (member.start, member.end), "class name")
        if not slips:
            return
        if self.resolver is not None and len(text) <= _RESOLVED_UP_TO:
            self._resolve(text, self.resolver)
        for match in index.find_slips(text, self._taken()):
            span = (match.start, match.end)
            self._entry(match.name.entry, match.how, span, score=match.score, lowered=Level.WARN)

    def _class_of_entry(self, entry: int, span: tuple[int, int]) -> None:
        """A watched substance that is named may be a member of a class that is blocked."""
        if self.screener.lists.level(entry) is Level.BLOCK:
            return
        for fragment in self.screener.structures.fragments_of(entry):
            for rule in families.class_hits(fragment.mol):
                self._rule(rule, span)

    def _resolve(self, text: str, resolver: NameResolver) -> None:
        """Read systematic names; of a run of words the longest that can be read counts."""
        for run in systematic_names(self._unread_part(text)):
            for name in run:
                self._in_time()
                smiles = resolver(name)
                if smiles:
                    start = text.find(name)
                    span = (start, start + len(name))
                    with suppress(StructureError):
                        self._molecule(read_smiles(smiles), span, "resolved name")
                    break

    def _unread_part(self, text: str) -> str:
        """The text without what was found in it already."""
        for start, end in self._taken():
            if 0 <= start < end <= len(text):
                text = text[:start] + "\n" * (end - start) + text[end:]
        return text

    def _taken(self) -> list[tuple[int, int]]:
        """Where something was found already in the window that is read."""
        return [(s - self.offset, e - self.offset) for s, e in self.reading.spans]

    # -- hits ----------------------------------------------------------------------------------

    def _entry(
        self,
        ordinal: int,
        how: str,
        span: tuple[int, int] | None,
        *,
        score: float = 1.0,
        lowered: Level | None = None,
    ) -> None:
        entry = self.screener.lists.entries[ordinal]
        level = entry.level
        if lowered is not None and level.rank > lowered.rank:
            level = lowered
        hit = Hit(
            name=entry.name,
            list=entry.list,
            edition=entry.edition,
            schedule=entry.schedule,
            jurisdiction=entry.jurisdiction,
            citation=_cited(entry.code, entry.citation),
            how=how,
            score=score,
            level=level,
        )
        self._add(Finding(hit, entry.level), span)

    def _rule(self, rule: ClassRule, span: tuple[int, int] | None, how: str = "") -> None:
        hit = Hit(
            name=rule.name,
            list=rule.list,
            edition=rule.edition,
            schedule=rule.schedule,
            jurisdiction=rule.jurisdiction,
            citation=rule.citation,
            how=how or "class",
            score=1.0,
            level=rule.level,
        )
        self._add(Finding(hit, rule.level), span)

    def _add(self, finding: Finding, span: tuple[int, int] | None) -> None:
        self.found.add(finding)
        if span is not None:
            self.reading.spans.append((span[0] + self.offset, span[1] + self.offset))


def _cited(code: str, citation: str) -> str:
    if code in citation:
        return citation
    return code if code.startswith(citation) else f"{citation}, {code}"


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of a long text that overlap by more than the longest name."""
    if len(text) <= _WINDOW:
        yield 0, text
        return
    for start in range(0, len(text), _WINDOW - _OVERLAP):
        yield start, text[start : start + _WINDOW]


_FREQUENT = re.compile(
    r"\b(?:the|is|of|to|how|what|make|for|and|in|a|der|die|das|wie|le|la|comment|como|el)\b",
    re.IGNORECASE,
)


def _reads_as_language(text: str) -> bool:
    """Whether a mirrored text has the small words of a language."""
    words = text.split()
    return len(words) >= 4 and len(_FREQUENT.findall(text)) >= max(2, len(words) // 6)


# -- the packaged screener ---------------------------------------------------------------------


_made: Screener | None = None
_failed_at = 0.0
_failure: Exception | None = None
_RETRY_S = 5.0


def default_screener() -> Screener:
    """The screener of the packaged lists and the user's own, made when it is first asked for.

    Raises:
        ListError: A packaged list is missing, or a list cannot be read.
    """
    global _made, _failed_at, _failure
    if _made is None:
        # A broken list is told at once every time, and read again only after a while.
        if _failure is not None and time.monotonic() - _failed_at < _RETRY_S:
            raise _failure
        try:
            _made = Screener(resolver=find_resolver())
        except Exception as error:
            _failure, _failed_at = error, time.monotonic()
            raise
    return _made


def screen(text: str) -> Verdict:
    """What is known of the substances in a text: a name, a number, a structure, or prose.

    Never raises: what cannot be screened is a warning that says so.
    """
    try:
        screener = default_screener()
    except Exception as error:  # without its lists nothing can be called safe
        return failed(text, error)
    return screener.screen(text)


def screen_each(texts: Iterable[str]) -> Iterator[Verdict]:
    """`screen` of one text after the other, as they are asked for."""
    for text in texts:
        yield screen(text)


def screen_many(texts: Iterable[str]) -> list[Verdict]:
    """`screen` of every text, in their order."""
    return list(screen_each(texts))


def list_summaries() -> list[ListInfo]:
    """Every list that is screened against, the packaged ones first, with edition and coverage.

    Raises:
        ListError: A packaged list is missing, or a list cannot be read.
    """
    return list(default_screener().lists.infos)
