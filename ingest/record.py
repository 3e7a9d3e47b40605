"""The base of every record of this floor: a frozen pydantic model that refuses unknown fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable value that survives JSON: ``model_validate_json(r.model_dump_json()) == r``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
