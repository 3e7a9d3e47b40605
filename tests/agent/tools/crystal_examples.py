"""Crystals of the tests; cells as in benchmarks/known_crystals.yaml, sources there."""

from __future__ import annotations

from typing import Any

from agent.tools.crystal import write_cif


def structure(compound: str) -> Any:
    """The experimental structure of one of the forty, in its conventional cell."""
    from agent.tools.structure_types import build
    from benchmarks.crystals import known

    return build(next(row for row in known() if row["compound"] == compound))


def cif(compound: str) -> str:
    return write_cif(structure(compound))
