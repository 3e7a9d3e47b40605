"""One question on its way to an answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.answer import Answer, AnswerStatus, Usage
from agent.events import Answered, Event, Refused, TextDelta
from agent.plan import Plan, Reading
from safety.substance import Decision, Verdict

if TYPE_CHECKING:
    from safety.gate import Gate


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


def told(turn: Turn, lines: Sequence[str], by: Mapping[str, Any], gate: Gate) -> Iterator[Event]:
    """Show lines of an answer from tools, once the gate has seen them."""
    after = gate.check_answer("\n".join(lines), request=turn.asked)
    if after.decision is Decision.BLOCK:
        yield turn.refused(after)
        return
    for line in lines:
        yield TextDelta(text=line + "\n")
    yield Answered(
        answer=Answer(
            question=turn.asked,
            status=AnswerStatus.ANSWERED,
            text="\n".join(lines),
            **{**turn.fields(after), **by},
        )
    )
