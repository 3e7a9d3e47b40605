"""All listed names by their keys, and the search for them in running text.

A key is found as a run of tokens, so that hyphens, points and spaces between the letters do not
hide it. What counts as a match depends on the company: an acronym needs words about substances
beside it, a word of every day needs words about drugs, and "benzaldehyde" inside
"4-chloro-benzaldehyde oxime" is a piece of another compound's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from rapidfuzz.distance import OSA

from safety.names import (
    CJK,
    GREEK_NAMES,
    Token,
    boundaries,
    fold,
    international,
    is_systematic,
    leet_shape,
    tokens,
)
from safety.substance import Level

NameHow = Literal["name", "international name", "leet", "fuzzy name"]


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name of an entry as the index holds it."""

    text: str
    entry: int
    kind: str
    case_sensitive: bool
    context_required: bool
    level: Level
    takes_derivatives: bool
    """Whether the law takes its esters and ethers in too."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A listed name found in a text."""

    name: ListedName
    how: NameHow
    start: int
    end: int
    score: float = 1.0


_LONGEST = 60
"""Tokens in one name: a spelt-out name has as many as letters."""
_WIDEST_GAP = 6
"""Characters between two tokens of one name."""
_PREFIXES = (2, 4, 7, 11, 17)

# Never a piece of a broken name: "the bacon" is not thebacon.
_STOPWORDS = frozenset(
    """a an the of in on to and or is was are be by for with as at it its if so no not from that
    this these has have had can may will do does did but than then per via""".split()
)

# Words in whose company an acronym (LSD, PCP, VX) means the substance.
_CHEMICAL_CONTEXT = re.compile(
    r"""synth|s[iy]nt[eéèh]|prepar|reagent|route\b|precursor|molecul|compound|substance|\bagents?\b
    |\bdrugs?\b|\bdos(?:e|es|age|ing)\b|receptor|toxi|poison|analog|derivative|smiles|\bcas\b|opioid
    |stimulant|hallucin|psyche|cannab|narcot|illicit|seiz|metabol|pharmac|agonist|hydrochlor
    |\bsalts?\b|purif|cryst|\bcook|\bma[kd]e|\bmaking|manufact|produc|extract|recipe|\bbatch
    |explosi|detonat|blast|nerve|warfare|weapon|antidote|exposure|detect|vapou?r|sensor
    |schedule|controlled|regulat|\blaw\b|\blegal|urine|blood|forensic|overdos|addict|abus|withdraw
    |therap|clinic|patient|trial|ptsd|enantiom|formula|reaction|\bacid|\bstep|groundwater|degrad
    |herstell|darstell|droge|fabri|\bvoie|drogue|prepara|droga|elabor|cocin
    |синтез|получ|изготов|пригот|наркот|вещест|合成|制备|制造|生产|药|毒|作り|製造|maak|maken
    |nasıl|üret|sent|합성|제조""",
    re.VERBOSE | re.IGNORECASE,
)
# Words in whose company a word of every day (speed, ice, crack) means the drug.
_DRUG_CONTEXT = re.compile(
    r"""\bdrugs?\b|\bdos(?:e|es|age|ing)\b|narcotic|illicit|addict|abus|overdos|dealer|snort|inject
    |\bsmok|\btripp|\bget(?:ting)? high|\bcook|\bstreet\b|\bdea\b|rehab|intoxic|hallucin|psychedel
    |stimulant|opioid|withdrawal|\bpills\b|\bblotter|\bstash|\bdroge|\bdrogue|\bdroga|наркот""",
    re.VERBOSE | re.IGNORECASE,
)
# What an acronym also stands for. Beside one of these words it is not the substance.
_OTHER_MEANINGS = {
    "lsd": r"\bfisher|tukey|post[- ]?hoc|least[- ]significant|anova|lumpy skin|lysosomal storage",
    "pcp": r"protein|pneumo|primary care|peptidyl|planar cell|pentachlorophenol|precast|polarity",
    "mda": r"malondialdehyde|lipid peroxid|\bMB\b|thiobarbitur|methylenedianiline",
    "dmt": r"divalent metal|terephthalate|dimethoxytrityl|multiple sclerosis|transporter\b|mercapt",
    "dma": r"dimethylacetamide|dynamic mechanical|dimethylaniline",
    "dom": r"dissolved organic|document object|\bDOC\b",
    "doc": r"dissolved organic",
    "ghb": r"glycated|ha?emoglobin",
    "tcp": r"tricalcium|calcium phosphate|tricresyl|\bIP\b|trichlorophenol",
    "pce": r"perchloroethylene|tetrachloroethylene|power conversion",
    "stp": r"standard temperature",
    "tnt": r"tunnel(?:l)?ing nanotube|titanate nanotube|tick",
    "petn": r"poly\(",
    "thc": r"total hydrocarbon|thermohaline|tetrahydrocurcumin",
    "vx": r"VX-\d",
    "bzp": r"benzopyrene",
    "met": r".",
    "ma": r".",
}
_OTHER_MEANING = {k: re.compile(v, re.IGNORECASE) for k, v in _OTHER_MEANINGS.items()}

# Joined in front of or behind a name they say which form of it, not another compound.
_STEREO_BEFORE = re.compile(
    r"(?:^|[\s(\[])(?:\(?[±+-]\)?|\(?(?:\d*[RSEZrs](?:,\s?)?)+\*?\)?|[dlDL]{1,2}|rac|meso|cis|trans"
    r"|n|endo|exo|racemic|levo|dextro|anhydrous|pure|crude|liquid|free|powdered)-$"
)
_FORM_BEHIND = re.compile(
    r"-(?:d\d|\[|13C|15N|HCl|hydro|hydrate|free|base|like|type|based|induced|related|treated"
    r"|containing|loaded|assisted|free|producing|dependent|sensitive|specific|exposed|naive)",
    re.IGNORECASE,
)
_DERIVATIVE_BEHIND = re.compile(
    r"\s(?:\w+\s)?(?:oxime|\w*hydrazone|semicarbazone|thiosemicarbazone|esters?|ethers?|acetals?"
    r"|ketals?|azine|imine|anil|cyanohydrin|dimer|trimer|polymer|copolymer|resin|anhydride|\w*amide"
    r"|\w*anilide|nitrile|lactone|oxide|peroxide|glycol|monomer|diacetate|\w*acetal|complex)\b",
    re.IGNORECASE,
)
_INVERTED_BEHIND = re.compile(r",\s*[^\s,]*(?:,\s*[^\s,]+)*-(?=\s|,|$|\))")
_SUBSTITUENT_BEFORE = re.compile(
    r"(?:^|[^\w])[\w,'\[\](){}-]*(?:yl|oxy|chloro|bromo|iodo|fluoro|nitro|amino|cyano|hydroxy|oxo"
    r"|methylene|aza|thio|mono|di|tri|bis|poly)\s$",
    re.IGNORECASE,
)
_CODE_BEHIND = re.compile(r"-(?:\d|[A-Z]{2,}\b|[A-Z]\d|[A-Z]\b)")
_CODE_BEFORE = re.compile(r"(?:[A-Z0-9]{2,}|\b[A-Z]\d*)-$")
_LEET_CHUNK = re.compile(r"[a-z][0-9@$!|€]|[0-9@$!|€][a-z]", re.IGNORECASE)
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
            known = self._by_key.setdefault(key, [])
            if not any(n.entry == name.entry and n.text == name.text for n in known):
                known.append(name)
        self._innocent = frozenset(n if n.isalnum() else fold(n) for n in innocent) | GREEK_NAMES
        self._prefixes: dict[int, set[str]] = {n: set() for n in _PREFIXES}
        self._cjk: set[str] = set()
        self._cjk_longest = 0
        for key in self._by_key:
            self._learn(key)

    def add_aliases(self, name: str, others: Iterable[str]) -> None:
        """Let other names mean what the listed ``name`` means; nothing where it is not listed."""
        for listed in self.named(name):
            for other in others:
                key = fold(other)
                known = self._by_key.setdefault(key, [])
                if not any(n.entry == listed.entry for n in known):
                    known.append(replace(listed, text=other, kind="foreign"))
                    self._learn(key)

    def _learn(self, key: str) -> None:
        for n in _PREFIXES:
            if len(key) >= n:
                self._prefixes[n].add(key[:n])
        if _CJK_LETTER.search(key):
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
            match, last = self._longest(text, parts, first)
            found.extend(match)
            first = last + 1
        if self._cjk_longest:
            found.extend(self._find_cjk(text, parts))
        return found

    def _longest(self, text: str, parts: list[Token], first: int) -> tuple[list[NameMatch], int]:
        """The matches of the longest accepted key from token ``first``, and its last token."""
        runs: list[tuple[int, str]] = []
        key = ""
        for last in range(first, min(len(parts), first + _LONGEST)):
            token = parts[last]
            if last > first and not _may_join(text, parts[last - 1].end, token.start):
                break
            key += token.key
            if key in self._by_key:
                runs.append((last, key))
            reached = max((n for n in _PREFIXES if n <= len(key)), default=0)
            if reached and key[:reached] not in self._prefixes[reached]:
                break
        for last, whole in reversed(runs):
            span = parts[first : last + 1]
            accepted = [
                NameMatch(name, "name", span[0].start, span[-1].end)
                for name in self._by_key[whole]
                if _joins_well(text, span, name) and _accepts(text, span, name)
            ]
            if accepted:
                return accepted, last
        single = self._inflected(text, parts[first])
        return single, first

    def _inflected(self, text: str, token: Token) -> list[NameMatch]:
        """A single word as a plural, a case form, or the INN of another language."""
        key = token.key
        if len(key) < 5:
            return []
        how: NameHow = "name"
        names = self._by_key.get(key[:-1], []) if key.endswith("s") else []
        if not names and not key.isascii():
            for cut in (1, 2, 3):
                stem = key[:-cut]
                names = self._by_key.get(stem, []) or [
                    n for vowel in "аяьйео" for n in self._by_key.get(stem + vowel, [])
                ]
                if names or len(stem) <= 4:
                    break
        if not names and len(key) >= 7 and key not in self._innocent and not is_systematic(key):
            names, how = self._by_international.get(international(key), []), "international name"
        return [
            NameMatch(name, how, token.start, token.end)
            for name in names
            if not name.case_sensitive and _accepts(text, [token], name)
        ]

    def _find_cjk(self, text: str, parts: list[Token]) -> Iterator[NameMatch]:
        for token in parts:
            if token.key.isascii():
                continue
            first = 0
            while first < len(token.key):
                for length in range(min(self._cjk_longest, len(token.key) - first), 1, -1):
                    if (piece := token.key[first : first + length]) in self._cjk:
                        for name in self._by_key[piece]:
                            yield NameMatch(name, "name", token.start, token.end)
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
        for first in range(len(chunks)):
            for last in range(first, min(first + 5, len(chunks))):
                start, end = chunks[first][0], chunks[last][1]
                if end - start > 120 or last > first and chunks[last][0] - chunks[last - 1][1] > 3:
                    break
                if (
                    last - first > 1
                    and end - start < len(text)
                    and not any(c.isdigit() for c in text[start:end])
                    and last - first > 2
                ):
                    break
                match = self._slip(text[start:end], start, end)
                if match is not None:
                    found.append(match)
        return found

    def _slip(self, chunk: str, start: int, end: int) -> NameMatch | None:
        if _LEET_CHUNK.search(chunk) or "@" in chunk or "$" in chunk:
            shape = leet_shape(chunk)
            for name in self._by_leet.get(shape, []) if len(shape) >= 4 else []:
                if fold(name.text) != fold(chunk):
                    return NameMatch(name, "leet", start, end, 0.9)
        key = fold(chunk.strip(_EDGES))
        if not key.isascii() or key in self._by_key or not 5 <= len(key) <= 100:
            return None
        if key in self._innocent or (key.endswith("s") and key[:-1] in self._innocent):
            return None
        best = self._closest(key)
        if best is None:
            return None
        listed, distance = best
        score = 1.0 - distance / max(len(key), len(listed))
        for name in self._by_key[listed]:
            if _may_be_misspelt(name):
                return NameMatch(name, "fuzzy name", start, end, round(score, 3))
        return None

    def _closest(self, key: str) -> tuple[str, int] | None:
        """The listed key that ``key`` is a slip of, and how many slips."""
        near: set[str] = set()
        for shorter in (key, *_deletions(key)):
            near.update(self._by_deletion.get(shorter, ()))
        if len(key) >= 10:
            near.update(self._by_half.get("<" + key[:5], ()))
            near.update(self._by_half.get(key[-5:] + ">", ()))
        best: tuple[str, int] | None = None
        digits = _digits(key)
        for listed in near:
            if abs(len(listed) - len(key)) > 2 or _digits(listed) != digits:
                continue
            allowed = 2 if len(listed) >= 11 else 1
            distance = OSA.distance(key, listed, score_cutoff=allowed)
            if distance <= allowed and (best is None or distance < best[1]):
                best = (listed, distance)
        # A slip makes a word that nobody uses; a key made only of the pieces of systematic names
        # is the name of another compound.
        return None if best is None or is_systematic(key) else best

    @cached_property
    def _by_international(self) -> dict[str, list[ListedName]]:
        found: dict[str, list[ListedName]] = {}
        for key, names in self._by_key.items():
            if len(key) >= 6 and key.isascii() and key.isalpha():
                plain = [n for n in names if not n.context_required and not n.case_sensitive]
                if plain and not is_systematic(key):
                    found.setdefault(international(key), []).extend(plain)
        return found

    @cached_property
    def _by_leet(self) -> dict[str, list[ListedName]]:
        found: dict[str, list[ListedName]] = {}
        for key, names in self._by_key.items():
            if len(key) >= 4 and key.isascii() and any(c.isalpha() for c in key):
                found.setdefault(leet_shape(key), []).extend(names)
        return found

    @cached_property
    def _by_deletion(self) -> dict[str, list[str]]:
        """Keys by each form that lacks one letter: two keys one slip apart share such a form."""
        found: dict[str, list[str]] = {}
        for key in self._fuzzy_keys:
            found.setdefault(key, []).append(key)
            for shorter in _deletions(key):
                found.setdefault(shorter, []).append(key)
        return found

    @cached_property
    def _by_half(self) -> dict[str, list[str]]:
        """Long keys by first and last letters: of two slips, one end is often left whole."""
        found: dict[str, list[str]] = {}
        for key in self._fuzzy_keys:
            if len(key) >= 11:
                found.setdefault("<" + key[:5], []).append(key)
                found.setdefault(key[-5:] + ">", []).append(key)
        return found

    @cached_property
    def _fuzzy_keys(self) -> list[str]:
        return [
            key
            for key, names in self._by_key.items()
            if key.isascii()
            and sum(c.isalpha() for c in key) >= 5
            and any(_may_be_misspelt(n) for n in names)
        ]


_MOLECULAR_FORMULA = re.compile(r"C\d+H\d+(?:[A-Z][a-z]?\d*)*", re.IGNORECASE)


def _stands_alone(name: str, key: str) -> bool:
    """Whether a synonym names its substance and no other by itself.

    Databases hold halves of names ("cyclohexanone, (.+-.)-", "')-amine", "p-methyl-, ethyl
    ester"), substituents ("difluoro") and molecular formulae, which a thousand isomers share.
    """
    if not key or key.isdigit():
        return False
    if "-" in name and name.endswith("-"):
        head, _, tail = name.rpartition(",")
        if head and fold(tail).strip("rsezdl0123456789") == "":
            return False
    if name[0] in ")]}',-" or "-, " in name.partition(",")[0] + ", ":
        return False
    if "(" in name and name.count("(") != name.count(")"):
        return False
    if _MOLECULAR_FORMULA.fullmatch(name):
        return False
    return not (key.endswith(("o", "yl", "oxy")) and is_systematic(key))


def _deletions(key: str) -> Iterator[str]:
    for i in range(len(key)):
        yield key[:i] + key[i + 1 :]


def _digits(key: str) -> str:
    return "".join(c for c in key if c.isdigit())


def _may_be_misspelt(name: ListedName) -> bool:
    """Whether a slip of the name still means it: not for acronyms and words of every day."""
    if name.case_sensitive or (name.kind == "street" and name.context_required):
        return False
    return not name.context_required or len(name.text) >= 7


def _may_join(text: str, end: int, start: int) -> bool:
    """Whether what stands between two tokens may stand inside one name."""
    gap = text[end:start]
    return len(gap) <= _WIDEST_GAP and "\n\n" not in gap and ". " not in gap and "; " not in gap


def _joins_well(text: str, span: list[Token], name: ListedName) -> bool:
    """Whether the tokens are parted where the name is, or spelt out, and not by chance."""
    if len(span) == 1:
        return True
    if len(span) <= 3 and not any(c in name.text for c in "()[]{},"):
        # "ethyl (s)-": a bracket that the name has not parts it from what follows.
        inner = text[span[0].end : span[-1].start]
        if any(c in inner for c in "()[]{},"):
            return False
    own = boundaries(name.text)
    spelt = all(len(t.key) == 1 for t in span) or (
        len(span) >= 3 and sum(len(t.key) for t in span) <= 2.5 * len(span)
    )
    offset = 0
    for before, token in pairwise(span):
        offset += len(before.key)
        if offset in own or spelt:
            continue
        gap = text[before.end : token.start]
        if any(c.isspace() for c in gap) and (
            before.key in _STOPWORDS or token.key in _STOPWORDS or len(name.text) < 7
        ):
            return False
        if len(name.text) < 6 and gap.strip(" ") not in {"-", ""}:
            return False
    if not spelt and sum(len(t.key) for t in span) <= 6:
        # "a 232": a short code is joined as the list writes it, or by a hyphen.
        written = text[span[0].start : span[-1].end]
        return " " not in written or " " in name.text or _same_case(written, name.text)
    return True


def _same_case(written: str, name: str) -> bool:
    return [c for c in written if c.isalnum()] == [c for c in name if c.isalnum()]


def _accepts(text: str, span: list[Token], name: ListedName) -> bool:
    """Whether the company of a found key lets it mean the substance."""
    start, end = span[0].start, span[-1].end
    written = text[start:end]
    before, behind = text[:start], text[end:]
    alone = not any(c.isalnum() for c in before) and not any(c.isalnum() for c in behind)
    flagged = name.case_sensitive or name.context_required
    if name.kind == "formula" and (len(span) > 1 or not _same_case(written, name.text)):
        return False
    if flagged or len(fold(name.text)) <= 4:
        if alone:
            return not (name.kind == "street" and name.context_required)
        if _CODE_BEHIND.match(behind) and not _FORM_BEHIND.match(behind):
            return False
        if _CODE_BEFORE.search(before) and not _STEREO_BEFORE.search(before):
            return False
        near = text[max(0, start - 160) : start] + " " + text[end : end + 160]
        other = _OTHER_MEANING.get(fold(name.text))
        if other is not None and other.search(near):
            return False
        if not flagged:
            return True
        same = not name.case_sensitive or _same_case(written, name.text)
        if name.context_required or not same:
            street = name.kind == "street" and name.context_required
            return (_DRUG_CONTEXT if street else _CHEMICAL_CONTEXT).search(near) is not None
        return True
    if alone:
        return True
    return not _is_piece(before, behind, span, name)


def _is_piece(before: str, behind: str, span: list[Token], name: ListedName) -> bool:
    """Whether a found name is only a piece of a longer name of another compound."""
    systematic = name.kind == "iupac" or any(c.isdigit() for c in name.text) or len(span) > 1
    if name.level is Level.BLOCK and not systematic:
        return False
    if re.match(r"[)\]}]+(?:-|\w)", behind) and re.search(r"[(\[{][^)\]}]*$", before):
        return _FORM_BEHIND.match(behind.lstrip(")]}")) is None
    if _INVERTED_BEHIND.match(behind) or re.match(r"-\(?\[?\d|-[(\[]", behind):
        return True
    joined_before = (
        before[-1:] in "-)]}'"
        and before[-2:-1].strip() != ""
        and (not _STEREO_BEFORE.search(before))
    )
    if joined_before:
        return True
    if name.level is Level.BLOCK:
        return False
    if _DERIVATIVE_BEHIND.match(behind) and not name.takes_derivatives:
        return True
    if re.match(r"[^.;?!]{0,80}\b(?:co)?polymers?\b", behind):
        return True
    if re.match(r"-[a-z]", behind) and not _FORM_BEHIND.match(behind):
        return True
    return _SUBSTITUENT_BEFORE.search(before) is not None
