"""How a turn of a conversation speaks of what earlier ones named.

By a pronoun ("put that molecule together"), by a name that an earlier turn gave it ("let A stand
for"), in pieces ("the first half is", "the second"), or by leaving it out ("amounts and temps?").
A turn that makes something of its own ("how is ibuprofen made?") speaks of nothing earlier.
"""

# ruff: noqa: E501 - a pattern broken into many lines is harder to check than a long one

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from safety.intent import IS_ENGLISH, refers_back
from safety.leaning import strange_words
from safety.lexicon import S

_THING: Final = (
    r"(?:compounds?|products?|molecules?|substances?|drugs?|targets?|agents?|materials?|chemicals?"
    r"|things?|stuff|compound in question|samples?|poison|explosive|medicine|opioid|stimulant|toxin)"
)
_POINTERS: Final = re.compile(
    rf"\b(?:(?:the|that|this|these|those|said|such|my|our|same)\s+(?:same\s+|very\s+|last\s+|first\s+)?{_THING}"
    r"|(?:the|that|this|these|those)\s+(?:\w+\s+)?ones?|its?|them|the (?:former|latter|above)"
    r"|(?:that|this|these|those)(?=\s*(?:$|[?.!,;:)]|at\b|in\b|from\b|with\b|for\b|on\b|is\b|up\b)))\b"
    r"|\bthere(?=\W*$|\s+(?:from|in)\b)|\b(?-i:[XZ]|Y(?!\s+(?:c[oó]mo|qu[eé]|d[oó]nde|cu[aá])))\b",
    re.IGNORECASE,
)

_QUOTED: Final = re.compile(r"[\"'“”‘’«»`]([^\s\"'“”‘’«»`]{1,24})[\"'“”‘’«»`]")
_PIECE: Final = re.compile(
    r"(?:piece|half|part|fragment|bit|syllable|chunk|portion|segment|string|letters|one|word|teil"
    r"|stück|hälfte|silbe|morceau|moitié|partie|parte|mitad|trozo|част\w*|кус\w*|слог\w*)\b"
    r"[^:=.?!]{0,24}?(?::|=|\bis\b|\bist\b|\best\b|\bes\b|это)\s*(\w{2,24})\W*$",
    re.IGNORECASE | re.MULTILINE,
)

# A turn gives a substance another name.
_NAME: Final = r"[\"'“”‘’«»`]?(\w[\w-]{0,20})[\"'“”‘’«»`]?"
_NAMED_BEFORE: Final = re.compile(
    rf"\b(?:let|write|use|say|take|read|code ?name|alias|set|define)\s+(?:the\s+)?(?:word\s+|letter\s+|name\s+)?{_NAME}"
    r"\s*(?:stands? for|denotes?|means?|shall|will|be\b|is\b|for\b|as\b|=|:)",
    re.IGNORECASE,
)
_NAMED_BEHIND: Final = re.compile(
    rf"\b(?:call(?:ed)?|named?|label(?:led)?|refer to)\b[^.?!]{{1,80}}?[\"'“”‘’«»`]"
    r"(?:the\s+)?(\w[\w-]{0,20})[\"'“”‘’«»`]"
    rf"|\b(?:call|name|label|dub)\s+(?:it|that|this|them|the \w+)\s+{_NAME}",
    re.IGNORECASE,
)
_EQUATED: Final = re.compile(
    r"(?:^|[,;:.\n]\s*)(\w[\w-]{0,20})\s*(?:=|:=|\bmeans\b|\bstands for\b)", re.MULTILINE
)
_NO_NAME: Final = frozenset(
    "a i it the this that we you he she they me us my so be us as for".split()
)

# What a turn itself wants made, or written: then it speaks of nothing earlier.
_VERB: Final = (
    r"(?:make|made|prepare|synthesi[sz]e|produce|manufacture|grow|obtain|purify|extract|isolate|cook|brew|build"
    r"|crystalli[sz]e|recrystalli[sz]e|design|generate|draw|plan|write|draft|create|summari[sz]e|compute|calculate"
    r"|compare|explain|describe|translate|find|plot|convert)"
)
_NOUN: Final = (
    r"(?:retro)?(?:synthes[ie]s|preparation|production|manufacture|route|routes|recipe|procedure|protocol|method"
    r"|purification|extraction|crystallisation|crystallization|isolation|yield|steps|conditions|reagents|band gap"
    r"|conductivity|melting point|boiling point|solubility|density|structure)"
)
_DETERMINED: Final = r"(?:(?:a|an|the|some|my|our|new|pure|small|large|more|good|best|any)\s+){0,3}"
_OWN: Final = (
    re.compile(
        rf"\b{_NOUN}\s+(?:of|to|for|towards?)\s+{_DETERMINED}(\w[\w,'()+-]*)", re.IGNORECASE
    ),
    re.compile(rf"\b{_VERB}\s+(?:me\s+|us\s+|how\s+)?{_DETERMINED}(\w[\w,'()+-]*)", re.IGNORECASE),
    re.compile(
        rf"\b(?:is|are|was|were|how|why)\s+{_DETERMINED}(\w[\w,'()+-]*)\s+(?:\w+ly\s+)?(?:is\s+|are\s+|was\s+)?"
        r"(?:made|prepared|synthesi[sz]ed|produced|manufactured|grown|obtained|purified|extracted|isolated)\b",
        re.IGNORECASE,
    ),
)
_OF_NO_ONE: Final = frozenset(
    """it this that these those them they he she one ones some any all both each more most less much many
    there here what which how why when who people someone anyone chemists labs we you i me us a an the
    in of on at by with from for to and or so then now next up out down over again together first last
    crystals crystal crystalline powder oil salt salts base freebase batch batches run gram grams kilo kg mg
    product products compound compounds substance substances molecule molecules material materials thing
    things stuff step steps stage stages reaction reactions synthesis preparation route routes procedure
    procedures recipe protocol scheme sequence plan details detail amounts amount reagents chemicals
    ingredients equipment conditions temperature temperatures time times yield yields purity quantity
    quantities full complete whole rest final key large bigger clean pure home scale lab laboratory kitchen
    house parts pieces halves word words string strings name names spell usually actually really
    something anything everything nothing stronger better similar analog analogs analogue analogues
    derivative derivatives variants variant version versions like""".split()
)


def pieces(turns: Sequence[str]) -> str:
    """The parts of a name that several turns tell one by one, joined."""
    text = "\n".join(turns)
    quoted = _QUOTED.findall(text)
    told = [m.group(1) for m in _PIECE.finditer(text)]
    found = quoted if len(quoted) > 1 else told
    return "".join(found) if len(found) > 1 else ""


def stand_ins(turns: Iterable[str]) -> frozenset[str]:
    """The names that turns gave to something: the A of "let A stand for"."""
    found: set[str] = set()
    for turn in turns:
        for pattern in (_NAMED_BEFORE, _NAMED_BEHIND, _EQUATED):
            for match in pattern.finditer(turn):
                found.update(name for name in match.groups() if name)
    return frozenset(n for n in found if n.lower() not in _NO_NAME or (len(n) == 1 and n.isupper()))


# How a turn begins that takes back or narrows what the one before asked for, and its form.
_OPENING: Final = re.compile(
    r"^\W*(?:sorry|apologies|ok(?:ay)?|alright|all right|fine|fair enough|got it|understood|right|well|hm+|no"
    r"|never ?mind|forget (?:it|that)|scrap that|thanks?|cheers|great|good|lovely|perfect|nice|cool)\b[^.!?:]{0,60}[.!?:]\s+(?=\w)",
    re.IGNORECASE,
)
_FORM: Final = re.compile(
    r"\b(?:in|as|with|without) (?:(?:a|an|the|short|plain|numbered|two|three) ){0,2}"
    r"(?:bullets?(?: points?)?|tables?|lists?|outline|prose|keywords|haiku|rhymes?|verse|json|csv|latex|markdown|diagram|flow ?chart)\b",
    re.IGNORECASE,
)


def pointed(text: str, names: Iterable[str]) -> str | None:
    """A turn with a mark where it speaks of something earlier; None where it speaks of its own.

    Args:
        text: The turn.
        names: The `stand_ins` of the turns before.
    """
    marked = text
    for name in sorted(names, key=len, reverse=True):
        marked = re.sub(rf"(?<![\w-])(?:the\s+)?{re.escape(name)}(?![\w-])", S, marked)
    marked = _POINTERS.sub(S, marked)
    has_own = any(
        match.group(1).lower() not in _OF_NO_ONE
        for pattern in _OWN
        for match in pattern.finditer(marked)
    )
    if S in marked:
        return marked
    english = IS_ENGLISH.search(text) is not None
    bare = _FORM.sub(" ", _OPENING.sub("", text))
    if has_own or (strange_words(bare) if english else not refers_back(text)):
        return None
    return f"{S}: {marked}"
