"""The gate: what may be answered about a substance. Policy is the table below and nothing else.

Recognition (`safety.screening`) says what stands in a text, `safety.intent` what is asked for; the
level of the one and the strictness of the other decide. What cannot be screened is refused where
something is to be made or designed and told in every other case. A refusal names the list and
its citation, never repeats what was asked, and says what can be done instead.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from safety.asking import add_classes, leans, strictest, wants_drug_of_precursor
from safety.audit import AuditLog
from safety.conversation import pieces, pointed, stand_ins
from safety.errors import AuditError, SafetyError, ScreeningError
from safety.finding import Finding, Screening
from safety.intent import (
    Intent,
    asks_on,
    is_lab_prose,
    read_intent,
    speaks_of_safety,
    spelt_out,
)
from safety.leaning import SURE, leaning
from safety.lexicon import S
from safety.screening import Screener, default_screener
from safety.substance import Decision, Level, Verdict
from safety.wording import BANNER, NOTE, SOURCES, note, refusal, unscreened

logger = logging.getLogger("elute.safety")

IntentName = Literal["facts", "property", "structure", "making"]

# What a level means for an intent; the note that goes with it.
_REFUSE, _PLAIN = "refuse", "plain"
POLICY: Mapping[str, Mapping[Intent, str]] = {
    "block": {
        Intent.FACTS: BANNER,
        Intent.PROPERTY: BANNER,
        Intent.STRUCTURE: _REFUSE,
        Intent.MAKING: _REFUSE,
    },
    "warn": {
        Intent.FACTS: _PLAIN,
        Intent.PROPERTY: NOTE,
        Intent.STRUCTURE: NOTE,
        Intent.MAKING: SOURCES,
    },
    "similar": {
        Intent.FACTS: _PLAIN,
        Intent.PROPERTY: _PLAIN,
        Intent.STRUCTURE: NOTE,
        Intent.MAKING: NOTE,
    },
    "none": dict.fromkeys(Intent, _PLAIN),
}

_MAX_LEAVES = 5_000
_MAX_DEPTH = 40
_TURNS = 12
"""Earlier turns that a request is read with."""


class Gate:
    """Decides about requests, arguments, results and answers, and logs every decision.

    Args:
        screener: What recognises substances; the packaged lists and the user's own if None.
        audit: Where the log is written; nowhere if None.
        tightened: Levels that are treated as "block": a setting can tighten, never loosen.
    """

    def __init__(
        self,
        *,
        screener: Screener | None = None,
        audit: Path | None = None,
        tightened: Iterable[Level] = (),
    ) -> None:
        self._screener = screener
        self._log = AuditLog(audit) if audit is not None else _default_log()
        self._tightened = frozenset(tightened) - {Level.LOG}

    def check_request(
        self,
        request: Any,
        *,
        intent: Intent | IntentName = Intent.FACTS,
        conversation: Sequence[str] = (),
        tool: str | None = None,
    ) -> Verdict:
        """The verdict on a request in words.

        Args:
            request: What is asked, as text or JSON-like data.
            intent: The least that is asked for; a stricter one found in the words counts.
            conversation: The user's earlier turns, the oldest first.
            tool: For the log.
        """
        verdict, found = self._decide(request, intent, conversation=conversation, in_words=True)
        return self._logged("request", tool, found, request, verdict)

    def check_arguments(
        self, data: Any, *, tool: str | None = None, intent: Intent | IntentName = Intent.FACTS
    ) -> Verdict:
        """The verdict on what a tool is given, for the intent that the tool declares."""
        verdict, found = self._decide(data, intent, in_words=False)
        return self._logged("arguments", tool, found, data, verdict)

    def check_result(
        self, data: Any, *, tool: str | None = None, intent: Intent | IntentName = Intent.FACTS
    ) -> Verdict:
        """The verdict on what a tool gave, for the intent of what it gives."""
        verdict, found = self._decide(data, intent, in_words=False, is_output=True)
        return self._logged("result", tool, found, data, verdict)

    def check_answer(
        self,
        answer: Any,
        *,
        intent: Intent | IntentName = Intent.FACTS,
        tool: str | None = None,
        request: str = "",
    ) -> Verdict:
        """The verdict on an answer before it is shown.

        A text that is itself a procedure counts as making, whatever was asked.

        Args:
            answer: Text or JSON-like data.
            intent: What the request was for.
            tool: For the log.
            request: What was asked; substances named only there count for the answer too.
        """
        verdict, found = self._decide(
            answer, intent, conversation=(request,) if request else (), is_output=True
        )
        return self._logged("answer", tool, found, answer, verdict)

    # -- deciding ------------------------------------------------------------------------------

    def _decide(
        self,
        data: Any,
        intent: Intent | IntentName,
        *,
        conversation: Sequence[str] = (),
        in_words: bool = False,
        is_output: bool = False,
    ) -> tuple[Verdict, Intent]:
        found = Intent.MAKING
        try:
            found = Intent(intent)
            texts = list(leaves(data))
            if in_words and found is Intent.FACTS:
                # Until it is read, a request in words may ask for anything.
                found = Intent.MAKING
                screening, found = self._read_request("\n".join(texts), list(conversation))
            elif in_words:
                screening, read = self._read_request("\n".join(texts), list(conversation))
                found = max(found, read, key=lambda i: i.rank)
            else:
                screening, read = self._read_data(texts, conversation, is_output=is_output)
                found = max(found, read, key=lambda i: i.rank)
        except Exception as error:  # a front door: what breaks here is not known to be safe
            if not isinstance(error, SafetyError):
                logger.exception("the gate failed")
            return unscreened(error, found), found
        return self._verdict(screening, found), found

    def _read_request(self, text: str, conversation: list[str]) -> tuple[Screening, Intent]:
        screener = self._screener or default_screener()
        screening = screener.examine(text, described=True)
        intent = strictest(screening)
        if intent.rank < Intent.STRUCTURE.rank and leans(screening):
            intent = Intent.MAKING
        add_classes(screening, intent)
        if conversation:
            intent = self._with_earlier_turns(screener, text, screening, intent, conversation)
        if intent is Intent.MAKING and wants_drug_of_precursor(screening):
            screening.findings = [_at_least_block(f) for f in screening.findings]
        return screening, intent

    def _with_earlier_turns(
        self,
        screener: Screener,
        text: str,
        screening: Screening,
        intent: Intent,
        conversation: list[str],
    ) -> Intent:
        """Read a turn with what it refers to, and with names that were split over turns."""
        earlier = [str(turn) for turn in conversation[-_TURNS:]]
        together = screener.examine("\n".join([*earlier, text]), described=True)
        before = screener.examine("\n".join(earlier), described=True)
        if name := pieces([*earlier, text]):
            for finding in screener.examine(name).findings:
                together.add(finding)
        split = [f for f in together.findings if not _knows(before, f) and not _knows(screening, f)]
        screening.findings.extend(split)
        turn = pointed(text, stand_ins(earlier))
        if turn is None and not split:
            return intent
        turn = turn or f"{S}: {text}"
        said = leaning(spelt_out(turn))
        intents = [strictest(screener.examine(each, described=True)) for each in earlier]
        asked = max(intents, default=intent, key=lambda i: i.rank)
        goes_on = asks_on(text) and not speaks_of_safety(text)
        if (
            said > -2 * SURE
            and intent.rank < asked.rank
            and (goes_on or split or len(text.split()) <= 6)
        ):
            intent = asked  # what goes on from a request for making asks for it again
        if said > SURE:
            intent = Intent.MAKING
        elif not turn.startswith(f"{S}: "):
            intent = max(intent, read_intent(turn), key=lambda i: i.rank)
        if intent.rank >= Intent.STRUCTURE.rank:
            add_classes(before, intent, spoken_of=True)
            screening.findings.extend(f for f in before.findings if not _knows(screening, f))
            screening.unread.extend(before.unread)
        return intent

    def _read_data(
        self, texts: Sequence[str], conversation: Sequence[str], *, is_output: bool
    ) -> tuple[Screening, Intent]:
        screener = self._screener or default_screener()
        whole = Screening()
        intent = Intent.FACTS
        for text in texts:
            screening = screener.examine(text, resolve=not is_output)
            for finding in screening.findings:
                whole.add(finding)
            whole.unread.extend(screening.unread)
            if is_output:
                if any(is_lab_prose(r.text) for r in screening.readings):
                    intent = Intent.MAKING
            elif len(text.split()) > 3:
                read = strictest(screening)
                if read is Intent.MAKING and screening.findings:
                    intent = read
        if is_output and intent is Intent.MAKING:
            for turn in conversation:
                asked = screener.examine(turn, described=True)
                add_classes(asked, Intent.MAKING)
                for finding in asked.findings:
                    whole.add(finding)
        return whole, intent

    def _verdict(self, screening: Screening, intent: Intent) -> Verdict:
        hits = tuple(
            sorted((f.hit for f in screening.findings), key=lambda h: (-h.level.rank, -h.score))
        )
        category = self._category(screening, intent)
        action = POLICY[category][intent]
        if screening.unread and intent.rank >= Intent.STRUCTURE.rank and action != _REFUSE:
            return unscreened(ScreeningError("a structure in it could not be read"), intent, hits)
        if action == _REFUSE:
            return Verdict(
                decision=Decision.BLOCK,
                hits=hits,
                unread=tuple(f"a part of {len(u)} characters" for u in screening.unread),
                reason=refusal(screening, self._tightened),
            )
        told = action != _PLAIN or bool(screening.unread)
        return Verdict(
            decision=Decision.WARN if told else Decision.ALLOW,
            hits=hits,
            unread=tuple(screening.unread),
            reason=note(action, hits, screening.unread) if told else "",
        )

    def _category(self, screening: Screening, intent: Intent) -> str:
        """Which row of the policy counts.

        For facts a doubtful finding is only as heavy as the doubt lets it be; where something is
        to be made, a misspelt or mirrored name of a blocked substance is that substance.
        """
        making = intent.rank >= Intent.STRUCTURE.rank
        levels = [
            f.own_level if making and f.hit.how != "similar" else f.hit.level
            for f in screening.findings
        ]
        if any(level is Level.BLOCK or level in self._tightened for level in levels):
            return "block"
        if any(f.hit.how != "similar" and f.hit.level is Level.WARN for f in screening.findings):
            return "warn"
        return "similar" if any(f.hit.how == "similar" for f in screening.findings) else "none"

    def _logged(
        self, point: str, tool: str | None, intent: Intent, data: Any, verdict: Verdict
    ) -> Verdict:
        if self._log is None:
            return verdict
        try:
            text = data if isinstance(data, str) else "\n".join(leaves(data))
            self._log.append(
                point=point, tool=tool, intent=intent.value, text=text, verdict=verdict
            )
        except (AuditError, ScreeningError) as error:
            logger.error("%s", error)
            return verdict.model_copy(
                update={"reason": f"{verdict.reason} (not logged: {error})".strip()}
            )
        return verdict


_default: AuditLog | None = None


def use_audit_log(path: Path | None) -> None:
    """Let every `Gate` made from now on without a log of its own write to ``path``."""
    global _default
    _default = None if path is None else AuditLog(path)


def _default_log() -> AuditLog | None:
    return _default


def check_requests(requests: Iterable[str], *, conversation: Sequence[str] = ()) -> list[Verdict]:
    """The gate's decision on each request in words; writes no log.

    Args:
        requests: What is asked, each for itself.
        conversation: The earlier turns, the same for all requests.
    """
    gate = Gate()
    gate._log = None
    return [gate.check_request(request, conversation=conversation) for request in requests]


def leaves(data: Any) -> Iterator[str]:
    """The texts in JSON-like data, keys included.

    Raises:
        ScreeningError: It is nested too deep, holds too much, or is no JSON-like data.
    """
    stack: list[tuple[Any, int]] = [(data, 0)]
    n_seen = 0
    while stack:
        value, depth = stack.pop()
        n_seen += 1
        if n_seen > _MAX_LEAVES or depth > _MAX_DEPTH:
            raise ScreeningError("the data is too large or nested too deep to be screened")
        if isinstance(value, str):
            yield value
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "replace")
        elif value is None or isinstance(value, bool | int | float | complex):
            continue
        elif isinstance(value, Mapping):
            items = list(value.items())
            for key, inner in reversed(items):
                stack.append((inner, depth + 1))
                if isinstance(key, str) and len(key) > 30:
                    stack.append((key, depth + 1))
        elif hasattr(value, "model_dump"):
            stack.append((value.model_dump(mode="python"), depth + 1))
        elif isinstance(value, Iterable):
            stack.extend((inner, depth + 1) for inner in reversed(list(value)))
        else:
            yield str(value)


def _knows(screening: Screening, finding: Finding) -> bool:
    return any(
        (f.hit.name, f.hit.list) == (finding.hit.name, finding.hit.list) for f in screening.findings
    )


def _at_least_block(finding: Finding) -> Finding:
    return Finding(finding.hit, Level.BLOCK)
