"""How much the alarms of a claim are worth together: a logistic regression in a file of weights.

An opposite or a missing name is a contradiction only where claim and quote speak of the same in the
same words; a free paraphrase raises such alarms as well. So alarms by words count the more, the
larger the share of the claim's words that the quote has. That share alone marks nothing.
`benchmarks.claim_weights` learns the weights and prints how they do on claims kept out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from agent.literature.alarms import Alarm
from agent.literature.statement import Statement
from ingest.record import Record

_FILE: Final = Path(__file__).parents[1] / "data" / "claim_weights.json"

# Numbers are enough by themselves.
EXACT: Final = frozenset(("other number", "number"))
# Kinds that are too rare to be weighed one by one, together: those that find the same thing in
# the same place with something else said of it, and those that guess at what belongs together.
SURE: Final = frozenset(
    ("assignment", "binding", "room", "place", "only", "crossing", "plain denial", "covariation",
     "excluded", "group", "label")
)  # fmt: skip
UNSURE: Final = frozenset(("owner", "sign", "superlative", "acronym", "change", "side", "new word"))
# Kinds that compare single words, wherever they stand.
WORDS: Final = frozenset(("opposite", "denial", "comparison", "overclaim", "hedge", "substance"))
MIDDLE: Final = 0.5  # of a claim's words in the quote, where a kind has its own weight


class Weights(Record):
    """What each kind of alarm adds to the log odds that a claim is not borne out."""

    start: float  # before any alarm
    kinds: dict[str, float]
    kept: float  # for alarms by words, per share of words above MIDDLE
    bar: float  # of the probability, from which a claim is marked

    def heaviest(self, found: Sequence[Alarm]) -> Alarm:
        """The alarm that counts most."""
        return max(found, key=lambda one: self.kinds.get(weighed_as(one.kind), 0.0))


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The packaged weights."""
    return Weights.model_validate(json.loads(_FILE.read_text("utf-8")))


def telling(found: Sequence[Alarm], kept: float, weights: Weights) -> bool:
    """Whether a claim with these alarms is marked."""
    return bool(found) and doubt(found, kept, weights) >= weights.bar


def kept_share(said: Statement, quoted: Statement) -> float:
    """The share of a claim's content words that its quotes have too."""
    words = [one for one in said.terms if len(one) > 2]
    return sum(one in quoted.terms for one in words) / max(1, len(words))


def features(found: Sequence[Alarm], kept: float) -> dict[str, float]:
    """What is weighed: each kind once, and the share of kept words for kinds by words."""
    kinds = {weighed_as(one.kind) for one in found}
    given = dict.fromkeys(kinds, 1.0)
    if kinds & WORDS:
        given["kept"] = kept - MIDDLE
    return given


def weighed_as(kind: str) -> str:
    """The name under which a kind of alarm has its weight."""
    return "sure" if kind in SURE else "unsure" if kind in UNSURE else kind


def doubt(found: Sequence[Alarm], kept: float, weights: Weights) -> float:
    """The probability, from 0 to 1, that a claim with these alarms is not borne out."""
    table = {**weights.kinds, "kept": weights.kept}
    total = weights.start + sum(
        table.get(name, 0.0) * value for name, value in features(found, kept).items()
    )
    return 1 / (1 + math.exp(-total))
