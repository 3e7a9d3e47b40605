"""Words that are no substance, and names that only look like a misspelt listed one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from ingest.cleaning import english
from lists.compounds import Compounds, folded

_FORMULA = re.compile(
    r"[\[(]*(?:(?:[bcfhiknops]|al|as|br|cl|hg|li|mg|na|pb|si|sn|ag|ca|me|et)\d*[()\[\]+-]*)+", re.I
)
_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*", re.IGNORECASE)


@cache
def dictionary() -> frozenset[str]:
    """English words (GCIDE and Webster's second)."""
    from english_words import get_english_words_set

    return frozenset(w.lower() for w in get_english_words_set(["gcide", "web2"], lower=True))


@cache
def drug_names() -> frozenset[str]:
    """Names of medicines, lower case."""
    from drug_named_entity_recognition.drugs_finder import drug_variant_to_canonical

    return frozenset(map(str.lower, drug_variant_to_canonical))


@dataclass(frozen=True)
class Words:
    """Which words of the dictionary are names of listed substances and nothing else."""

    accepted: frozenset[str]
    refused: frozenset[str]

    @classmethod
    def load(cls, folder: Path) -> Words:
        """The words that were looked at, one a line."""
        return cls(_lines(folder / "accepted.tsv"), _lines(folder / "refused.tsv"))

    def forbids(self, name: str) -> bool:
        """Whether a database's synonym is an ordinary word, a formula or a scrap."""
        if folded(name) in self.accepted:
            return False
        if folded(name) in self.refused or (not name[0].isalnum() and name[0] not in "([{"):
            return True
        is_formula = _FORMULA.fullmatch(name) is not None
        return is_plain_word(name) or (is_formula and (len(name) < 6 or not name.isalpha()))

    def is_short(self, name: str) -> bool:
        """Whether a database's synonym is too short to stand alone."""
        return len(folded(name)) <= 4


def _lines(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(folded(x) for x in lines if x and not x.startswith("#"))


def is_plain_word(name: str) -> bool:
    """Whether a name is an entry of the English dictionary, or the plural of one."""
    if _PLAIN.fullmatch(name) is None:
        return False
    return name.lower() in dictionary() or name.lower().removesuffix("s") in dictionary()


def innocent_names(listed: Iterable[str], compounds: Compounds) -> list[str]:
    """Names of other things within two slips of a listed name, folded as the screen folds."""
    keys = {k for name in listed if (k := folded(name)).isascii() and 5 <= len(k) <= 40}
    near: dict[str, list[str]] = {}
    for key in keys:
        for form in _shorter(key, 2 if len(key) >= 9 else 1):
            near.setdefault(form, []).append(key)
    found = set()
    for candidate in _others(compounds):
        if candidate in keys or not 5 <= len(candidate) <= 40:
            continue
        depth = 2 if len(candidate) >= 9 else 1
        for form in _shorter(candidate, depth):
            listed_near = near.get(form)
            if listed_near and any(
                OSA.distance(candidate, k, score_cutoff=2) <= 2 for k in listed_near
            ):
                found.add(candidate)
                break
    return sorted(found)


def _others(compounds: Compounds) -> Iterator[str]:
    seen = set()
    texts: list[Iterable[str]] = [dictionary(), english(), drug_names()]
    texts += [row.names for row in compounds.rows]
    for group in texts:
        for text in group:
            key = folded(text)
            if key.isascii() and not any(c.isdigit() for c in key) and key not in seen:
                seen.add(key)
                yield key


def _shorter(key: str, depth: int) -> Iterator[str]:
    yield key
    for i in range(len(key)):
        one = key[:i] + key[i + 1 :]
        yield one
        if depth > 1:
            for j in range(i, len(one)):
                yield one[:j] + one[j + 1 :]
