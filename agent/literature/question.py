"""What a question asks for: a kind of value, one thing or several, a definition, a method."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from agent.literature.values import VALUE_KINDS, ValueKind
from ingest.terms import fold_terms

_QUANTITY: Final = re.compile(
    r"\b(?:how (?:many|much|few|little|well|strong|strongly|often|large|high|low|fast|stable"
    r"|conductive|unsaturated|rancid|leaky|accurate|far|close|dense|hard|old|big|long|wide)"
    r"|what (?:is|are|was|were) the (?:\S+ ){0,5}?(?:value|number|index|factor|constant|coefficient"
    r"|level|count|score|error|accuracy|density|viscosity|hardness|toughness|permittivity|limit"
    r"|threshold|average|mean|total)"
    r"|(?:what|which) (?:\S+ ){0,4}?(?:values?|numbers?|index|factors?|constants?|coefficients?"
    r"|levels?|counts?|scores?|errors?|accuracy|density|viscosity|hardness|figures?|quantit(?:y|ies))"
    r"|by how much|at how many|for how many|roughly|values?|figures?)\b",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<![A-Za-z\d])\d")
_DEFINITION: Final = re.compile(
    r"\b(?:defin\w+|what (?:is|are) meant|meaning of|stands? for|spell out|what criterion"
    r"|counts? as|relative to which|initials|abbreviat\w+"
    r"|how is \S+ (?:built|calculated|computed))\b",
    re.IGNORECASE,
)
_DEFINING: Final = re.compile(
    r"\b(?:defin\w+|refers? to|referred to as|denot\w+|means?"
    r"|is the (?:\w+ )?\w+ (?:of|at|that|which)"
    r"|considered|calculated|expressed as|stands? for|called|known as|corresponds? to|termed"
    r"|computed|was taken as|relative to)\b|=",
    re.IGNORECASE,
)
_REASON: Final = re.compile(
    r"\b(?:why|what (?:causes?|explains?)|for what reason)\b", re.IGNORECASE
)
_REASONING: Final = re.compile(
    r"\b(?:because|due to|owing to|since|attribut\w+|result(?:s|ed)? (?:from|in|of)|caused"
    r"|as a result"
    r"|therefore|explain\w*|leads? to|led to|reason|consequen\w+|by the)\b",
    re.IGNORECASE,
)
_METHOD: Final = re.compile(
    r"\b(?:how (?:was|were|is|are|did)|which (?:method|technique|procedure|tests?|dye"
    r"|instrument|software|code|level of theory)|what (?:method|technique|procedure))\b",
    re.IGNORECASE,
)
_SEVERAL: Final = re.compile(
    r"\b(?:compar\w+|both|versus|vs\.?|differ\w*|same|equal\w*|than|respectively|whose|each"
    r"|agree\w*|disagree\w*|consistent|conflict\w*|contradict\w*|two (?:papers|studies|values)"
    r"|and (?:how|at which|at what|in which|what|which|for|of|that of|the|in)|or)\b|,? and ",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(
    r"\b(?:consistent\w*|abstract and"
    r"|and (?:the |in the )?(?:abstract|introduction|results|conclusions?)"
    r"|discrepan\w+|conflict\w*|contradict\w*|agree|same (?:value|figure|number|quench|result)s?"
    r"|do (?:the )?(?:\S+ ){1,8}and (?:\S+ ){1,8}(?:ask|give|report|state|agree))\b",
    re.IGNORECASE,
)
_SEGMENT: Final = re.compile(
    r",?\s+(?:and|versus|vs\.?|with (?:that|those|the one) (?:of|in|for|from)|than|whereas|while"
    r"|compared (?:to|with)|as against|or)\s+|[;:,]\s+|\s+(?:with|to) (?:that|those) of\s+"
    r"|\s+compare with\s+|\s+-\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A question taken apart, as far as words alone allow."""

    text: str
    kinds: tuple[ValueKind, ...]  # kinds of value asked for; empty where none is named
    wants_number: bool
    wants_definition: bool
    wants_reason: bool
    wants_method: bool
    may_name_several: bool  # may ask about two things, which may stand in two papers
    asks_agreement: bool  # asks whether two places of one paper agree
    segments: tuple[str, ...]  # its clauses, each with at least one content word


def read_question(text: str) -> Question:
    """What ``text`` asks for."""
    kinds = tuple(kind for kind in VALUE_KINDS if kind.asked.search(text))
    return Question(
        text=text,
        kinds=kinds,
        wants_number=bool(kinds) or bool(_QUANTITY.search(text)),
        wants_definition=bool(_DEFINITION.search(text)),
        wants_reason=bool(_REASON.search(text)),
        wants_method=bool(_METHOD.search(text)),
        may_name_several=bool(_SEVERAL.search(text)),
        asks_agreement=bool(_WITHIN.search(text)),
        segments=_segments(text),
    )


def _segments(text: str) -> tuple[str, ...]:
    """The clauses of a question; a clause of one content word stays with the one before."""
    segments: list[str] = []
    for piece in _SEGMENT.split(text.strip(" ?.!")):
        if not piece or not piece.strip():
            continue
        if segments and len(fold_terms(piece)) < 2:
            segments[-1] += " " + piece
        else:
            segments.append(piece.strip())
    return tuple(segments) or (text,)


def answers_kind(question: Question, sentence: str) -> float:
    """How well the values of ``sentence`` fit what is asked: 1 a value of a kind asked for.

    0.4 where it holds another number, 0 where it holds none; 1 for all where no number is asked.
    """
    if not question.wants_number:
        return 1.0
    if any(kind.written.search(sentence) for kind in question.kinds):
        return 1.0
    if _NUMBER.search(sentence):
        return 0.4 if question.kinds else 1.0
    return 0.0


def answers_form(question: Question, sentence: str) -> float:
    """1 where a definition or a reason is asked for and ``sentence`` gives one; else 0."""
    if question.wants_definition and _DEFINING.search(sentence):
        return 1.0
    if question.wants_reason and _REASONING.search(sentence):
        return 1.0
    return 0.0
