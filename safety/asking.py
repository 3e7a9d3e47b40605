"""What a screened request asks for: by its patterns, by its words, and of whole classes."""

from __future__ import annotations

from typing import Final

from safety.aliases import HARMFUL_CLASSES
from safety.finding import Finding, Reading, Screening
from safety.intent import Intent, masked, read_intent, spelt_out
from safety.leaning import SURE, leaning
from safety.lexicon import DRUG_WISH
from safety.substance import Hit, Level


def strictest(screening: Screening) -> Intent:
    """The strictest intent in any reading of a text."""
    intents = [
        read_intent(r.text, r.spans, has_reaction=r.has_reaction) for r in screening.readings
    ]
    return max(intents, default=Intent.FACTS, key=lambda i: i.rank)


_MAX_CHARS: Final = 20_000
"""How much of a text is searched for classes; as much as `safety.intent` reads."""


def add_classes(screening: Screening, intent: Intent, *, spoken_of: bool = False) -> None:
    """Whole classes spoken of without a member ("a nerve agent"), where one is to be made.

    Args:
        screening: What is added to.
        intent: What is asked for; below a structure nothing is added.
        spoken_of: Add what the text speaks of at all, not only what it asks for itself.
    """
    if intent.rank < Intent.STRUCTURE.rank:
        return
    for reading in screening.readings:
        for harmful in HARMFUL_CLASSES:
            match = harmful.pattern.search(reading.text[:_MAX_CHARS])
            # The class must be what is to be made, not what something else is about.
            if match and (spoken_of or _asks_how(reading, match.span())):
                hit = Hit(
                    name=harmful.name, list=harmful.list, edition="", schedule="the class as such",
                    jurisdiction="", citation=harmful.citation, how="description", score=1.0,
                    level=Level.BLOCK,
                )  # fmt: skip
                screening.add(Finding(hit, Level.BLOCK))


def _asks_how(reading: Reading, span: tuple[int, int]) -> bool:
    spans = [*reading.spans, span]
    if read_intent(reading.text, spans).rank >= Intent.STRUCTURE.rank:
        return True
    return leaning(spelt_out(masked(reading.text, spans))) > SURE


def leans(screening: Screening) -> bool:
    """Whether the words about what is blocked lean to being told how, where no pattern saw it."""
    return any(leaning(marked) > SURE for marked in marked_readings(screening))


def marked_readings(screening: Screening) -> list[str]:
    """Each reading of a text that names something blocked, with a mark in place of its name."""
    blocked = any(f.own_level is Level.BLOCK for f in screening.findings)
    found = []
    for reading in screening.readings:
        text = reading.text[:_MAX_CHARS]
        spans = [m.span() for harmful in HARMFUL_CLASSES for m in harmful.pattern.finditer(text)]
        if blocked:
            spans += [span for span in reading.spans if span[1] <= len(text)]
        if spans:
            found.append(spelt_out(masked(text, spans)))
    return found


def wants_drug_of_precursor(screening: Screening) -> bool:
    """Whether a drug precursor is to be turned into something that is not named."""
    if not any(
        f.hit.list == "us-chemicals" and f.own_level is Level.WARN for f in screening.findings
    ):
        return False
    return any(DRUG_WISH.search(r.text) for r in screening.readings)
