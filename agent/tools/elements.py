"""Properties of the chemical elements, from the data base that ``mendeleev`` carries.

Its SQLite file is read directly: importing the package costs 2.4 CPU seconds, and its object of one
element 0.7 s more.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from agent.tools.formula import ATOMIC_NUMBERS
from agent.tools.quantity import Method, Quantity
from ingest.record import Record

# Property -> column, unit, method, source.
_COLUMNS: dict[str, tuple[str, str, Method, str]] = {
    "electronegativity_pauling": ("en_pauling", "1", "measured", "Pauling scale, CRC Handbook"),
    "electronegativity_allen": ("en_allen", "eV", "computed", "Allen configuration energies"),
    "covalent_radius": ("covalent_radius_pyykko", "pm", "computed", "Pyykko and Atsumi 2009"),
    "van_der_waals_radius": ("vdw_radius", "pm", "measured", "CRC Handbook"),
    "atomic_radius": ("atomic_radius", "pm", "measured", "Slater 1964"),
    "metallic_radius": ("metallic_radius", "pm", "computed", "Pauling 1947"),
    "electron_affinity": ("electron_affinity", "eV", "measured", "CRC Handbook"),
    "density": ("density", "kg/m**3", "measured", "CRC Handbook"),
    "thermal_conductivity": ("thermal_conductivity", "W/m/K", "measured", "CRC Handbook"),
    "enthalpy_of_fusion": ("fusion_heat", "J/mol", "measured", "CRC Handbook"),
    "enthalpy_of_vaporization": ("evaporation_heat", "J/mol", "measured", "CRC Handbook"),
}
# As the data base has them: g/cm**3 and kJ/mol.
_SCALES = {"density": 1000.0, "fusion_heat": 1000.0, "evaporation_heat": 1000.0}
_CONDITIONS = {"density": "295 K"}


class ElementData(Record):
    """What is known of an element."""

    symbol: str
    name: str
    quantities: tuple[tuple[str, Quantity], ...]
    facts: tuple[tuple[str, str, str], ...]  # property, text, source


@cache
def element_data(symbol: str) -> ElementData:
    """The properties of an element by its symbol.

    Args:
        symbol: As in the periodic table, e.g. "Ti".
    """
    number = ATOMIC_NUMBERS[symbol]
    connection = sqlite3.connect(f"{_database().as_uri()}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        row = connection.execute(
            "SELECT * FROM elements WHERE atomic_number = ?", (number,)
        ).fetchone()
        quantities = [
            *_of_row(row),
            *_phase_changes(connection, number),
            *_ionisation_energies(connection, number),
            *_ionic_radii(connection, number),
        ]
        return ElementData(
            symbol=symbol,
            name=row["name"],
            quantities=tuple(quantities),
            facts=tuple(_facts(connection, row, number)),
        )
    finally:
        connection.close()


def _database() -> Path:
    spec = find_spec("mendeleev")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "elements.db"


def _of_row(row: sqlite3.Row) -> list[tuple[str, Quantity]]:
    mass = Quantity(
        value=row["atomic_weight"],
        unit="g/mol",
        uncertainty=row["atomic_weight_uncertainty"],
        method="measured",
        source="IUPAC standard atomic weights (mendeleev)",
        conditions="average over natural isotopes"
        if not row["is_radioactive"]
        else "a radioactive element: of its listed isotopes",
    )
    found = [("atomic_mass", mass)]
    for name, (column, unit, method, source) in _COLUMNS.items():
        if row[column] is not None:
            value = row[column] * _SCALES.get(column, 1.0)
            found.append((name, _quantity(value, unit, method, source, _CONDITIONS.get(name))))
    return found


def _phase_changes(connection: sqlite3.Connection, number: int) -> list[tuple[str, Quantity]]:
    found = []
    for row in connection.execute(
        "SELECT * FROM phasetransitions WHERE atomic_number = ?", (number,)
    ):
        for name in ("melting_point", "boiling_point"):
            if row[name] is None:
                continue
            said = [row["allotrope"]]
            if row["is_sublimation_point"] and name == "boiling_point":
                said.append("sublimes")
            where = ", ".join(text for text in said if text) or None
            found.append((name, _quantity(row[name], "K", "measured", "CRC Handbook", where)))
    return found


def _ionisation_energies(connection: sqlite3.Connection, number: int) -> list[tuple[str, Quantity]]:
    rows = connection.execute(
        "SELECT * FROM ionizationenergies WHERE atomic_number = ? AND ionization_energy > 0 "
        "ORDER BY ion_charge LIMIT 8",
        (number,),
    )
    return [
        (
            f"ionisation_energy_{row['ion_charge'] + 1}",
            Quantity(
                value=row["ionization_energy"],
                unit="eV",
                uncertainty=row["uncertainty"],
                method="computed" if row["is_theoretical"] else "measured",
                source="NIST Atomic Spectra Database (mendeleev)"
                + (", semi-empirical" if row["is_semi_empirical"] else ""),
            ),
        )
        for row in rows
    ]


def _ionic_radii(connection: sqlite3.Connection, number: int) -> list[tuple[str, Quantity]]:
    rows = connection.execute(
        "SELECT * FROM ionicradii WHERE atomic_number = ? ORDER BY charge, ionic_radius", (number,)
    )
    return [
        (
            "ionic_radius",
            _quantity(
                row["ionic_radius"],
                "pm",
                "measured",
                "Shannon 1976",
                f"charge {row['charge']:+d}, coordination {row['coordination']}"
                + (f", {row['spin']} spin" if row["spin"] else ""),
            ),
        )
        for row in rows
        if row["ionic_radius"] is not None
    ]


def _facts(
    connection: sqlite3.Connection, row: sqlite3.Row, number: int
) -> list[tuple[str, str, str]]:
    states: dict[str, list[int]] = {"main": [], "extended": []}
    for state in connection.execute(
        "SELECT oxidation_state, category FROM oxidationstates WHERE atomic_number = ?", (number,)
    ):
        states.setdefault(state["category"], []).append(state["oxidation_state"])
    facts = [
        (f"oxidation_states_{kind}", ", ".join(f"{s:+d}" if s else "0" for s in sorted(held)))
        for kind, held in states.items()
        if held
    ]
    facts.append(("electron_configuration", row["electronic_configuration"]))
    group = f"group {row['group_id']}, " if row["group_id"] else ""
    facts.append(("place", f"{row['block']}-block, {group}period {row['period']}"))
    return [(name, text, "mendeleev") for name, text in facts if text]


def _quantity(
    value: float, unit: str, method: Method, source: str, conditions: str | None = None
) -> Quantity:
    return Quantity(
        value=value,
        unit=unit,
        method=method,
        source=f"{source} (mendeleev)",
        conditions=conditions,
    )
