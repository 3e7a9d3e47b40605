"""The sentences that a model's sentence rests on, and whether they bear it out.

A model names passages; what is cited is the sentences in them that share most with what it wrote.
They are chosen by what they share, not by what the check then finds, so that a false sentence is
not shown another quote until one fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.claims import Closeness, check_claim
from agent.literature.names import SubstanceKeys, holds_name
from agent.literature.passages import NumberedPassage
from agent.literature.rounding import given_by
from agent.literature.statement import Statement, read_statement
from ingest.candidates import Candidate

MAX_QUOTES: Final = 4  # of one sentence
MAX_CHARS: Final = 600  # of one sentence; a longer one is not read at all
LEAST_WORDS: Final = 2  # that carry meaning, of a sentence without a number or a name
NUMBER: Final = 3.0  # what a shared number weighs against a shared word
NAME: Final = 2.0
NEARNESS: Final = 2.0  # of two texts that mean the same
LEAST: Final = 0.4  # of the best passage's share, that a further one needs to be a citation
MORE: Final = 2.0  # what a further sentence adds at least

Feature = tuple[str, object]


@dataclass(frozen=True)
class Checked:
    """A sentence of a model after its check."""

    text: str
    verdict: ClaimVerdict
    why: str
    quotes: tuple[Candidate, ...]


class Checker:
    """Checks sentences against the passages of one answer.

    Args:
        substance_keys: Keys of a name of a substance.
        closeness: How close in meaning two texts are, from 0 to 1.
    """

    def __init__(
        self, *, substance_keys: SubstanceKeys | None = None, closeness: Closeness | None = None
    ) -> None:
        self._passages: dict[str, NumberedPassage] = {}
        self._keys = substance_keys
        self._closeness = closeness
        self._read: dict[tuple[str, int], Statement] = {}

    @property
    def passages(self) -> Mapping[str, NumberedPassage]:
        """What may be cited, by id."""
        return self._passages

    def add(self, passages: Sequence[NumberedPassage]) -> None:
        """Let these be cited too."""
        self._passages |= {passage.id: passage for passage in passages}

    def check(self, text: str, ids: Sequence[str]) -> Checked:
        """What the passages named say of one sentence.

        Args:
            text: The sentence, at most MAX_CHARS long.
            ids: As the model wrote them.
        """
        named = tuple(dict.fromkeys(one.strip(" []()#").lower() for one in ids))
        cited = [self._passages[one] for one in named if one in self._passages]
        invented = len(named) - len(cited)
        if not cited:
            why = "It cites what was not given." if invented else "It cites nothing."
            return Checked(text, ClaimVerdict.UNSUPPORTED, why, ())
        said = read_statement(text, self._keys, quoted=False)
        if len(said.terms) < LEAST_WORDS and not said.numbers and not said.names:
            why = "It says nothing that can be checked."
            return Checked(text, ClaimVerdict.UNSUPPORTED, why, ())
        quotes = self._first_quotes(text, cited)
        found = self._against(text, quotes)
        if found.verdict is not ClaimVerdict.SUPPORTED:
            more = self._more_quotes(text, cited, quotes)
            if len(more) > len(quotes):
                found, quotes = self._against(text, more), more
        if invented and found.verdict is ClaimVerdict.SUPPORTED:
            why = "It also cites what was not given."
            return Checked(text, ClaimVerdict.PARTLY, why, quotes)
        return Checked(text, found.verdict, found.why, quotes)

    def _against(self, text: str, quotes: Sequence[Candidate]) -> Checked:
        check = check_claim(
            text,
            [quote.text for quote in quotes],
            substance_keys=self._keys,
            closeness=self._closeness,
        )
        return Checked(text, check.verdict, check.why, tuple(quotes))

    def _first_quotes(self, text: str, cited: Sequence[NumberedPassage]) -> tuple[Candidate, ...]:
        """The sentence of each passage that shares most with the text."""
        said = read_statement(text, self._keys, quoted=False)
        best: list[tuple[float, Candidate]] = []
        for passage in cited:
            scored = [(self._shared(said, one, text), one) for one in passage.sentences]
            best.append(max(scored, key=lambda pair: pair[0]))
        most = max(score for score, _ in best)
        return tuple([one for score, one in best if score >= LEAST * most][:MAX_QUOTES])

    def _more_quotes(
        self, text: str, cited: Sequence[NumberedPassage], quotes: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        """``quotes`` and those sentences beside them that hold more of what the text says."""
        said = read_statement(text, self._keys, quoted=False)
        chosen = list(quotes)
        others = [one for passage in cited for one in passage.sentences if one not in chosen]
        held = {feature for one in chosen for feature in self._features(said, one)}
        while others and len(chosen) < MAX_QUOTES:
            gains = [
                sum(_weight(new) for new in self._features(said, one) - held) for one in others
            ]
            best = max(gains)
            if best < MORE:
                break
            quote = others.pop(gains.index(best))
            held |= self._features(said, quote)
            chosen.append(quote)
        return tuple(chosen)

    def _shared(self, said: Statement, quote: Candidate, text: str) -> float:
        score = sum(_weight(feature) for feature in self._features(said, quote))
        if self._closeness is not None:
            score += NEARNESS * self._closeness(text, quote.text)
        return score

    def _features(self, said: Statement, quote: Candidate) -> set[Feature]:
        """What of the statement stands in the quote: numbers, names and words."""
        place = (quote.paper.paper_id, quote.ordinal)
        if place not in self._read:
            self._read[place] = read_statement(quote.text, self._keys, quoted=True)
        held = self._read[place]
        found: set[Feature] = {("word", term) for term in said.terms & held.terms}
        found |= {
            ("number", number.start)
            for number in said.numbers
            if given_by(number, held.numbers, claim=said.text)
        }
        found |= {
            ("name", name.text) for name in said.names if holds_name(name, held.names, held.text)
        }
        return found


def _weight(feature: Feature) -> float:
    return {"number": NUMBER, "name": NAME}.get(feature[0], 1.0)
