"""elute's gate: recognises regulated substances and decides what may be answered about them.

``screen`` and ``screen_many`` tell what stands in a text; ``check_requests`` and `Gate` decide what
may be answered; ``verify_audit`` checks the gate's log; ``list_summaries`` tells the lists.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safety.audit import AuditLog, AuditReport, verify_audit
    from safety.gate import Gate, check_requests, use_audit_log
    from safety.intent import Intent
    from safety.lists import ListInfo
    from safety.resolver import find_resolver
    from safety.screening import Screener, list_summaries, screen, screen_each, screen_many
    from safety.substance import Decision, Hit, Level, Verdict

# Each is imported when it is first used, so that `import safety` costs nothing.
_HOME = {
    "AuditLog": "audit",
    "AuditReport": "audit",
    "verify_audit": "audit",
    "Gate": "gate",
    "check_requests": "gate",
    "use_audit_log": "gate",
    "Intent": "intent",
    "ListInfo": "lists",
    "find_resolver": "resolver",
    "Screener": "screening",
    "list_summaries": "screening",
    "screen": "screening",
    "screen_each": "screening",
    "screen_many": "screening",
    "Decision": "substance",
    "Hit": "substance",
    "Level": "substance",
    "Verdict": "substance",
}

__all__ = [
    "AuditLog",
    "AuditReport",
    "Decision",
    "Gate",
    "Hit",
    "Intent",
    "Level",
    "ListInfo",
    "Screener",
    "Verdict",
    "check_requests",
    "find_resolver",
    "list_summaries",
    "screen",
    "screen_each",
    "screen_many",
    "use_audit_log",
    "verify_audit",
]


def __getattr__(name: str) -> Any:
    """The public names, each imported when it is first used."""
    if name in _HOME:
        return getattr(import_module(f"safety.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
