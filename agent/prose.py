"""A model's words about tools' results: each sentence checked before anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from agent.answer import Claim, ClaimVerdict
from agent.literature.answering import claim_with_citations
from agent.literature.claims import ClaimCheck, check_claim
from agent.literature.quantities import read_numbers
from agent.slots import descriptors_in, properties_in
from agent.telling import tell
from agent.tools.base import ToolResult
from ingest.chunking import sentence_texts

MAX_SENTENCES: Final = 20
_ASKED = "Asked:"
# What a model puts around words for the eye; it is no part of what is said.
_ORNAMENT = re.compile(r"\*\*|__|`|^\s{0,3}(?:#{1,6}|[-*•]|\d{1,2}[.)])\s+", re.MULTILINE)


def check_prose(text: str, results: Sequence[ToolResult[Any]]) -> tuple[Claim, ...]:
    """Each sentence with what the results say of it.

    Args:
        text: What a model wrote.
        results: What the tools gave, which stands behind every number of the answer.
    """
    from agent.tools.substance_keys import substance_keys

    quotes = told(results)
    bare = _ORNAMENT.sub("", text)
    claims = []
    for sentence in sentence_texts(bare)[:MAX_SENTENCES]:
        found = (
            _other_property(sentence, quotes)
            or _other_equation(sentence, quotes)
            or _inexact(sentence, quotes)
            or check_claim(sentence, quotes, substance_keys=substance_keys)
        )
        claims.append(
            Claim(text=_closed(sentence), verdict=found.verdict, citations=(), why=found.why)
        )
    return tuple(claims)


def told(results: Sequence[ToolResult[Any]]) -> list[str]:
    """What the results say, each told for itself, with what they were asked for."""
    lines: list[str] = []
    for result in results:
        lines += tell([result])
        given = ", ".join(
            f"{name.replace('_', ' ')} {value if isinstance(value, str) else f'{value:.10g}'}"
            for name, value in result.arguments.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        )
        if given:
            lines.append(f"{_ASKED} {given}.")
    return list(dict.fromkeys(map(_as_printed, lines)))


def shown(claim: Claim) -> str:
    """The sentence as it is shown: one that is not borne out says so where it stands."""
    return claim_with_citations(claim, ())


def _other_property(sentence: str, quotes: Sequence[str]) -> ClaimCheck | None:
    """A property that the results do not speak of: its number is another one's."""
    spoken = " ".join(quotes).replace("_", " ")
    known = {*properties_in(spoken), *descriptors_in(spoken)}
    others = [
        name for name in (*properties_in(sentence), *descriptors_in(sentence)) if name not in known
    ]
    if not others:
        return None
    name = others[0].replace("_", " ")
    return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why=f"No tool's result gives a {name}.")


_ARROW = re.compile(r"->|→|⇌|<=>")
_SIDE = r"(?:\d+\s*)?[A-Z(\[][\w()\[\]+.^{}-]*"
_EQUATION = re.compile(rf"{_SIDE}(?:\s*\+\s*{_SIDE})*\s*(?:->|→)\s*{_SIDE}(?:\s*\+\s*{_SIDE})*")


def _other_equation(sentence: str, quotes: Sequence[str]) -> ClaimCheck | None:
    """An equation that no result holds, letter by letter."""
    if _ARROW.search(sentence) is None:
        return None
    held = [_bare_equation(quote) for quote in quotes if not quote.startswith(_ASKED)]
    said = [_bare_equation(match[0]) for match in _EQUATION.finditer(sentence)]
    if said and all(any(one in quote for quote in held) for one in said):
        return None
    return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why="No tool's result gives this equation.")


def _bare_equation(text: str) -> str:
    return "".join(text.replace("→", "->").split()).rstrip(".")


def _inexact(sentence: str, quotes: Sequence[str]) -> ClaimCheck | None:
    """A number that is written more exactly than any result bears out.

    In prose a closing zero may be a rounded digit; a tool's number has no such doubt, and whoever
    rounds one says "about".
    """
    known = [number for quote in quotes for number in read_numbers(quote)]
    for number in read_numbers(sentence):
        if number.about or not any(sign.isdigit() for sign in number.text):
            continue
        alike = [one for one in known if one.unit.dimension == number.unit.dimension]
        near = (number.step / 2 * 1.001 + number.spread) * number.unit.factor
        if alike and not any(abs(one.si - number.si) <= near for one in alike):
            text = number.text.rstrip(". ")
            return ClaimCheck(
                verdict=ClaimVerdict.UNSUPPORTED, why=f"No tool's result gives {text}."
            )
    return None


_POWER = re.compile(r"\*\*(-?\d)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _as_printed(line: str) -> str:
    """A told line with units as people write them: ``angstrom**2`` is Å²."""
    raised = _POWER.sub(lambda power: power[1].translate(_RAISED), line)
    return raised.replace("angstrom", "Å").replace("dalton", "Da")


def _closed(sentence: str) -> str:
    whole = " ".join(sentence.split())
    return whole if whole[-1:] in ".!?:" else f"{whole}."
