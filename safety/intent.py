"""What is asked for: facts, a property, a structure, or a way of making.

A request has the strictest intent found in it. Making words alone do not make it one: "when was
it first made" asks for a date, and "preparing a sensor for it" makes a sensor. So each sentence
is read with the recognised substances marked, and a making word counts when it governs the
substance, or when nothing says that the sentence is about history, law, detection or treatment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from safety import lexicon
from safety.lexicon import S


class Intent(StrEnum):
    """What a request or a tool is for; the later, the stricter."""

    FACTS = "facts"
    PROPERTY = "property"
    STRUCTURE = "structure"
    MAKING = "making"

    @property
    def rank(self) -> int:
        """0 for facts up to 3 for making."""
        return list(Intent).index(self)


_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n+|;\s")
_MAX_CHARS = 20_000
_LOOSE = 48
"""Characters between a making word and a substance in languages whose grammar is not read."""


def masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with a mark where each recognised substance stands."""
    parts: list[str] = []
    last = 0
    for start, end in sorted(spans):
        if start < last:
            last = max(last, end)
            continue
        parts.extend((text[last:start], S))
        last = end
    return "".join((*parts, text[last:]))


def read_intent(
    text: str, spans: Sequence[tuple[int, int]] = (), *, has_reaction: bool = False
) -> Intent:
    """The strictest intent in a text.

    Args:
        text: A normalised text.
        spans: Where listed substances stand in it.
        has_reaction: It holds a reaction SMILES, which asks for or gives a way of making.
    """
    marked = spelt_out(masked(text, spans)[:_MAX_CHARS])
    found = Intent.MAKING if has_reaction else Intent.FACTS
    for sentence in _SENTENCE.split(marked):
        sentence = lexicon.IDIOM.sub(" ", sentence) if sentence else ""
        if sentence.strip():
            found = max(found, _sentence_intent(sentence), key=lambda i: i.rank)
    coaxed = S in marked and lexicon.COAXING.search(marked) is not None
    if coaxed and (lexicon.SOFT.search(marked) or lexicon.HARD.search(marked)):
        return Intent.MAKING  # to be coaxed is to be asked for what would be refused otherwise
    return found


_DIGITS = str.maketrans("013457", "oleast")
_DIGIT_WORD = re.compile(
    r"\b(?!(?:LD|LC|IC|EC|ED)50\b)(?=[a-z]*\d)(?=\d*[a-z])[a-z013457]{3,}\b", re.IGNORECASE
)
_HOW_TO = re.compile(r"\bhow 2 |\bhow2 ?", re.IGNORECASE)


def spelt_out(text: str) -> str:
    """Words with their letters again where digits stand for some: ``how 2 mak3``."""
    text = _HOW_TO.sub("how to ", text)
    return _DIGIT_WORD.sub(lambda match: match.group().translate(_DIGITS), text)


def _sentence_intent(sentence: str) -> Intent:
    if _is_making(sentence):
        return Intent.MAKING
    designed = lexicon.DESIGN.search(sentence) or (
        lexicon.COMPARISON.search(sentence) and not lexicon.COMPARING.search(sentence)
    )
    if designed and not lexicon.OTHER_TARGET.search(sentence):
        return Intent.STRUCTURE
    if lexicon.PROPERTY.search(sentence):
        return Intent.PROPERTY
    return Intent.FACTS


def _is_making(sentence: str) -> bool:
    soft = lexicon.SOFT.search(sentence) is not None
    hard = lexicon.HARD.search(sentence) is not None
    if not soft and not hard:
        return False
    other = lexicon.OTHER_TARGET.search(sentence) is not None
    past = lexicon.HISTORY.search(sentence) is not None
    safe = lexicon.SAFE.search(sentence) is not None
    directed = _is_directed(sentence, hard=hard) or _stands_close(sentence)
    if other and not lexicon.DIRECTED.search(lexicon.OTHER_TARGET.sub(" ", sentence)):
        return False
    if lexicon.NO_MAKING.search(sentence):
        rest = lexicon.NO_MAKING.sub(" ", sentence)
        if not any(pattern.search(rest) for pattern in (lexicon.SOFT, lexicon.HARD)):
            return False
    if lexicon.ANALYTICAL.search(sentence) and not _is_instruction(sentence):
        return False
    if directed:
        return hard or not past
    if hard:
        return not safe and not (past and not _is_instruction(sentence))
    return not past and not safe


def _is_directed(sentence: str, *, hard: bool) -> bool:
    """Whether a making word governs a substance.

    "Steps of withdrawal management with S" govern the management: what stands between the making
    word and the substance is then what is made, unless the sentence asks to be told how anyway.
    """
    match = lexicon.DIRECTED.search(sentence)
    return match is not None and (hard or lexicon.SAFE.search(match.group()) is None)


def _is_instruction(sentence: str) -> bool:
    """Whether the making word asks to be told how, whatever the sentence begins with."""
    return _INSTRUCTION.search(sentence) is not None


_INSTRUCTION = re.compile(
    r"\bhow (?:to|do i|can i|could i|would i|should i)\b|\bbuy\b|\border\b"
    r"|\bpurchase\b|\bacquire\b|\bsource\b|\bget\b|\bstep|\brecipe"
    r"|\bgive me|\btell me|\bi (?:need|want)\b|\bmy\b",
    re.IGNORECASE,
)


def _stands_close(sentence: str) -> bool:
    """A making word near a substance, in a sentence of a language whose grammar is not read."""
    if S not in sentence or IS_ENGLISH.search(sentence) or lexicon.SAFE.search(sentence):
        return False
    places = [m.start() for m in re.finditer(S, sentence)]
    return any(
        abs(m.start() - place) <= _LOOSE
        for pattern in (lexicon.SOFT, lexicon.HARD)
        for m in pattern.finditer(sentence)
        for place in places
    )


IS_ENGLISH = re.compile(
    r"\b(?:the|of|is|are|was|were|how|what|which|when|does|do|for|with|and|this|that|from|give|me|"
    r"please|plan|write|tell|make|can|you|my|your|to)\b",
    re.IGNORECASE,
)


def refers_back(text: str) -> bool:
    """Whether a turn speaks of what an earlier one named, or names nothing of its own."""
    if lexicon.REFERRING.search(text) is not None:
        return True
    cues = (lexicon.HARD, lexicon.SOFT, lexicon.PROCEDURAL)
    return not any(
        len(word) >= 5 and word.lower() not in _EMPTY and not any(c.search(word) for c in cues)
        for word in re.findall(r"\w+", text)
    )


def asks_on(text: str) -> bool:
    """Whether a turn asks for the details of a procedure without naming one."""
    return lexicon.PROCEDURAL.search(text) is not None


_EMPTY = frozenset(
    """which where there should would could about please exactly really simple starting materials
    other after before first second third final again another right quickly easily perform carry
    start finish conditions required needed
    comment combien quelle quelles quels quand stellt welche welcher welches wieviel könnte
    würde sollte jetzt bitte cuáles cuales cuánto cuanto dónde donde entonces ahora favor quali
    quanto quando dove hoeveel alstublieft какие какой какая каким сколько потом теперь тогда
    пожалуйста""".split()
)


def speaks_of_safety(text: str) -> bool:
    """Whether a turn is about treating, finding, destroying or ruling."""
    return lexicon.SAFE.search(text) is not None or lexicon.PROPERTY.search(text) is not None


def is_lab_prose(text: str) -> bool:
    """Whether a text is itself a procedure: amounts, operations and conditions close together."""
    for start in range(0, max(1, len(text)), 600):
        window = text[start : start + 1200]
        kinds = sum(pattern.search(window) is not None for pattern in lexicon.LAB_PATTERNS)
        uses = sum(len(pattern.findall(window)) for pattern in lexicon.LAB_PATTERNS)
        if kinds >= 3 and uses >= 5:
            return True
    return False
