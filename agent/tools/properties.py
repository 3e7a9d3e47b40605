"""Properties of molecules, elements and inorganic compounds, from all sources side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from agent.tools import molecular_data
from agent.tools.base import tool
from agent.tools.elements import element_data
from agent.tools.errors import ArgumentError
from agent.tools.formula import ATOMIC_NUMBERS, FormulaError, parse_formula
from agent.tools.quantity import Quantity
from agent.tools.readings import Substance
from agent.tools.resolution import single
from agent.tools.solids import band_gaps
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["Fact", "Property", "PropertyReport", "lookup_properties"]

Temperature = Annotated[float, Field(gt=0, le=5000)]


class Property(Record):
    """One property with every value found, and the spread of the measured ones."""

    name: Annotated[str, VOCABULARY]
    values: tuple[Quantity, ...]
    lowest: float | None = None  # of the measured values, where there are several
    highest: float | None = None
    n_measured: int = 0


class Fact(Record):
    """What a source says in words."""

    name: Annotated[str, VOCABULARY]
    text: Annotated[str, VOCABULARY]
    source: Annotated[str, VOCABULARY]


class PropertyReport(Record):
    """The properties of one substance. ``missing`` names what was asked for and not found."""

    query: str
    kind: Annotated[Literal["molecule", "element", "compound"], VOCABULARY]
    substance: Substance
    properties: tuple[Property, ...]
    facts: tuple[Fact, ...] = ()
    missing: Annotated[tuple[str, ...], VOCABULARY] = ()
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(
    intent="property",
    requires=("chemicals", "thermo", "rdkit", "mendeleev"),
)
def lookup_properties(
    substance: str,
    properties: list[str] | None = None,
    temperature: Temperature = 298.15,
) -> PropertyReport:
    """Physical properties of a molecule, an element or an inorganic compound, from all sources.

    For molecules: molar mass and monoisotopic mass, boiling, melting, triple and critical point,
    density, vapour pressure, logP, flash point, autoignition, flammability, enthalpies, entropies,
    dipole moment, refractive index, exposure limits, carcinogen class. For elements: mass, radii,
    electronegativities, ionisation energies, oxidation states. For inorganic compounds: measured
    band gaps with their spread, and density.

    Args:
        substance: Name, CAS number, SMILES, InChIKey or formula, e.g. "acetone", "Ti" or "GaAs".
        properties: Only these, by name, e.g. ["boiling_point", "logp"]; everything when left out.
        temperature: In kelvin, for vapour pressure and density of a liquid.
    """
    wanted = None if properties is None else [_property_name(name) for name in properties]
    reading = single(substance, argument="substance")
    symbol = _element_of(reading)
    found: dict[str, list[Quantity]] = {}
    facts: list[Fact] = []
    for name, quantity in _masses(reading):
        found.setdefault(name, []).append(quantity)
    if symbol is not None:
        data = element_data(symbol)
        for name, quantity in data.quantities:
            found.setdefault(name, []).append(quantity)
        facts += [Fact(name=n, text=t, source=s) for n, t, s in data.facts]
    if reading.cas is not None:
        for name, quantity in _by_cas(reading, temperature, wanted):
            found.setdefault(name, []).append(quantity)
        facts += [
            Fact(name="carcinogen_class", text=says, source=agency)
            for says, agency in molecular_data.carcinogen_classes(reading.cas)
        ]
    for name, quantity in _computed(reading):
        found.setdefault(name, []).append(quantity)
    amounts = _amounts(reading)
    if amounts and (gaps := band_gaps(amounts)):
        found["band_gap"] = gaps
    kind: Literal["molecule", "element", "compound"] = (
        "element" if symbol else "molecule" if reading.smiles and not gaps_of(found) else "compound"
    )
    chosen = [name for name in found if wanted is None or name in wanted]
    said = [fact for fact in facts if wanted is None or fact.name in wanted]
    known = set(chosen) | {fact.name for fact in said}
    return PropertyReport(
        query=substance,
        kind=kind,
        substance=reading,
        properties=tuple(_property(name, found[name]) for name in chosen),
        facts=tuple(said),
        missing=tuple(name for name in wanted or () if name not in known),
        warnings=(reading.note,) if reading.note and "stereo" in reading.note else (),
    )


def gaps_of(found: dict[str, list[Quantity]]) -> bool:
    """Whether a band gap was found: then the substance is a solid, however it is drawn."""
    return "band_gap" in found


PROPERTY_NAMES = (
    "molar_mass",
    "monoisotopic_mass",
    *molecular_data.CONSTANTS,
    "refractive_index",
    "exposure_limit_twa",
    "exposure_limit_stel",
    "exposure_limit_ceiling",
    "lower_flammability_limit",
    "upper_flammability_limit",
    "carcinogen_class",
    "vapour_pressure",
    "density",
    "band_gap",
    "atomic_mass",
    "electronegativity_pauling",
    "electronegativity_allen",
    "covalent_radius",
    "van_der_waals_radius",
    "atomic_radius",
    "metallic_radius",
    "ionic_radius",
    "electron_affinity",
    "thermal_conductivity",
    "enthalpy_of_vaporization",
    *(f"ionisation_energy_{degree}" for degree in range(1, 9)),
    "oxidation_states_main",
    "oxidation_states_extended",
    "electron_configuration",
    "place",
)


def _property_name(name: str) -> str:
    """A property's name as the report writes it."""
    import difflib

    folded = name.strip().lower().replace(" ", "_").replace("-", "_")
    folded = {"vapor_pressure": "vapour_pressure", "ionization": "ionisation"}.get(folded, folded)
    folded = folded.replace("ionization", "ionisation")
    if folded in PROPERTY_NAMES:
        return folded
    near = difflib.get_close_matches(folded, PROPERTY_NAMES, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(PROPERTY_NAMES)}"
    raise ArgumentError("properties", f"properties: {name!r} is not a property here. {hint}")


def _property(name: str, values: list[Quantity]) -> Property:
    measured = [one.value for one in values if one.method == "measured"]
    # Values of one property under several conditions (ionic radii by charge) have no spread.
    comparable = len(measured) > 1 and name != "ionic_radius"
    units = {one.unit for one in values if one.method == "measured"}
    return Property(
        name=name,
        values=tuple(values),
        lowest=min(measured) if comparable and len(units) == 1 else None,
        highest=max(measured) if comparable and len(units) == 1 else None,
        n_measured=len(measured),
    )


def _element_of(reading: Substance) -> str | None:
    """The element that a reading is: by its formula, whatever the number of atoms."""
    amounts = _amounts(reading)
    if len(amounts) != 1:
        return None
    symbol = next(iter(amounts))
    return symbol if symbol in ATOMIC_NUMBERS else None


def _amounts(reading: Substance) -> dict[str, float]:
    """Elements of the formula; empty where it has isotopes, charges or no formula."""
    if reading.formula is None or reading.kind in ("polymer", "material"):
        return {}
    try:
        return parse_formula(reading.formula)
    except FormulaError:
        return {}


def _masses(reading: Substance) -> Iterator[tuple[str, Quantity]]:
    if reading.smiles is not None:
        from agent.tools.molecules import masses
        from agent.tools.resolution import read_molecule

        yield from masses(read_molecule(reading.smiles, argument="substance"))
        return
    amounts = _amounts(reading)
    if amounts:
        from agent.tools.compositions import molar_mass

        yield "molar_mass", molar_mass(amounts)


def _by_cas(
    reading: Substance, temperature: float, wanted: list[str] | None
) -> Iterator[tuple[str, Quantity]]:
    cas = reading.cas
    assert cas is not None
    for name in molecular_data.CONSTANTS:
        if wanted is None or name in wanted:
            for quantity in molecular_data.constants(cas, name):
                yield name, quantity
    for quantity in molecular_data.refractive_index(cas):
        yield "refractive_index", quantity
    yield from molecular_data.exposure_limits(cas)
    yield from molecular_data.flammability_limits(cas)
    if wanted is None or "vapour_pressure" in wanted:
        for quantity in molecular_data.vapour_pressure(cas, temperature):
            yield "vapour_pressure", quantity
    if wanted is None or "density" in wanted:
        mass = next((q.value for name, q in _masses(reading) if name == "molar_mass"), None)
        if mass is not None:
            for quantity in molecular_data.solid_density(cas, mass):
                yield "density", quantity
            for quantity in molecular_data.liquid_density(cas, mass, temperature):
                yield "density", quantity


def _computed(reading: Substance) -> Iterator[tuple[str, Quantity]]:
    """LogP by Crippen's method beside the measured ones, for organic molecules."""
    if reading.smiles is None or "c" not in reading.smiles.lower():
        return
    from agent.tools.molecules import crippen_logp
    from agent.tools.resolution import read_molecule

    yield "logp", crippen_logp(read_molecule(reading.smiles, argument="substance"))
