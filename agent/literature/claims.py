"""Whether a claim is borne out by the quotes it cites: deterministic, offline, without a model.

A claim may say less than its quotes, in other words, with numbers converted and rounded. It may
not hold a number, a name or a condition that they do not, turn a comparison, a sign or a negation
round, or drop a hedge. `check_claim` names the first thing found, most telling first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from agent.answer import ClaimVerdict
from agent.literature.names import (
    Name,
    SubstanceKeys,
    abbreviated,
    holds_label,
    holds_name,
    labels,
    read_names,
    same_substance,
)
from agent.literature.quantities import Number, comparable, given_by, plain_text, read_numbers
from agent.literature.relations import (
    Part,
    claimed_relation,
    claimed_shift,
    context_span,
    extreme,
    judge,
    marks,
    number_marks,
    offset,
    other_group,
    quoted_relations,
    shift,
    side,
)
from agent.literature.wording import (
    DENYING,
    GRADED,
    Polar,
    drops_hedge,
    excluded,
    overclaims,
    poles,
    read_polar,
)
from ingest.record import Record
from ingest.terms import fold_terms

# How close in meaning two texts are, from 0 to 1.
Closeness = Callable[[str, str], float]


# Of the development half, true claims that share no word with their quotes are closer than this.
NEAR = 0.25


class ClaimCheck(Record):
    """What the check of a claim against its quotes found."""

    verdict: ClaimVerdict
    why: str = ""  # one sentence for a reader; empty where the claim is supported


@dataclass(frozen=True)
class Statement:
    """A claim or quote taken apart."""

    text: str
    numbers: list[Number]
    names: list[Name]
    spans: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems of its content words."""
        return frozenset(fold_terms(self.text))


def read_statement(text: str, keys: SubstanceKeys | None, *, quoted: bool) -> Statement:
    """A text with its numbers and names."""
    plain = plain_text(text)
    numbers = read_numbers(plain, flattened=quoted)
    spans = [(one.start, one.end) for one in numbers]
    return Statement(plain, numbers, read_names(plain, keys, spans), spans)


def check_claim(
    claim: str,
    quotes: Sequence[str],
    *,
    substance_keys: SubstanceKeys | None = None,
    closeness: Closeness | None = None,
) -> ClaimCheck:
    """What the quotes say of the claim.

    Args:
        claim: One sentence.
        quotes: What it cites, verbatim.
        substance_keys: Keys of a name of a substance, for synonyms; without it elements, formulae,
            binary compounds and abbreviations spelt out in the quotes are known.
        closeness: Closeness in meaning, used where claim and quotes share no word.
    """
    said = read_statement(claim, substance_keys, quoted=False)
    quoted = read_statement("\n".join(quotes), substance_keys, quoted=True)
    if not said.text.strip() or not quoted.text.strip():
        return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why="Nothing is quoted for it.")
    if _squeezed(said.text) in _squeezed(quoted.text):
        return ClaimCheck(verdict=ClaimVerdict.SUPPORTED)
    found = next(_faults(said, quoted, closeness), None)
    if found is None:
        return ClaimCheck(verdict=ClaimVerdict.SUPPORTED)
    verdict, why = found
    return ClaimCheck(verdict=verdict, why=why)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).rstrip(" .")


Fault = tuple[ClaimVerdict, str]


def _faults(said: Statement, quoted: Statement, closeness: Closeness | None) -> Iterator[Fault]:
    shared = said.terms & quoted.terms
    yield from _number_faults(said, quoted)
    yield from _name_faults(said, quoted)
    partly = ClaimVerdict.PARTLY
    if terms := excluded(said.text, quoted.text):
        yield partly, f"The quote says {terms[1]!r}, the claim {terms[0]!r}."
    if group := other_group(said.text, quoted.text):
        yield partly, f"The quote does not speak of {group!r}."
    if word := overclaims(said.text, quoted.text):
        yield partly, f"The quote does not go as far as {word!r}."
    yield from _binding_faults(said, quoted)
    yield from _side_faults(said, quoted)
    mine, theirs = number_marks(said.numbers, quoted.numbers, said.text)
    part = Part(said.text, said.numbers, said.names, mine)
    whole = Part(quoted.text, quoted.numbers, quoted.names, theirs)
    borne_out = None
    if relation := claimed_relation(part):
        borne_out = judge(relation, quoted_relations(whole))
        if borne_out is False:
            yield partly, "The claim turns the quote's comparison round."
    if borne_out is None and extreme(part, whole) is False:
        yield partly, "By the quote's values it is another one."
    if (
        (relation is None or not relation.right)
        and (way := claimed_shift(said.text))
        and shift(whole) == -way
    ):
        yield partly, "The change goes the other way in the quote."
    yield from _polar_faults(
        said, quoted, related=relation is not None and bool(relation.right) or borne_out is not None
    )
    yield from _sign_faults(said, quoted, part, whole)
    yield from _only_faults(said, quoted)
    yield from _owner_faults(said, quoted)
    clause = _nearest_clause(said, quoted)
    if hedge := drops_hedge(said.text, clause):
        yield partly, f"The quote says {hedge!r}, which the claim leaves out."
    if not shared and not said.numbers and not said.names:
        close = closeness(said.text, quoted.text) if closeness else 0.0
        if close < NEAR:
            yield ClaimVerdict.UNSUPPORTED, "The claim is about something else than the quote."


def _number_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    matched = 0
    for number in said.numbers:
        if given_by(number, quoted.numbers, claim=said.text):
            matched += 1
    for number in said.numbers:
        if given_by(number, quoted.numbers, claim=said.text):
            continue
        if _counts(number) and not _same_count(number, said, quoted):
            continue
        near = [one for one in quoted.numbers if comparable(number, one, said.text)]
        verdict = ClaimVerdict.PARTLY if matched else ClaimVerdict.UNSUPPORTED
        if near:
            shown = ", ".join(dict.fromkeys(one.text.rstrip(". ") for one in near[:3]))
            yield verdict, f"The quote gives {shown}, the claim {number.text.rstrip('. ')}."
        else:
            yield verdict, f"The quote does not give {number.text.rstrip('. ')}."


def _counts(number: Number) -> bool:
    """Whether it is a small number in words, as in "the three phases"."""
    return re.fullmatch(r"[a-z]+", number.text, re.IGNORECASE) is not None and number.value <= 12


def _same_count(number: Number, said: Statement, quoted: Statement) -> bool:
    """Whether the quote counts the same things."""
    things = fold_terms(said.text[number.end : number.end + 40])[:1]
    return any(
        fold_terms(quoted.text[one.end : one.end + 40])[:1] == things
        for one in quoted.numbers
        if things and one.unit.text == ""
    )


_LOOSE = frozenset({"moisture", "aqueous", "steam", "ice", "lime", "base", "acetylene"})


def _name_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    for name in said.names:
        if name.text.lower() in _LOOSE or abbreviated(name.text, said.text, quoted.text):
            continue
        if holds_name(name, quoted.names, quoted.text):
            continue
        yield ClaimVerdict.PARTLY, f"The quote does not name {name.text}."
    known = {word for name in said.names for word in re.findall(r"\w+", name.text)}
    for label, opens in labels(said.text, said.spans):
        if not opens and label not in known and not holds_label(label, quoted.text):
            yield ClaimVerdict.PARTLY, f"The quote does not name {label}."


def _binding_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """A number of the quote given to another of its substances."""
    part = Part(quoted.text, quoted.numbers, quoted.names, {})
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        if (
            not hits
            or not number.unit.text
            or sum(comparable(number, one, said.text) for one in said.numbers) > 1
        ):
            continue
        # A number may stand for several things; the claim's is the one of its own names.
        alike = [
            one
            for one in quoted.numbers
            if one not in hits and one.unit.dimension == hits[0].unit.dimension
        ]
        here = [_owners(quoted, *context_span(part, one)) for one in hits]
        mine = _owners(said, 0, len(said.text))
        if not all(here) or any(mine & owners for owners in here):
            continue
        for other in alike:
            if _owners(quoted, *context_span(part, other)) & mine:
                shown = number.text.rstrip(". ")
                yield ClaimVerdict.PARTLY, f"In the quote, {shown} belongs to something else."
                return


def _owners(statement: Statement, start: int, end: int, *, people: bool = True) -> frozenset[str]:
    """Names and labels in a stretch of a statement, by which a value may be told from others."""
    found: set[str] = set()
    for name in statement.names:
        absent = re.search(r"\b(?:without|no)\s$", statement.text[: name.start])
        if start <= name.start and name.end <= end and not absent:
            found |= {f"el:{one}" for one in name.elements} | set(name.keys)
    text = statement.text[start:end]
    spans = [(a - start, b - start) for a, b in statement.spans]
    spans += [(one.start - start, one.end - start) for one in statement.names]
    found |= {label.lower() for label in re.findall(r"\b(?:[A-Z][A-Za-z]*-\d+|\d+[a-e])\b", text)}
    if people:
        found |= {
            one.lower()
            for one, opens in labels(text, spans)
            if len(one) > 1 and not opens and not re.search(rf"\b{one}\s{_NAMED_AFTER}", text)
        }
    return frozenset(found)


# Things that are called after a person, who then tells no values apart.
_NAMED_AFTER = (
    r"(?:coefficient|constant|slope|equation|law|model|effect|temperature|potential|number|factor"
    r"|relation|limit|cell|spectrum|analysis|plot|radius|ratio|level)"
)


def _side_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """ "Above 50 K" for "below 50 K", and "almost four times" for "more than four times"."""
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        mine_names = _owners(said, 0, len(said.text))
        span = Part(quoted.text, quoted.numbers, quoted.names, {})
        own = [one for one in hits if _owners(quoted, *context_span(span, one)) & mine_names]
        hits = own or hits
        for read in (side, offset):
            mine = read(said.text, number)
            theirs = [sign for one in hits if (sign := read(quoted.text, one))]
            if mine and theirs and mine not in theirs and len(theirs) == len(hits):
                if _denies(said) and not _denies(quoted):
                    continue  # "not below" is above
                where = "above" if mine > 0 else "below"
                shown = number.text.rstrip(". ")
                yield (
                    ClaimVerdict.PARTLY,
                    f"The claim says {where} {shown}, the quote the opposite.",
                )


def _sign_faults(said: Statement, quoted: Statement, part: Part, whole: Part) -> Iterator[Fault]:
    """ "Positive" for a value below zero, and "rises by 5" for a change of -5."""
    words, _ = read_polar(said.text)
    signed = [one for one in quoted.numbers if one.signed]
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        if hits and all(one.value < 0 for one in hits) and number.value > 0 and not number.signed:
            told = {one.sign for one in words if one.axis in ("amount", "uptake", "volume", "sign")}
            if told == {1}:
                shown = hits[0].text.rstrip(". ")
                yield ClaimVerdict.PARTLY, f"The quote gives {shown}, the claim the opposite sign."
    if any(one.signed for one in said.numbers):
        return
    for word in words:
        before = said.text[max(0, word.at - 6) : word.at].split()
        if word.axis != "sign" or not signed or before[-1:] in (["less"], ["more"]):
            continue
        wanted = frozenset().union(*part.ids.values()) if part.ids else frozenset()
        about = [
            one for one in signed if wanted & marks(whole, *context_span(whole, one))
        ] or signed
        if all((one.value > 0) != (word.sign > 0) for one in about):
            shown = about[0].text.rstrip(". ")
            yield ClaimVerdict.PARTLY, f"The quote gives {shown}, the claim says {_shown(word)!r}."


def _owner_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """What one clause of the quote says of its subject, said of the subject of another."""
    mine = _owners(said, 0, len(said.text), people=False)
    pieces = [piece for piece in _CLAUSES.split(quoted.text) if piece.strip()]
    owners = {}
    for piece in pieces:
        start = quoted.text.find(piece)
        owners[piece] = _owners(quoted, start, start + len(piece), people=False)
    clause = _nearest_clause(said, quoted, by_names=False, lead=2)
    theirs = owners.get(clause)
    if not theirs or not mine or theirs & mine:
        return
    if any(mine <= one for piece, one in owners.items() if piece != clause):
        yield ClaimVerdict.PARTLY, "The quote says it of something else."


_ONLY = re.compile(r"\b(?:only|solely|exclusively) (?:the |its )?(?=(\w+))", re.IGNORECASE)


def _only_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """What the quote says of one substance only, said of another."""
    for match in _ONLY.finditer(quoted.text):
        one = next((name for name in quoted.names if name.start == match.end()), None)
        if one is None or not said.names:
            continue
        if any(same_substance(one, name) or name.elements & one.elements for name in said.names):
            continue
        sentence = quoted.text[match.start() :].split(". ")[0]
        if _ONLY.search(said.text) or len(said.terms & frozenset(fold_terms(sentence))) >= 2:
            yield ClaimVerdict.PARTLY, f"The quote says it of {one.text} only."


_CLAUSES = re.compile(
    r"[;:\n]|,?\sso that\s|(?<!vs)(?<!ca)(?<!al)(?<!cf)\.(?=\s|$)|,?\s(?:but|while|whereas|although|though)\s|,\sand\s"
)


def _nearest_clause(
    said: Statement, quoted: Statement, *, by_names: bool = True, lead: int = 1
) -> str:
    """The clause of the quote that shares most with the claim; all of it where none stands out."""
    clauses = [piece for piece in _CLAUSES.split(quoted.text) if piece.strip()]
    wanted = {one for name in said.names for one in (*name.elements, *name.keys)}
    stated = {
        hit.text
        for number in said.numbers
        for hit in given_by(number, quoted.numbers, claim=said.text)
    }
    scores = [
        len(said.terms & frozenset(fold_terms(piece)))
        + sum(
            1
            for name in quoted.names
            if by_names and name.text in piece and wanted & {*name.elements, *name.keys}
        )
        + sum(2 for text in stated if text in piece)
        + len(_pairs(said.text) & _pairs(piece))
        for piece in clauses
    ]
    if len(clauses) < 2 or sorted(scores)[-1] < sorted(scores)[-2] + lead:
        return quoted.text
    return clauses[scores.index(max(scores))]


def _turned_both(said: Statement, quoted: Statement) -> bool:
    """Whether the claim denies and turns a side at once: "not below" for "above"."""
    if _denies(said) == _denies(quoted):
        return False
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        mine = side(said.text, number)
        if mine and any(side(quoted.text, one) == -mine for one in hits):
            return True
    return False


def _denies(statement: Statement) -> bool:
    """Whether a statement denies, all in all."""
    polar, denials = read_polar(statement.text)
    return len(_denials(statement.text, polar, denials, frozenset())) % 2 == 1


def _pairs(text: str) -> set[tuple[str, str]]:
    terms = fold_terms(text)
    return set(zip(terms, terms[1:], strict=False))


def _polar_faults(said: Statement, quoted: Statement, *, related: bool) -> Iterator[Fault]:
    """Opposites and denials."""
    if _turned_both(said, quoted):
        return
    mine, denials = read_polar(said.text)
    theirs, _ = read_polar(quoted.text)
    clause = _nearest_clause(said, quoted)
    near, rest = read_polar(clause)
    agreed = False
    for word in mine:
        if related and (word.axis in GRADED or _MORE.search(said.text[: word.at])):
            continue
        if word.axis == "place" or (
            word.word in ("more", "less")
            and not re.match(r"\w+\s+(?:than|\d)", said.text[word.at :])
        ):
            continue
        if word.axis == "amount" and re.match(r"\w+\s+to\s+[-\d]", said.text[word.at :]):
            continue
        same = [one for one in near if one.axis == word.axis]
        turn = 1
        if not same:
            same = [one for one in theirs if one.axis == word.axis]
            # "With more it does not" denies what another clause says.
            if same and _ELLIPSIS.search(clause):
                turn, agreed = -1, True
        if word.axis == "amount":
            same = [
                one
                for one in theirs
                if one.axis == word.axis
                and _alike(_with_too(said.text, word), _with_too(quoted.text, one))
                and _shares_head(said, word, quoted, one)
            ]
            if _BEFORE.search(said.text) and not _BEFORE.search(quoted.text):
                turn = -1
        if same and all(turn * one.sign != word.sign for one in same):
            yield (
                ClaimVerdict.PARTLY,
                f"The claim's {_shown(word)!r} is the opposite of the quote's {_shown(same[0])!r}.",
            )
    shared = {one.axis for one in mine} & {one.axis for one in near} - GRADED
    left = _denials(said.text, mine, denials, shared)
    about = frozenset(fold_terms(quoted.text)) | {e for name in quoted.names for e in name.elements}
    left = [at for at in left if not _outside(said.text, at, about)]
    right = _denials(clause, near, rest, shared)
    right = [at for at in right if _concerns(clause, at, said, quoted)]
    # Lexical denials ("insoluble") weigh only against a plain one.
    if not denials & {*left} and not rest & {*right}:
        return
    if len(left) > len(right) and not any(
        {*_behind(said.text, at)[:3]} & quoted.terms for at in left
    ):
        return
    if agreed or re.search(r"\bwould have\b", said.text) or (len(left) - len(right)) % 2 == 0:
        return
    # Two denials of the same thing agree wherever they stand.
    whole, all_denials = read_polar(quoted.text)
    mine_words = [_window(said, at) for at in left]
    for at in _denials(quoted.text, whole, all_denials, frozenset()):
        if any(words & _window(quoted, at) for words in mine_words):
            return
    yield ClaimVerdict.PARTLY, "One of claim and quote denies what the other says."


def _denials(
    text: str, polar: Sequence[Polar], denials: frozenset[int], shared: frozenset[str] | set[str]
) -> list[int]:
    """Places of what denies in a text, but for what turns a word whose opposite is compared."""
    used = {at for one in polar if one.axis in shared | GRADED for at in one.denials}
    compared = {one.at for one in polar if one.axis in shared}
    worded = [
        one.at
        for one in polar
        if one.axis in DENYING and one.at not in compared and (one.sign < 0) != one.negated
    ]
    return sorted({*(denials - used), *worded})


def _behind(text: str, at: int) -> list[str]:
    """The content words behind a place, in its clause."""
    rest = text[at:]
    rest = rest[re.match(r"\S+", rest).end() :] if re.match(r"\S+", rest) else rest
    return fold_terms(re.split(r"[;,.]\s", rest)[0])


def _window(statement: Statement, at: int) -> frozenset[str]:
    """What a denial denies, as stems and elements."""
    words = frozenset(_behind(statement.text, at)[:4])
    axes = {
        axis
        for word in re.findall(r"[a-z]+", statement.text[at : at + 60].lower())
        for axis, _ in poles(word)
        if axis not in GRADED
    }
    return (
        words
        | axes
        | {
            one
            for name in statement.names
            if at < name.start < at + 40
            for one in (*name.keys, *(f"el:{element}" for element in name.elements))
        }
    )


def _outside(text: str, at: int, about: frozenset[str]) -> bool:
    """Whether "without" stands before something that the quote does not speak of."""
    if not re.match(r"without\b", text[at:], re.IGNORECASE):
        return False
    words = _behind(text, at)[:2]
    return not any(word in about for word in words)


def _concerns(clause: str, at: int, said: Statement, quoted: Statement) -> bool:
    """Whether what a clause denies is what the claim is about."""
    behind = [word for word in _behind(clause, at) if not word[0].isdigit()]
    before = fold_terms(re.split(r"[;,.]\s", clause[:at])[-1])[-4:]
    elements = {one for name in said.names if name.element for one in name.elements}
    named = [
        name
        for name in quoted.names
        if name.element and name.elements & elements and name.text in clause[at : at + 30]
    ]
    partial = re.match(r"(?:none|neither|nobody|nothing)\b", clause[at:], re.IGNORECASE)
    if not partial and (named or any(word in said.terms for word in behind[:2])):
        return True
    shared = {*behind[:8], *before} & said.terms
    return sum(len(word) > 2 and not word[0].isdigit() for word in shared) >= 2


_MORE = re.compile(r"\b(?:more|less|most|least)\s$")
_BEFORE = re.compile(r"\b(?:before|prior to|without)\b", re.IGNORECASE)
_BASE = {
    word: family
    for family in (
        "high low", "large small great big little", "many few much", "wide narrow", "rich poor",
        "long short", "thick thin",
    )
    for word in family.split()
}  # fmt: skip


def _with_too(text: str, word: Polar) -> str:
    return f"too {word.word}" if text[: word.at].endswith("too ") else word.word


def _alike(left: str, right: str) -> bool:
    """Whether two words of amount may be opposites: "low" is not that of "rises"."""
    if left in _BASE and right in _BASE:
        return _BASE[left] == _BASE[right]
    if left.startswith("too ") or right.startswith("too "):
        return True
    return (
        (left in _BASE) == (right in _BASE)
        or left.endswith(("est", "er"))
        or right.endswith(("est", "er"))
    )


_ELLIPSIS = re.compile(r"\b(?:do|does|did|is|are|was|were|has|have|can|will)\s+not\W*$")


def _shown(word: Polar) -> str:
    return f"not {word.word}" if word.negated else word.word


def _shares_head(said: Statement, word: Polar, quoted: Statement, other: Polar) -> bool:
    if _head(said.text, word) & _head(quoted.text, other):
        return True
    if any(
        one.axis == word.axis and _head(said.text, word) & _head(quoted.text, one)
        for one in read_polar(quoted.text)[0]
    ):
        return False
    mine = {e for name in said.names if abs(name.start - word.at) < 60 for e in name.elements}
    return any(
        name.element and name.elements & mine
        for name in quoted.names
        if abs(name.start - other.at) < 80
    )


def _head(text: str, word: Polar) -> frozenset[str]:
    """Stems of what stands beside a word."""
    behind = re.split(r"[;,]|\.\s|\sand\s", text[word.at + len(word.word) : word.at + 90])[0]
    before = re.split(r"[;,]|\.\s", text[max(0, word.at - 60) : word.at])[-1]
    return frozenset(fold_terms(behind)[:6]) | frozenset(fold_terms(before)[-6:])
