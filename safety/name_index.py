"""All listed names by their keys, and the search for them in running text.

A key is found as a run of tokens, so that hyphens, points and spaces between the letters do not
hide it; whether it then means the substance, `safety.name_context` says.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

from rapidfuzz.distance import OSA

from safety.name_context import STOPWORDS, ListedName, accepts, joins_well, may_join
from safety.names import (
    CJK,
    GREEK_NAMES,
    Token,
    fold,
    international,
    is_systematic,
    leet_shape,
    tokens,
)

NameHow = Literal["name", "international name", "leet", "fuzzy name"]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A listed name found in a text."""

    name: ListedName
    how: NameHow
    start: int
    end: int
    score: float = 1.0


Slip = tuple[ListedName, NameHow, float]  # a listed name, how a piece of text means it, how near

_UNKNOWN = object()
_KEPT = 20_000  # tokens, and pieces of text, whose finding is kept: about 5 MB of each
_LONGEST = 60
"""Tokens in one name: a spelt-out name has as many as letters."""
_PREFIXES = (2, 4, 7, 11, 17)
_REACHED = tuple(max((n for n in _PREFIXES if n <= at), default=0) for at in range(18))
"""The longest of these prefixes that a key of so many letters has."""


_LEET_CHUNK = re.compile(r"[a-z][0-9@$!|€]|[0-9@$!|€][a-z]", re.IGNORECASE)
# And, with, to, by, like, of; the. Arabic and Hebrew write them as one word with the name.
_CLITICS = re.compile(r"[وف]?(?:[بك]?ال|لل|[بلك])|[وف]|[והבלמשכ]{1,2}")
_CJK_LETTER = re.compile(f"[{CJK}]")
_EDGES = "\"'`.,;:!?()[]{}<>“”„«»…*_-"


class NameIndex:
    """Every listed name by its keys, and the search for them in a text.

    Args:
        names: The listed names, the preferred one of an entry first.
        innocent: Names of unlisted things that look like a misspelt listed name.
    """

    def __init__(self, names: Iterable[ListedName], innocent: Iterable[str] = ()) -> None:
        self._by_key: dict[str, list[ListedName]] = {}
        for name in names:
            key = fold(name.text)
            if not _stands_alone(name.text, key):
                continue
            known = self._by_key.get(key)
            if known is None:
                self._by_key[key] = [name]
            elif not any(n.entry == name.entry and n.text == name.text for n in known):
                known.append(name)
        self._innocent = frozenset(n if n.isalnum() else fold(n) for n in innocent) | GREEK_NAMES
        self._prefixes: dict[int, set[str]] = {
            n: {key[:n] for key in self._by_key if len(key) >= n} for n in _PREFIXES
        }
        self._dull: set[str] = set()  # tokens that begin no listed name, met before
        self._bare: set[str] = set()  # tokens that are none by themselves, met before
        self._slips: dict[tuple[str, bool], Slip | None] = {}  # pieces of text looked up before
        self._cjk: set[str] = set()
        self._cjk_longest = 0
        for key in self._by_key:
            self._learn_cjk(key)

    def add_aliases(self, name: str, others: Iterable[str]) -> None:
        """Let other names mean what the listed ``name`` means; nothing where it is not listed."""
        for listed in self.named(name):
            for other in others:
                key = fold(other)
                known = self._by_key.setdefault(key, [])
                if not any(n.entry == listed.entry for n in known):
                    known.append(listed._replace(text=other, kind="foreign"))
                    self._learn(key)
        self._dull.clear()
        self._bare.clear()
        self._slips.clear()

    def add_street_names(self, name: str, others: Iterable[str], plain: Container[str]) -> None:
        """Let street names mean what the listed ``name`` means, in company that speaks of drugs.

        Args:
            name: A listed name.
            others: What it is called.
            plain: Those of all street names that need no company.
        """
        for listed in self.named(name)[:1]:
            for other in others:
                key = fold(other)
                known = self._by_key.setdefault(key, [])
                needs = other not in plain
                if not any(n.entry == listed.entry and n.context_required <= needs for n in known):
                    known.append(
                        listed._replace(
                            text=other, kind="street", context_required=needs,
                            case_sensitive=False, takes_derivatives=False, preferred=False,
                        )
                    )  # fmt: skip
                    self._learn(key)
        self._dull.clear()
        self._slips.clear()

    def _learn(self, key: str) -> None:
        for n in _PREFIXES:
            if len(key) >= n:
                self._prefixes[n].add(key[:n])
        self._learn_cjk(key)

    def _learn_cjk(self, key: str) -> None:
        if not key.isascii() and _CJK_LETTER.search(key):
            self._cjk.add(key)
            self._cjk_longest = max(self._cjk_longest, len(key))

    def named(self, name: str) -> list[ListedName]:
        """The listed names with exactly this key."""
        return self._by_key.get(fold(name), [])

    # -- exact ---------------------------------------------------------------------------------

    def find(self, text: str) -> list[NameMatch]:
        """The names that stand in a normalised text as they are listed, the longest ones."""
        found: list[NameMatch] = []
        parts = tokens(text)
        first = 0
        while first < len(parts):
            key = parts[first].key
            following = parts[first + 1].key if first + 1 < len(parts) else ""
            if self._is_dull(key) or (self._is_bare(key) and self._is_dead_end(key + following)):
                first += 1
                continue
            match, last = self._longest(text, parts, first)
            found.extend(match)
            first = last + 1
        if self._cjk_longest:
            found.extend(self._find_cjk(parts))
        return found

    def _is_dull(self, key: str) -> bool:
        """Whether a token begins no listed name, whatever stands around it."""
        if key in self._dull:
            return True
        if not self._is_dead_end(key) or not self._is_bare(key):
            return False
        _keep(self._dull, key)
        return True

    def _is_dead_end(self, key: str) -> bool:
        """Whether some tokens joined are no key and begin none."""
        reached = _REACHED[min(len(key), _PREFIXES[-1])]
        return (
            bool(reached)
            and key not in self._by_key
            and key[:reached] not in self._prefixes[reached]
        )

    def _is_bare(self, key: str) -> bool:
        """Whether a token is no name by itself."""
        if key in self._bare:
            return True
        if key in self._by_key or self._inflections(key)[0]:
            return False
        _keep(self._bare, key)
        return True

    def _longest(self, text: str, parts: list[Token], first: int) -> tuple[list[NameMatch], int]:
        """The matches of the longest accepted key from token ``first``, and its last token."""
        runs: list[tuple[int, str]] = []
        key = ""
        for last in range(first, min(len(parts), first + _LONGEST)):
            token = parts[last]
            if last > first and not may_join(text, parts[last - 1].end, token.start):
                break
            key += token.key
            if key in self._by_key:
                runs.append((last, key))
            reached = _REACHED[min(len(key), _PREFIXES[-1])]
            if reached and key[:reached] not in self._prefixes[reached]:
                break
        for last, whole in reversed(runs):
            span = parts[first : last + 1]
            accepted = [
                NameMatch(name, "name", span[0].start, span[-1].end)
                for name in self._by_key[whole]
                if joins_well(text, span, name) and accepts(text, span, name)
            ]
            if accepted:
                return accepted, last
        token = parts[first]
        names, how = self._inflections(token.key)
        single = [
            NameMatch(name, how, token.start, token.end)
            for name in names
            if accepts(text, [token], name)
        ]
        return single, first

    def _inflections(self, key: str) -> tuple[list[ListedName], NameHow]:
        """What a single word names as a plural, a case form, or the INN of another language."""
        if len(key) < 5:
            return [], "name"
        how: NameHow = "name"
        names = self._by_key.get(key[:-1], []) if key.endswith("s") else []
        if not names and not key.isascii():
            names = self._of_stem(key)
        if not names and len(key) >= 7 and key not in self._innocent and not is_systematic(key):
            names, how = self._by_international.get(international(key), []), "international name"
        return [name for name in names if not name.case_sensitive], how

    def _of_stem(self, key: str) -> list[ListedName]:
        """The names of a word without its case ending, or the small words written onto it."""
        for cut in (1, 2, 3):
            if _CLITICS.fullmatch(key[:cut]) and (names := self._by_key.get(key[cut:], [])):
                return names
        for cut in (1, 2, 3):
            stem = key[:-cut]
            names = self._by_key.get(stem, []) or [
                n for vowel in "аяьйео" for n in self._by_key.get(stem + vowel, [])
            ]
            if names or len(stem) <= 4:
                return names
        return []

    def _find_cjk(self, parts: list[Token]) -> Iterator[NameMatch]:
        for token in parts:
            if token.key.isascii():
                continue
            first = 0
            while first < len(token.key):
                for length in range(min(self._cjk_longest, len(token.key) - first), 1, -1):
                    if (piece := token.key[first : first + length]) in self._cjk:
                        start, end = token.start, token.end
                        if len(token.key) == end - start:
                            start, end = start + first, start + first + length
                        for name in self._by_key[piece]:
                            yield NameMatch(name, "name", start, end)
                        first += length - 1
                        break
                first += 1

    # -- bold ----------------------------------------------------------------------------------

    def find_slips(self, text: str, taken: Iterable[tuple[int, int]] = ()) -> list[NameMatch]:
        """Listed names with letters written as digits, or a slip or two away.

        Args:
            text: A normalised text.
            taken: Places that are understood already.
        """
        spans = list(taken)
        found: list[NameMatch] = []
        chunks = [
            (m.start(), m.end())
            for m in re.finditer(r"\S+", text)
            if not any(m.start() < end and start < m.end() for start, end in spans)
        ]
        small = [text[s:e].strip(_EDGES).lower() in STOPWORDS for s, e in chunks]
        whole = len(text.strip()) - 2
        for first in range(len(chunks)):
            if small[first]:
                continue
            for last in range(first, min(first + 5, len(chunks))):
                if small[last]:
                    continue
                start, end = chunks[first][0], chunks[last][1]
                if end - start > 120 or (
                    last > first and chunks[last][0] - chunks[last - 1][1] > 3
                ):
                    break
                if (
                    last - first > 2
                    and end - start < len(text)
                    and not any(map(str.isdigit, text[start:end]))
                ):
                    break
                slip = self._looked_up(text[start:end], alone=end - start >= whole)
                if slip is not None:
                    name, how, score = slip
                    found.append(NameMatch(name, how, start, end, score))
        return found

    def _looked_up(self, chunk: str, *, alone: bool) -> Slip | None:
        """What `_slip` gives; an answer says its quotes twice, and words come again."""
        piece = (chunk, alone)
        known = self._slips.get(piece, _UNKNOWN)  # in one step: another thread may clear them
        if known is not _UNKNOWN:
            return cast("Slip | None", known)
        slip = self._slip(chunk, alone)
        if len(self._slips) >= _KEPT:
            self._slips.clear()
        self._slips[piece] = slip
        return slip

    def _slip(self, chunk: str, alone: bool) -> Slip | None:
        """The listed name that a piece of text is a slip of, how, and how near.

        Args:
            chunk: Some words of a text.
            alone: Whether the text is nothing else.
        """
        if _LEET_CHUNK.search(chunk) or "@" in chunk or "$" in chunk:
            shape = leet_shape(chunk)
            for name in self._by_leet.get(shape, []) if len(shape) >= 4 else []:
                if fold(name.text) != fold(chunk):
                    return name, "leet", 0.9
        key = fold(chunk.strip(_EDGES))
        if not key.isascii() or key in self._by_key or not 5 <= len(key) <= 100:
            return None
        if key in self._innocent or (key.endswith("s") and key[:-1] in self._innocent):
            return None
        best = self._closest(key, n_words=len(chunk.split()))
        if best is None:
            return None
        listed, distance = best
        score = 1.0 - distance / max(len(key), len(listed))
        for name in self._by_key[listed]:
            # Five letters are a slip away from something in every language.
            if len(listed) < 7 and not alone and not name.preferred:
                continue
            if _may_be_misspelt(name):
                return name, "fuzzy name", round(score, 3)
        return None

    def _closest(self, key: str, n_words: int = 1) -> tuple[str, int] | None:
        """The listed key that ``key`` is a slip of, and how many slips."""
        near: set[str] = set()
        firsts, seconds = self._by_part
        n = len(key)
        # The halves of a listed key that is a letter shorter, as long, or a letter longer.
        for middle in {(n - 1) // 2, n // 2, (n + 1) // 2}:
            near.update(firsts.get(key[:middle], ()))
        for rest in {n - 1 - (n - 1) // 2, n - n // 2, n + 1 - (n + 1) // 2}:
            near.update(seconds.get(key[-rest:], ()))
        if near:
            near = {listed for listed in near if abs(len(listed) - n) <= 1}
        # Two letters changed places just where a key is parted: both parts differ.
        middle = n // 2
        turned = key[: middle - 1] + key[middle] + key[middle - 1] + key[middle + 1 :]
        if turned in self._fuzzy_keys:
            near.add(turned)
        if n >= 10:
            begins, ends = self._by_half
            near.update(begins.get(key[:5], ()))
            near.update(ends.get(key[-5:], ()))
        if not near:
            return None
        best: tuple[str, int] | None = None
        digits = _digits(key)
        for listed in near:
            if abs(len(listed) - len(key)) > 2 or _digits(listed) != digits:
                continue
            allowed = 2 if len(listed) >= (11 if n_words == 1 else 16) else 1
            distance = OSA.distance(key, listed, score_cutoff=allowed)
            if distance <= allowed and (best is None or (distance, listed) < (best[1], best[0])):
                best = (listed, distance)  # of two as near the first by letters, in every run
        # A slip makes a word that nobody uses; a key made only of the pieces of systematic names
        # is the name of another compound.
        return None if best is None or is_systematic(key) else best

    @cached_property
    def _by_international(self) -> dict[str, list[ListedName]]:
        found: dict[str, list[ListedName]] = {}
        for key, names in self._by_key.items():
            if len(key) >= 6 and key.isascii() and key.isalpha():
                plain = [
                    n
                    for n in names
                    if (n.preferred or n.kind in ("inn", "foreign"))
                    and not n.context_required
                    and not n.case_sensitive
                ]
                if plain and not is_systematic(key):
                    found.setdefault(international(key), []).extend(plain)
        return found

    @cached_property
    def _by_leet(self) -> dict[str, list[ListedName]]:
        found: dict[str, list[ListedName]] = {}
        for key, names in self._by_key.items():
            if len(key) >= 4 and key.isascii() and not key.isdigit():
                found.setdefault(leet_shape(key), []).extend(names)
        return found

    @cached_property
    def _by_part(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Keys by their first and by their second half: one slip leaves one of the two whole."""
        firsts: dict[str, list[str]] = {}
        seconds: dict[str, list[str]] = {}
        for key in self._fuzzy_keys:
            middle = len(key) // 2
            firsts.setdefault(key[:middle], []).append(key)
            seconds.setdefault(key[middle:], []).append(key)
        return firsts, seconds

    @cached_property
    def _by_half(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Long keys by first and by last letters: of two slips, one end is often left whole."""
        begins: dict[str, list[str]] = {}
        ends: dict[str, list[str]] = {}
        for key in self._fuzzy_keys:
            if len(key) >= 11:
                begins.setdefault(key[:5], []).append(key)
                ends.setdefault(key[-5:], []).append(key)
        return begins, ends

    @cached_property
    def _fuzzy_keys(self) -> dict[str, None]:
        """Keys that may be found by a slip, in order."""
        return {
            key: None
            for key, names in self._by_key.items()
            if key.isascii()
            and len(key) >= 5
            and (key.isalpha() or sum(map(str.isalpha, key)) >= 5)
            and any(map(_may_be_misspelt, names))
        }


def _keep(known: set[str], key: str) -> None:
    if len(known) >= _KEPT:
        known.clear()
    known.add(key)


_MOLECULAR_FORMULA = re.compile(r"C\d+H\d+(?:[A-Z][a-z]?\d*)*", re.IGNORECASE)


def _stands_alone(name: str, key: str) -> bool:
    """Whether a synonym names its substance and no other by itself.

    Databases hold halves of names ("cyclohexanone, (.+-.)-", "')-amine", "p-methyl-, ethyl
    ester"), substituents ("difluoro") and molecular formulae, which a thousand isomers share.
    """
    if not key or key.isdigit():
        return False
    systematic = key.endswith(("o", "yl", "oxy")) and is_systematic(key)
    if name.isalpha():
        return not systematic
    if name[0] in ")]}',-" or ("-" in name and name.partition(",")[0].endswith("-")):
        return False
    if name.endswith("-"):
        head, _, tail = name.rpartition(",")
        if head and fold(tail).strip("rsezdl0123456789") == "":
            return False
    if "(" in name and name.count("(") != name.count(")"):
        return False
    if _MOLECULAR_FORMULA.fullmatch(name):
        return False
    return not systematic


def _digits(key: str) -> str:
    return "" if key.isalpha() else "".join(c for c in key if c.isdigit())


def _may_be_misspelt(name: ListedName) -> bool:
    """Whether a slip of the name still means it: not for acronyms and words of every day."""
    if name.case_sensitive:
        return False
    if name.kind == "street" and (name.context_required or not name.text.isalpha()):
        return False  # "liquid" is no slip of "liquid X"
    return not name.context_required or len(name.text) >= 7
