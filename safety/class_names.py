"""Members of a generic definition by how chemists name them: a stem, a code, a systematic name.

"para-bromofentanyl" and "JWH-072" stand on no list by name, and nobody needs to read a structure
to know their families. A stem counts only behind pieces of systematic nomenclature, so that
apomorphine is no derivative here although it ends like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from safety.class_nomenclature import systematic_members
from safety.class_rule import ClassRule
from safety.families import RULES
from safety.names import is_systematic, tokens


class ClassName(NamedTuple):
    """A family's member found by its name."""

    rule: ClassRule
    start: int
    end: int


# The stem of a family and the rule that defines the family.
_STEMS = {
    "fentanyl": "us-fentanyl-related",
    "fentanil": "us-fentanyl-related",
    "nitazene": "uk-nitazenes",
    "cathinone": "uk-cathinones",
    "amphetamine": "uk-phenethylamines",
    "amfetamine": "uk-phenethylamines",
    "ketamine": "uk-arylcyclohexylamines",
    "barbital": "us-barbiturates",
    "morphine": "us-opium-derivatives",
    "codeine": "us-opium-derivatives",
}
_PREFIXES = re.compile(r"^(?:para|meta|ortho|alpha|beta|gamma|nor|desmethyl|des|de|homo)+")

# Codes are written in capitals; lower case and words are left alone.
_CODES = (
    ("us-tetrahydrocannabinols", r"THC[HPB]|THC-?O(?:-?[Aa]cetate)?|HU-?210"),
    (
        "us-cannabimimetic",
        r"JWH-?\d{3}(?:-[A-Z0-9]+)?|AM-?(?:\d{4}|6[79]\d)|CP-?\d{2},?\d{3}(?:-C\d)?|RCS-\d+|UR-?\d{3}|XLR-?\d+",
    ),
    (
        "uk-synthetic-cannabinoids",
        r"(?:(?:\d[A-Za-z]{0,3}|A[DM]?B|MDMB|MMB|EMB|EDMB|APP|CUM[Y]?L|FUB|MN|AKB48|ADAMANTYL)-)+"
        r"(?:[A-Z0-9]{0,4}-?)?(?:PINACA|BINACA|BUTINACA|HEXINACA|CHMINACA|FUBINACA|PICA|BICA|FUBICA"
        r"|CHMICA|BUTICA|PENTINACA|CITRIMETHYL-?\w*|INACA|PB-?22)",
    ),
    (
        "uk-phenethylamines",
        r"[Bb]romo-?[Dd]ragon-?[Ff]ly|2C-(?:T-?\d{0,2}|[A-Z]{1,2})(?:-FLY)?|25[A-Z]\d?-?NB(?:OMe|OH|F|MD|2OMe)",
    ),
    (
        "uk-cathinones",
        r"MDP[PBVH]{1,2}P|MDPi?HP|(?:[34]-?(?:F|Cl|Br|Me|MeO|MMC)-?)(?:alpha-?|a-?|α-?)?P[PBVH]i?H?P"
        r"|[34]-?[MCEFB]{1,2}(?:M|E)C",
    ),
    (
        "uk-tryptamines",
        r"[1456]-?(?:HO|AcO|MeO|PO|PrO|F|Cl|Br|Me|EtO)-?(?:D[MEPAi][A-Za-z]{0,2}T|M[iEePpc]?[A-Za-z]{0,2}T"
        r"|E[iPp][A-Za-z]{0,2}T|TMT|NMT)|DPT|DALT|DiPT|MiPT|EiPT|MALT",
    ),
)


@cache
def _rules() -> dict[str, ClassRule]:
    return {rule.id: rule for rule in RULES}


@cache
def _codes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (rule, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])(?!-\d)")) for rule, pattern in _CODES
    )


def class_names(text: str) -> Iterator[ClassName]:
    """The members of generic families that a normalised text names by stem, code or rule."""
    lower = text.lower()
    if any(stem in lower for stem in _STEMS):
        yield from _by_stem(text)
    if len(lower) == len(text):  # else its offsets are not the text's
        for rule_id, start, end in systematic_members(lower):
            if rule_id in _rules():
                yield ClassName(_rules()[rule_id], start, end)
    if any(c.isupper() for c in text):
        for rule_id, pattern in _codes():
            for m in pattern.finditer(text):
                if rule_id in _rules():
                    yield ClassName(_rules()[rule_id], m.start(), m.end())


def _by_stem(text: str) -> Iterator[ClassName]:
    for token in tokens(text):
        key = token.key.removesuffix("s")
        for stem, rule_id in _STEMS.items():
            if not key.endswith(stem) or len(key) < len(stem) + 2 or rule_id not in _rules():
                continue
            prefix = key[: -len(stem)]
            rest = _PREFIXES.sub("", prefix)
            if not rest or _is_substituents(rest):
                yield ClassName(_rules()[rule_id], token.start, token.end)
                break


def _is_substituents(prefix: str) -> bool:
    """Whether a prefix is made of substituents ("fluorodeschloro", "acetyl"), inner "nor" too."""
    parts = re.split(r"des|nor|de(?=chlor|fluor|meth)", prefix)
    return all(not part or is_systematic(part) for part in parts) and len(prefix) >= 3
