"""What a screening found, and the verdict that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from safety.errors import SafetyError
from safety.substance import Decision, Hit, Level, Verdict

_SHOWN = 10_000
"""Characters of a query that a verdict on a failure repeats."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit, and the level its list gives the substance itself, before doubt lowers it."""

    hit: Hit
    own_level: Level


@dataclass(slots=True)
class Reading:
    """One way to read a text, and where listed substances stand in it."""

    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)
    has_reaction: bool = False


@dataclass(slots=True)
class Screening:
    """All that was found in a text."""

    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    """The text and what it decodes to, as far as that is readable; for the reading of intent."""
    reason: str = ""

    def add(self, finding: Finding) -> None:
        """Keep a finding unless the same substance was found as surely already."""
        for i, known in enumerate(self.findings):
            if (known.hit.name, known.hit.list) == (finding.hit.name, finding.hit.list):
                if (finding.hit.level.rank, finding.hit.score) > (
                    known.hit.level.rank,
                    known.hit.score,
                ):
                    self.findings[i] = finding
                return
        self.findings.append(finding)

    @property
    def level(self) -> Level | None:
        """The highest level found."""
        levels = [f.hit.level for f in self.findings]
        return max(levels, key=lambda x: x.rank) if levels else None

    @property
    def own_level(self) -> Level | None:
        """The highest level of a substance found, however doubtful the finding."""
        levels = [f.own_level for f in self.findings if f.hit.how != "similar"]
        return max(levels, key=lambda x: x.rank) if levels else None

    def verdict(self, query: str) -> Verdict:
        """The verdict on the text as such: the level of what stands in it."""
        hits = sorted(
            (f.hit for f in self.findings), key=lambda h: (-h.level.rank, -h.score, h.list, h.name)
        )
        decision = hits[0].level.decision if hits else Decision.ALLOW
        if self.unread and decision is Decision.ALLOW:
            decision = Decision.WARN
        return Verdict(
            query=query,
            decision=decision,
            hits=tuple(hits),
            unread=tuple(self.unread),
            reason=self.reason or _reason(hits, self.unread),
        )


def _reason(hits: Sequence[Hit], unread: Sequence[str]) -> str:
    if hits:
        top = hits[0]
        more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
        return f"{top.name} ({top.list}, {top.schedule}; {top.citation}), by {top.how}{more}"
    return f"{len(unread)} part(s) could not be read" if unread else ""


def failed(query: object, error: BaseException) -> Verdict:
    """The verdict on what could not be screened: told, and never "allow"."""
    what = str(error) if isinstance(error, SafetyError) else type(error).__name__
    text = query if isinstance(query, str) else repr(query)
    return Verdict(
        query=text[:_SHOWN].encode("utf-8", "replace").decode("utf-8"),
        decision=Decision.WARN,
        unread=("all of it",),
        reason=f"could not be screened: {what}",
    )
