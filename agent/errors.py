"""What can go wrong between a question and its answer.

AgentError
├── SettingsError     a setting is unknown, contradicts another, or cannot be read
├── QuestionError     a question that cannot be asked (empty, too long)
├── ExportError       an answer that cannot be written in the form asked for
├── BundleError       a file that is no bundle of an answer
├── TrainingError     a library from which no weights can be learned, or whose own cannot be read
├── WorkerLost        a process that worked on a question ended
└── ModelError        the chat model's endpoint is missing, refuses, or fails half-way
"""

from __future__ import annotations

from typing import Literal


class AgentError(Exception):
    """Root of this floor's errors."""


class SettingsError(AgentError):
    """A setting is unknown, contradicts another, or cannot be read."""


class QuestionError(AgentError):
    """A question that cannot be asked: empty, or longer than the limit."""


class ExportError(AgentError):
    """An answer cannot be written in the form asked for."""


class BundleError(AgentError):
    """A file is no bundle of an answer, or one of a later elute."""


class TrainingError(AgentError):
    """No weights can be learned from a library, or those that were cannot be read."""


class WorkerLost(AgentError):
    """A process that worked on a question ended before its answer stood."""


class ModelError(AgentError):
    """The chat model's endpoint is missing, refuses the key, or fails half-way.

    Attributes:
        kind: What is the matter, for programs; the message is for people.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: Literal[
            "unreachable",
            "timeout",
            "key",
            "rate",
            "not_found",
            "request",
            "server",
            "broken_off",
            "cut",
            "malformed",
            "unnamed",
            "budget",
        ] = "server",
    ) -> None:
        super().__init__(message)
        self.kind = kind
