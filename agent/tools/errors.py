"""What can go wrong in a lab tool. A refusal is `safety.Refused`, not one of these.

AgentError
└── ToolError          a tool cannot do what was asked; says why and what to do
    ├── ArgumentError      an argument is missing, unknown or cannot be used; names it and a fix
    ├── MissingPackage     an optional package is not installed; names the pip install
    │   └── MissingWeights     it is, but its model's weights are not there; says how to get them
    ├── UnknownTool        no tool has that name
    └── ToolFailed         the tool's own code broke; the cause is chained
"""

from __future__ import annotations

from agent.errors import AgentError


class ToolError(AgentError):
    """A tool cannot do what was asked."""


class ArgumentError(ToolError):
    """An argument is missing, unknown or cannot be used.

    Attributes:
        argument: Name of the argument.
    """

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(message)
        self.argument = argument


class MissingPackage(ToolError):
    """An optional package is not installed."""


class MissingWeights(MissingPackage):
    """The package of a model is installed, its weights are not there."""


class UnknownTool(ToolError):
    """No tool has that name."""


class ToolFailed(ToolError):
    """The tool's own code broke."""
