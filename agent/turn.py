"""One question on its way to an answer."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from agent.answer import Answer, AnswerStatus, Usage
from agent.events import Refused
from agent.plan import Plan, Reading
from safety.substance import Decision, Verdict


@dataclass
class Turn:
    """What is asked, what is known of it so far, and when it began."""

    asked: str
    papers: Collection[str] | None = None  # ids of the papers to answer from; None: all
    started: float = field(default_factory=time.monotonic)
    verdict: Verdict = field(default_factory=lambda: Verdict(decision=Decision.ALLOW))
    plan: Plan = field(default_factory=lambda: Plan(reading=Reading.LITERATURE, confidence=0))
    usage: Usage | None = None
    notes: list[str] = field(default_factory=list)

    def fields(self, after: Verdict) -> dict[str, Any]:
        """What every answer to it carries, given the gate's verdict on the answer.

        The question's own verdict tells what was asked about; the answer's only what it names.
        """
        stands = self.verdict if self.verdict.decision is Decision.WARN else after
        return {
            "planner": "rules",
            "elapsed_s": time.monotonic() - self.started,
            "verdict": stands,
            "plan": self.plan,
            "usage": self.usage,
        }

    def refused(self, verdict: Verdict) -> Refused:
        """The end where the gate stops it."""
        answer = Answer(
            question=self.asked,
            status=AnswerStatus.REFUSED,
            text=verdict.reason,
            planner="rules",
            elapsed_s=time.monotonic() - self.started,
            verdict=verdict,
            plan=self.plan if self.plan.confidence else None,
            usage=self.usage,
        )
        return Refused(answer=answer)
