"""What the gate says: refusals that cite and never repeat, banners, notes."""

from __future__ import annotations

from collections.abc import Sequence

from safety.errors import SafetyError
from safety.finding import Screening
from safety.intent import Intent
from safety.substance import Decision, Hit, Level, Verdict

BANNER, NOTE, SOURCES = "banner", "note", "sources"

_INSTEAD = (
    "What can be done: questions about its pharmacology, toxicology, safety, detection, "
    "history and regulation are answered from the papers"
)


def refusal(screening: Screening, tightened: frozenset[Level]) -> str:
    """Why something is refused: lists and citations, and what can be done instead."""
    blocked = [
        f.hit for f in screening.findings if f.own_level is Level.BLOCK or f.own_level in tightened
    ]
    cited = list(dict.fromkeys(_place(h) for h in blocked))
    more = f" and {len(cited) - 3} more" if len(cited) > 3 else ""
    return (
        f"Refused: this asks for the making or design of what is regulated by "
        f"{'; '.join(cited[:3])}{more}. {_INSTEAD}."
    )


def _place(hit: Hit) -> str:
    parts = [hit.list, hit.schedule, hit.citation]
    return ", ".join(p for p in parts if p)


def note(action: str, hits: Sequence[Hit], unread: Sequence[str]) -> str:
    """What is told beside an answer about a listed substance; empty where nothing is."""
    told = [h for h in hits if h.level is not Level.LOG]
    if unread and not told:
        return f"{len(unread)} part(s) of it could not be read as structures and were not screened"
    if not told:
        return ""
    top = told[0]
    where = _place(top)
    if action == BANNER:
        return f"{top.name} is regulated ({where}). Facts are given; ways of making it are not."
    if action == SOURCES:
        return f"{top.name} is watched ({where}). Answered from your own papers only."
    if top.how == "similar":
        return f"similar to {top.name} ({where}), which is regulated"
    return f"{top.name} stands on {where}, found by {top.how}"


def unscreened(error: BaseException, intent: Intent, hits: tuple[Hit, ...] = ()) -> Verdict:
    """The verdict on what could not be screened: refused where something is to be made."""
    what = str(error) if isinstance(error, SafetyError) else type(error).__name__
    if intent.rank >= Intent.STRUCTURE.rank:
        return Verdict(
            decision=Decision.BLOCK,
            hits=hits,
            unread=("all of it",),
            reason=f"Refused: it could not be screened ({what}), and nothing is made unscreened. "
            "What can be done: write each structure as a SMILES that RDKit reads, fewer at a time.",
        )
    return Verdict(
        decision=Decision.WARN,
        hits=hits,
        unread=("all of it",),
        reason=f"could not be screened: {what}",
    )
