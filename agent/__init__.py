"""Questions in, cited answers out: planning, lab tools and literature, all behind the gate.

from agent import Session

with Session.open() as session:
    print(session.answer("At which temperature does the phase change?").text)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.answer import Answer, AnswerStatus, Claim, ClaimVerdict, Evidence
    from agent.errors import (
        AgentError,
        BundleError,
        ExportError,
        ModelError,
        QuestionError,
        SettingsError,
    )
    from agent.session import Session
    from agent.settings import Settings

__all__ = [
    "AgentError",
    "Answer",
    "AnswerStatus",
    "BundleError",
    "Claim",
    "ClaimVerdict",
    "Evidence",
    "ExportError",
    "ModelError",
    "QuestionError",
    "Session",
    "Settings",
    "SettingsError",
]

# Names are fetched when first used, so that `import agent` costs nothing.
_HOMES = {
    "agent.answer": ("Answer", "AnswerStatus", "Claim", "ClaimVerdict", "Evidence"),
    "agent.errors": (
        "AgentError",
        "BundleError",
        "ExportError",
        "ModelError",
        "QuestionError",
        "SettingsError",
    ),
    "agent.session": ("Session",),
    "agent.settings": ("Settings",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'agent' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
