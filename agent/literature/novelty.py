"""The one word of weight that a claim adds to the quote's own words: "superconductors".

A true paraphrase says much in other words, a copy nothing. A claim that keeps nearly all words of
its quote and brings one new noun or adjective has put it in the place of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.names import Name
from agent.literature.opposites import poles
from agent.literature.statement import Fault, Statement
from ingest.terms import STOP_WORDS, stem

_WORD: Final = re.compile(r"(?<![\w.])[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]+(?![\w])")

# What stands before a verb, which may be any of a paraphrase's.
_VERB: Final = re.compile(
    r"\b(?:to|not|can|cannot|could|may|might|must|will|would|should|does|do|did)\s$"
)

# Words that add nothing of weight: general verbs, adverbs, and nouns that stand for others.
_LIGHT: Final = frozenset(
    stem(word)
    for word in """
    show find found report measure give yield obtain reach exhibit display present observe form make
    use become remain contain hold have get take produce result lead cause provide allow see saw
    lie stand stem draw drawn come leave amount account work run carry bring put set turn go went
    gone grow happen occur belong consist comprise correspond refer serve act behave appear seem
    state say
    describe note indicate determine record employ perform apply prepare collect choose select
    involve explain attribute ascribe owe due mean imply convert conduct get need require want
    value figure case sample specimen material compound substance system study work paper article
    author researcher group team method technique approach data result number amount level way part
    type kind portion share fraction piece thing property quantity effect role fact reason content
    rate degree extent range size area region site place position point time moment period year
    process procedure treatment reaction measurement calculation experiment analysis test trial
    second either neither around roughly nearly almost approximately some several many few all each
    every first third only just very quite rather about still even thus hence therefore however
    already yet together alone both too also again always often usually generally typically mostly
    mainly largely strongly clearly directly simply slightly considerably substantially markedly
    respectively overall total per times fold half twice thanks according compared relative unlike
    despite instead whereas while although though because since until unless during within upon
    toward near beyond beside along across through throughout against among between own certain
    other another same such like kinetic thermal chemical physical experimental theoretical present
    product energy error edge cell crystal defect line estimate replace start proceed sit connect
    full attention modification came fed worker contribution
    change difference increase decrease loss
    gain form state structure model film layer solution mixture component element atom molecule ion
    phase temperature pressure concentration density surface chemist scientist literature reference
    current recent new old good bad big small whole single main possible able room ambient
    """.split()
)

MIN_HELD: Final = 5


def novelty_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """The only word of a claim that its quote does not hold, where it holds the others."""
    held = 0
    new: list[str] = []
    letters = {one[:5] for one in quoted.terms if len(one) > 3}
    for match in _WORD.finditer(said.text):
        for word in match[0].lower().split("-"):
            folded = stem(word)
            if len(word) < 3 or word in STOP_WORDS or _named(match, said.names):
                continue
            if any(start < match.end() and match.start() < end for start, end in said.spans):
                continue  # a unit
            if _VERB.search(said.text[: match.start()]):
                continue
            if folded in quoted.terms or folded[:5] in letters or _inside(folded, quoted.text):
                held += 1
            elif folded not in _LIGHT:
                new.append(word)
    held += len([one for one in said.names if one.elements])
    if len(new) == 1 and held >= MIN_HELD and not poles(new[0]):
        yield ClaimVerdict.PARTLY, f"The quote does not speak of {new[0]!r}."


def _named(match: re.Match[str], names: list[Name]) -> bool:
    return any(one.start < match.end() and match.start() < one.end for one in names)


def _inside(folded: str, text: str) -> bool:
    """Whether a word is part of one of the quote: surface in "subsurface"."""
    return len(folded) >= 5 and folded in text.lower()
