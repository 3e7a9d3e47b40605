"""Properties that papers give numbers for: the words for each, and the units it is measured in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from agent.literature.unit_table import ENERGY, MOLAR_ENERGY, Dimension, read_unit
from ingest.terms import fold_terms


@dataclass(frozen=True)
class Property:
    """A property as it is asked for and as papers write it."""

    name: str
    written: re.Pattern[str]  # in a sentence
    units: tuple[str, ...]  # the first is the one that values are compared in; none: any unit
    contrary: re.Pattern[str] | None = None  # what makes the same words another property

    @cached_property
    def dimensions(self) -> frozenset[Dimension]:
        """Dimensions of its units; empty where any will do."""
        return frozenset(read_unit(unit, 0)[0].dimension for unit in self.units)

    def is_named_in(self, text: str) -> bool:
        """Whether ``text`` speaks of it, and not only of another one with the same words."""
        if not self.written.search(text):
            return False
        return self.contrary is None or not self.contrary.search(text)


def _known(name: str, written: str, *units: str, contrary: str | None = None) -> Property:
    return Property(
        name=name,
        written=re.compile(rf"\b(?:{written})", re.IGNORECASE),
        units=units,
        contrary=re.compile(rf"\b(?:{contrary})\b", re.IGNORECASE) if contrary else None,
    )


_CELSIUS: Final = ("°C", "K")
_CONDUCTS: Final = r"conductivit(?:y|ies)|conducts?\b|conductive"

# The more particular first: the first whose words stand in what is asked is taken.
KNOWN: Final = (
    _known("thermal conductivity", r"thermal(?:ly)? conduct\w+|heat conduct\w+", "W/m/K"),
    _known("electronic conductivity", r"electronic conduct\w+", "S/cm"),
    _known("ionic conductivity", _CONDUCTS, "S/cm",
           contrary=r"electronic conductivity|thermal\w* cond\w+"),
    _known("resistivity", r"resistivit(?:y|ies)", "Ω cm"),
    _known(
        "activation energy",
        r"activation (?:energ|barrier|enthalp)\w+|(?:migration|hopping|diffusion) "
        r"(?:barrier|energ)\w*|barriers?\b|𝐸a",
        "eV",
        "kJ/mol",
        contrary=r"barrier layers?",
    ),
    _known("band gap", r"band ?-?gaps?\b|optical gaps?\b|gaps?\b", "eV"),
    _known("formation energy", r"formation (?:energ|enthalp)\w+|heats? of formation",
           "kJ/mol", "eV"),
    _known("adsorption enthalpy", r"(?:enthalp|heat|energ)\w* of adsorption|adsorption (?:enthalp|"
           r"heat|energ)\w+", "kJ/mol", "eV"),
    _known("enthalpy", r"enthalp(?:y|ies)|latent heat", "kJ/mol", "eV", "J/g"),
    _known("heat capacity", r"heat capacit\w+|specific heats?", "J/mol/K", "J/g/K"),
    _known("melting point", r"melting (?:point|temperature)s?|melts?\b", *_CELSIUS),
    _known("boiling point", r"boiling (?:point|temperature)s?|boils?\b", *_CELSIUS),
    _known("glass transition temperature", r"glass.transition\b|\bTg\b", *_CELSIUS),
    _known("transition temperature", r"(?:phase )?transition (?:temperature|point)s?|transforms?\b"
           r"|transitions?\b", *_CELSIUS),
    _known("decomposition temperature", r"decompos\w+", *_CELSIUS),
    _known("sintering temperature", r"sinter\w+", *_CELSIUS),
    _known("Curie temperature", r"curie (?:temperature|point)s?", *_CELSIUS),
    _known("temperature", r"temperatures?\b", *_CELSIUS),
    _known("surface area", r"surface areas?", "m2/g"),
    _known("pore volume", r"pore volumes?", "cm3/g"),
    _known("capacity", r"capacit(?:y|ies)", "mAh/g", "mAh/cm2"),
    _known("voltage", r"voltages?|potentials?\b|plateaus?", "V"),
    _known("diffusion coefficient", r"diffusi\w+|diffusivit\w+", "cm2/s"),
    _known("mobility", r"mobilit(?:y|ies)", "cm2/V/s"),
    _known("lattice parameter", r"lattice (?:parameter|constant)s?|cell (?:parameter|edge)s?"
           r"|unit cell|\ba\s*=", "Å"),
    _known("bond length", r"bond (?:length|distance)s?|distances?\b", "Å"),
    _known("particle size", r"(?:particle|grain|crystallite) (?:size|diameter)s?", "nm"),
    _known("density", r"densit(?:y|ies)", "g/cm3", contrary=r"(?:current|power|energy) densit\w+"),
    _known("elastic modulus", r"modul(?:us|i)\b", "GPa"),
    _known("hardness", r"hardness", "GPa"),
    _known("thickness", r"thickness\w*|thick\b", "nm"),
    _known("pressure", r"pressures?\b", "Pa"),
    _known("viscosity", r"viscosit\w+", "Pa s"),
    _known("efficiency", r"efficienc\w+", "%"),
    _known("yield", r"yields?\b|yielded", "%"),
    _known("retention", r"retention|retain\w*", "%"),
    _known("solubility", r"solubilit\w+|soluble|dissolves?\b", "g/L", "M"),
    _known("seebeck coefficient", r"seebeck|thermopower", "V/K"),
    _known("dielectric constant", r"dielectric constants?|permittivit\w+", "%"),
)  # fmt: skip


def rivals(asked: Property) -> tuple[Property, ...]:
    """Other known properties that are measured in a unit of ``asked``."""
    return tuple(
        known for known in KNOWN if known is not asked and known.dimensions & asked.dimensions
    )


def find_property(asked: str) -> Property:
    """The property that the words ask for; one of any unit where they name none that is known."""
    for known in KNOWN:
        if known.name in asked.lower() or known.written.search(asked):
            return known
    stems = [re.escape(term) for term in fold_terms(asked)] or [re.escape(asked)]
    ahead = "".join(rf"(?=.*?\b{stem})" for stem in stems)
    return Property(name=asked, written=re.compile(rf"\A{ahead}", re.I | re.S), units=())


def in_unit(si: float, source: Dimension, unit: str) -> float | None:
    """A value in SI units of ``source`` in ``unit``; None where they measure different things."""
    from agent.literature.unit_table import AVOGADRO

    target, _ = read_unit(unit, 0)
    if source == target.dimension:
        return si / target.factor - target.offset / target.factor
    if (source, target.dimension) == (MOLAR_ENERGY, ENERGY):
        return si / AVOGADRO / target.factor
    if (source, target.dimension) == (ENERGY, MOLAR_ENERGY):
        return si * AVOGADRO / target.factor
    return None
