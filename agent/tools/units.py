"""Conversion of units, and of energies between their scales."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import Annotated, Any

from pydantic import Field

from agent.tools.base import tool
from agent.tools.errors import ArgumentError
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["Conversion", "convert_units"]

Number = Annotated[float, Field(allow_inf_nan=False)]
Mass = Annotated[float, Field(gt=0, allow_inf_nan=False)]
MAX_UNIT_CHARS = 80

# What chemists write -> what pint reads. "C" stays coulomb and "F" farad, as SI has them.
_SPELLINGS = {
    "°C": "degC",
    "°F": "degF",
    "Å": "angstrom",
    "\u212b": "angstrom",
    "A°": "angstrom",
    "Torr": "torr",
    "M": "mol/L",
    "mM": "mmol/L",
    "µM": "umol/L",
    "nM": "nmol/L",
    "wavenumber": "1/cm",
    "cm-1": "1/cm",
    "cm^-1": "1/cm",
    "cm⁻¹": "1/cm",
    "Celsius": "degC",
    "celsius": "degC",
}


_POWER = re.compile(r"(?<![\d\s*^])\s*(?:\*\*|\^)\s*\(?-?\d{1,2}\)?(?![\d.]|\s*(?:\*\*|\^))")


class Conversion(Record):
    """A value in another unit. ``by`` names what was used beyond the units themselves."""

    given: Quantity
    result: Quantity
    factor: float | None  # None where it is no plain factor (degC, wavelength to energy)
    by: Annotated[str | None, VOCABULARY] = None


@tool(intent="property", requires=("pint",))
def convert_units(
    value: Number, from_unit: str, to_unit: str, molar_mass: Mass | None = None
) -> Conversion:
    """The value in another unit: lengths, pressures, temperatures, energies, amounts and so on.

    Also converts wavelength, frequency, wavenumber and photon energy into each other, energies per
    particle into energies per mole, and, with a molar mass, grams into moles.

    Args:
        value: The number.
        from_unit: Its unit, e.g. "kcal/mol", "nm", "degC", "mmHg".
        to_unit: The unit wanted, e.g. "eV".
        molar_mass: In g/mol; only for conversions between mass and amount.
    """
    import pint

    source, target = _unit(from_unit, "from_unit"), _unit(to_unit, "to_unit")
    given = _registry().Quantity(value, source)
    try:
        converted, by = _convert(given, target, molar_mass)
    except pint.DimensionalityError as error:
        raise ArgumentError(
            "to_unit",
            f"to_unit: {from_unit!r} ({_dimension(source)}) cannot become {to_unit!r} "
            f"({_dimension(target)}). Give a unit of the same kind"
            + ("" if molar_mass else ", or molar_mass for mass and amount"),
        ) from error
    except ZeroDivisionError:
        raise ArgumentError("value", "value: 0 has no counterpart on a reciprocal scale") from None
    result = float(converted.magnitude)
    plain = by is None and not _has_offset(source) and not _has_offset(target)
    return Conversion(
        given=Quantity(value=value, unit=f"{source:~}", method="computed", source="as given"),
        result=Quantity(
            value=result, unit=f"{target:~}", method="computed", source="pint, CODATA constants"
        ),
        factor=result / value if plain and value else None,
        by=by,
    )


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()


def _unit(text: str, argument: str) -> Any:
    """A unit that pint knows.

    Raises:
        ArgumentError: It is none; or holds a power that would take for ever to work out.
    """
    import pint

    written = _SPELLINGS.get(text.strip(), text.strip())
    # pint works powers out at once: "9**9**9" would never end.
    plain = _POWER.sub(" ", written)
    if not written or len(written) > MAX_UNIT_CHARS or re.search(r"\*\*|\^|\d{5}|\de\d\d", plain):
        raise ArgumentError(
            argument, f"{argument}: {text[:40]!r} is not a unit. Give e.g. 'kJ/mol'"
        )
    # "cm-1" and "m s-1": a sign behind letters is a power, not a difference.
    written = re.sub(r"(?<=[A-Za-z])(-\d)", r"**\1", written).replace("⁻¹", "**-1")
    try:
        return _registry().Unit(written)
    except (pint.PintError, ValueError, TypeError, AttributeError, KeyError, SyntaxError) as error:
        raise ArgumentError(
            argument,
            f"{argument}: {text!r} is not a unit ({str(error).strip() or 'unreadable'}). "
            "Give e.g. 'kJ/mol', 'degC', 'angstrom'",
        ) from None


def _convert(given: Any, target: Any, molar_mass: float | None) -> tuple[Any, str | None]:
    import pint

    try:
        return given.to(target), None
    except pint.DimensionalityError as error:
        failure = error
    ureg = _registry()
    with suppress(pint.DimensionalityError):
        return given.to(target, "spectroscopy"), "light: energy, frequency, wavelength, wavenumber"
    avogadro = ureg.Quantity(1, "avogadro_number") / ureg.Quantity(1, "mol")
    light = "light: energy, frequency, wavelength, wavenumber"
    with suppress(pint.DimensionalityError, pint.OffsetUnitCalculusError):
        # Through joules, so that 1/cm and nm become kJ/mol too.
        energy = given.to("J", "spectroscopy")
        return (energy * avogadro).to(target), "per particle to per mole, by Avogadro's number"
    with suppress(pint.DimensionalityError, pint.OffsetUnitCalculusError):
        energy = (given / avogadro).to("J")
        by = "per mole to per particle, by Avogadro's number"
        if energy.check(target.dimensionality):
            return energy.to(target), by
        return energy.to(target, "spectroscopy"), f"{by}; {light}"
    if molar_mass is not None:
        mass = ureg.Quantity(molar_mass, "g/mol")
        return given.to(target, "chemistry", mw=mass), f"a molar mass of {molar_mass:g} g/mol"
    raise failure


def _has_offset(unit: Any) -> bool:
    return any(name in str(unit) for name in ("degree_Celsius", "degree_Fahrenheit"))


def _dimension(unit: Any) -> str:
    return str(unit.dimensionality)
