"""What can go wrong in the gate itself. A refusal is not an error: it is a Verdict.

    SafetyError
    ├── ListError          a list of substances cannot be used
    │   ├── ListMissing        a packaged list is not there, so nothing can be called safe
    │   └── ListInvalid        a list file cannot be read; says which file, which line and why
    ├── RuleError          a class rule is not a readable pattern
    ├── StructureError     a text that claims to be a structure is none; says where it breaks
    ├── ScreeningError     a screening did not end: too much text, too many candidates, out of time
    ├── AuditError         the audit log cannot be written, or its chain is broken; says where
    └── Refused            a direct call asked for what the policy refuses; carries the verdict

A message says what happened, where (file, line, structure), and what to do, with values in
``repr``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safety.substance import Verdict


class SafetyError(Exception):
    """Root of this floor's errors."""


class ListError(SafetyError):
    """A list of substances cannot be used."""


class ListMissing(ListError):
    """A packaged list is not there, so nothing can be called safe."""


class ListInvalid(ListError):
    """A list file cannot be read; the message says which file, which line and why."""


class RuleError(SafetyError):
    """A class rule is not a readable pattern."""


class StructureError(SafetyError):
    """A text that claims to be a structure is none."""


class ScreeningError(SafetyError):
    """A screening did not end, so its outcome is not known."""


class AuditError(SafetyError):
    """The audit log cannot be written, or its chain is broken."""


class Refused(SafetyError):
    """A direct call asked for what the policy refuses.

    Attributes:
        verdict: Which list, schedule and citation stand against it.
    """

    def __init__(self, message: str, verdict: Verdict) -> None:
        super().__init__(message)
        self.verdict = verdict
