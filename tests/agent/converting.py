"""A question that a tool answers, and the call by which a scripted model answers it."""

from __future__ import annotations

from tests.model_server import calls

ASKED = "convert 5 eV to kJ/mol"
CONVERT = calls(("convert_units", {"value": 5, "from_unit": "eV", "to_unit": "kJ/mol"}))
