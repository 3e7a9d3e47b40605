"""Measured and estimated properties of molecules by CAS number, from ``chemicals`` and ``thermo``.

All sources stand side by side. What a formula estimates from the structure (Joback and the like) or
reads off a fitted curve is "computed"; what a handbook or data base lists is "measured".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from agent.tools.quantity import Method, Quantity


class Constant(NamedTuple):
    """A property of ``chemicals``: its functions ``NAME`` and ``NAME_methods``, and its unit."""

    function: str
    unit: str
    conditions: str | None = None


CONSTANTS: dict[str, Constant] = {
    "boiling_point": Constant("Tb", "K", "101325 Pa"),
    "melting_point": Constant("Tm", "K"),
    "triple_point_temperature": Constant("Tt", "K"),
    "triple_point_pressure": Constant("Pt", "Pa"),
    "critical_temperature": Constant("Tc", "K"),
    "critical_pressure": Constant("Pc", "Pa"),
    "critical_volume": Constant("Vc", "m**3/mol"),
    "acentric_factor": Constant("omega", "1"),
    "enthalpy_of_fusion": Constant("Hfus", "J/mol"),
    "enthalpy_of_formation_gas": Constant("Hfg", "J/mol", "298.15 K"),
    "enthalpy_of_formation_liquid": Constant("Hfl", "J/mol", "298.15 K"),
    "enthalpy_of_formation_solid": Constant("Hfs", "J/mol", "298.15 K"),
    "entropy_gas": Constant("S0g", "J/mol/K", "298.15 K"),
    "entropy_liquid": Constant("S0l", "J/mol/K", "298.15 K"),
    "flash_point": Constant("T_flash", "K"),
    "autoignition_temperature": Constant("T_autoignition", "K"),
    "dipole_moment": Constant("dipole_moment", "debye"),
    "logp": Constant("logP", "1"),
}

# What is estimated from the structure or from other properties, or calculated.
_COMPUTED = frozenset(
    {"JOBACK", "WILSON_JASPERSON", "FEDORS", "ACENTRIC_DEFINITION", "STAVELEY", "PSI4_2022A"}
)
_SOURCES = {
    "HEOS": "reference equation of state, fitted to measurements",
    "CRC": "CRC Handbook",
    "CRC_ORG": "CRC Handbook, organic compounds",
    "CRC_INORG": "CRC Handbook, inorganic compounds",
    "COMMON_CHEMISTRY": "CAS Common Chemistry",
    "WEBBOOK": "NIST WebBook",
    "YAWS": "Yaws, compiled (holds some estimates)",
    "WIKIDATA": "Wikidata",
    "JOBACK": "Joback group contributions",
    "OPEN_NTBKM": "Open Notebook Melting Points",
    "IUPAC": "IUPAC critical data series",
    "MATTHEWS": "Matthews 1972, inorganic compounds",
    "PSRK": "PSRK data base",
    "PD": "Passut and Danner 1973",
    "PINAMARTINES": "Pina-Martines 2018",
    "WILSON_JASPERSON": "Wilson-Jasperson group contributions",
    "FEDORS": "Fedors group contributions",
    "ACENTRIC_DEFINITION": "the definition, from vapour pressure",
    "STAVELEY": "Staveley",
    "MELTING": "the melting point",
    "ATCT_G": "Active Thermochemical Tables",
    "ATCT_L": "Active Thermochemical Tables",
    "API_TDB_G": "API Technical Data Book",
    "TRC": "TRC",
    "JANAF": "JANAF tables",
    "CCCBDB": "NIST CCCBDB",
    "MULLER": "Muller 2012",
    "POLING": "Poling, Prausnitz and O'Connell",
    "PSI4_2022A": "quantum chemistry with Psi4",
    "SYRRES": "Syracuse Research Corporation",
    "Serat DIPPR (2017)": "Serat DIPPR 2017",
}
_TOO_FAR = 0.01  # K; a curve is not read outside the range it was fitted in


def constants(cas: str, name: str) -> list[Quantity]:
    """All listed values of a property of ``CONSTANTS``, one a source."""
    import chemicals

    constant = CONSTANTS[name]
    value_of: Callable[..., Any] = getattr(chemicals, constant.function)
    found = []
    for source in getattr(chemicals, f"{constant.function}_methods")(cas):
        value = value_of(cas, method=source)
        if value is None or not math.isfinite(value):
            continue
        # Tt from the melting point is a guess at it; HEOS boils and melts by a fitted equation.
        guess = source in _COMPUTED or (name.startswith("triple") and source == "MELTING")
        found.append(_quantity(value, constant.unit, source, constant.conditions, guess))
    return found


def refractive_index(cas: str) -> list[Quantity]:
    """Refractive index at the sodium D line, by source."""
    from chemicals import RI, RI_methods

    found = []
    for source in RI_methods(cas):
        value, temperature = RI(cas, method=source)
        if value is not None and math.isfinite(value):
            where = None if temperature is None else f"{temperature:g} K, 589 nm"
            found.append(_quantity(value, "1", source, where))
    return found


def exposure_limits(cas: str) -> Iterator[tuple[str, Quantity]]:
    """Limits of exposure at work: time-weighted average, short term, ceiling."""
    import chemicals

    names = {
        "exposure_limit_twa": ("TWA", "time-weighted average over 8 h"),
        "exposure_limit_stel": ("STEL", "short term, 15 min"),
        "exposure_limit_ceiling": ("Ceiling", "never above"),
    }
    for name, (function, meaning) in names.items():
        for source in getattr(chemicals, f"{function}_methods")(cas) or ():
            limit = getattr(chemicals, function)(cas, method=source)
            if limit is not None and limit[0] is not None:
                value, unit = limit
                yield name, _quantity(float(value), unit.replace("m^3", "m**3"), source, meaning)


def flammability_limits(cas: str) -> Iterator[tuple[str, Quantity]]:
    """Lower and upper limit of flammability in air, as volume fractions."""
    # chemicals 1.5's own LFL and UFL raise on some rows, so its tables are read.
    from chemicals import safety as tables

    for name, column in (
        ("lower_flammability_limit", "LFL"),
        ("upper_flammability_limit", "UFL"),
    ):
        for source, table in (
            ("IEC 60079-20-1 (2010)", tables.IEC_2010_data),
            ("NFPA 497 (2008)", tables.NFPA_2008_data),
        ):
            if cas in table.index and math.isfinite(value := float(table.at[cas, column])):
                yield name, _quantity(value, "1", source, "volume fraction in air")


def carcinogen_classes(cas: str) -> list[tuple[str, str]]:
    """What each agency says: (class, agency)."""
    from chemicals import Carcinogen

    return [(str(says), str(agency)) for agency, says in Carcinogen(cas).items()]


def vapour_pressure(cas: str, temperature: float) -> list[Quantity]:
    """Vapour pressure in Pa by every fitted curve that covers the temperature, in K."""
    from thermo import VaporPressure

    return _curves(VaporPressure(CASRN=cas), temperature, "Pa", lambda value: value)


def liquid_density(cas: str, molar_mass: float, temperature: float) -> list[Quantity]:
    """Density of the liquid in kg/m**3 by every fitted curve that covers the temperature, in K.

    Args:
        cas: The molecule.
        molar_mass: In g/mol.
        temperature: In K.
    """
    from thermo import VolumeLiquid

    return _curves(
        VolumeLiquid(CASRN=cas), temperature, "kg/m**3", lambda volume: molar_mass / 1000 / volume
    )


def solid_density(cas: str, molar_mass: float) -> list[Quantity]:
    """Density of an inorganic solid in kg/m**3, near room temperature."""
    from chemicals import volume

    table = volume.rho_data_CRC_inorg_s_const
    if cas not in table.index:
        return []
    density = molar_mass / 1000 / float(table.at[cas, "Vm"])
    return [_quantity(density, "kg/m**3", "CRC_INORG", "solid, room temperature")]


def _curves(
    curves: Any, temperature: float, unit: str, convert: Callable[[float], float]
) -> list[Quantity]:
    found = []
    for source in sorted(curves.all_methods):
        low, high = curves.T_limits[source]
        if not low - _TOO_FAR <= temperature <= high + _TOO_FAR:
            continue
        value = curves.calculate(temperature, source)
        if value is not None and math.isfinite(value) and value > 0:
            found.append(
                Quantity(
                    value=convert(value),
                    unit=unit,
                    method="computed",
                    source=f"{source.replace('_', ' ')} curve, fitted to measurements (thermo)",
                    conditions=f"{temperature:g} K",
                )
            )
    return found


def _quantity(
    value: float, unit: str, source: str, conditions: str | None, guess: bool = False
) -> Quantity:
    method: Method = "computed" if guess else "measured"
    return Quantity(
        value=float(value),
        unit=unit,
        method=method,
        source=f"{_SOURCES.get(source, source)} (chemicals)",
        conditions=conditions,
    )
