"""Whether a claim is borne out by the quotes it cites: deterministic, offline, without a model.

A claim may say less than its quotes, in other words, with numbers converted and rounded. It may
not hold a number, a name or a condition that they do not, turn a comparison, a sign or a negation
round, or drop a hedge. What speaks against it (`alarms`) is weighed (`weighing`): a number that the
quote does not give is enough, an opposite only where claim and quote share words. `check_claim`
names what weighs most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.alarms import Alarm, alarms
from agent.literature.names import SubstanceKeys, holds_name
from agent.literature.statement import Statement, read_statement
from agent.literature.weighing import EXACT, kept_share, load_weights, telling
from ingest.record import Record

# How close in meaning two texts are, from 0 to 1.
Closeness = Callable[[str, str], float]


# Of the development half, true claims that share no word with their quotes are closer than this.
NEAR: Final = 0.25


FEW: Final = 0.25  # of a claim's words in its quotes, below which closeness is asked too


MAX_CHARS: Final = 2_000  # of a claim, which is one sentence


class ClaimCheck(Record):
    """What the check of a claim against its quotes found."""

    verdict: ClaimVerdict
    why: str = ""  # one sentence for a reader; empty where the claim is supported


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
        closeness: Closeness in meaning, used where claim and quotes share few words or none.
    """
    if len(claim) > MAX_CHARS:
        return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why="It is too long to be checked.")
    said = read_statement(claim, substance_keys, quoted=False)
    quoted = read_statement("\n".join(quotes), substance_keys, quoted=True)
    if not said.text.strip() or not quoted.text.strip():
        return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why="Nothing is quoted for it.")
    if _squeezed(said.text) in _squeezed(quoted.text):
        return ClaimCheck(verdict=ClaimVerdict.SUPPORTED)
    found: list[Alarm] = []
    for alarm in alarms(said, quoted):
        if alarm.kind in EXACT:
            return ClaimCheck(verdict=alarm.verdict, why=alarm.why)
        found.append(alarm)
    weights = load_weights()
    if telling(found, kept_share(said, quoted), weights):
        worst = weights.heaviest(found)
        return ClaimCheck(verdict=worst.verdict, why=worst.why)
    shares = _shares_anything(said, quoted)
    if not shares or (closeness and not said.numbers and kept_share(said, quoted) < FEW):
        close = closeness(said.text, quoted.text) if closeness else 0.0
        if close < NEAR or (not shares and found):
            return ClaimCheck(
                verdict=ClaimVerdict.UNSUPPORTED,
                why="The claim is about something else than the quote.",
            )
    return ClaimCheck(verdict=ClaimVerdict.SUPPORTED)


def _shares_anything(said: Statement, quoted: Statement) -> bool:
    """Whether a word, a number or a name of the claim stands in its quotes."""
    if said.terms & quoted.terms or said.numbers:
        return True  # a number that they do not hold is an alarm
    return any(holds_name(name, quoted.names, quoted.text) for name in said.names)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).rstrip(" .")
