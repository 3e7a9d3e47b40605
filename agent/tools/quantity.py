"""A number with its unit, the way it was come by, its source and its conditions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

Method = Literal["measured", "computed", "predicted"]
"""Measured in an experiment; computed by a formula, definition or estimation method; predicted by
a model that learned from data."""


class Quantity(Record):
    """One value. Numbers of different methods or sources are never merged into one."""

    value: float = Field(allow_inf_nan=False)
    unit: Annotated[str, VOCABULARY]  # as pint reads it; "1" for a number without dimension
    uncertainty: float | None = Field(default=None, ge=0, allow_inf_nan=False)  # same unit
    method: Annotated[Method, VOCABULARY]
    source: Annotated[str, VOCABULARY] = Field(min_length=1)
    conditions: Annotated[str | None, VOCABULARY] = None  # e.g. 298.15 K; None: not said

    def __str__(self) -> str:
        spread = "" if self.uncertainty is None else f" ± {self.uncertainty:g}"
        unit = "" if self.unit == "1" else f" {self.unit}"
        where = f", {self.conditions}" if self.conditions else ""
        return f"{self.value:.6g}{spread}{unit} ({self.method}{where}; {self.source})"
