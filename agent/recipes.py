"""The steps of a plan: from what a request names to the arguments of the tools."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from agent.entities import Entities, Entity
from agent.plan import Step
from agent.slots import (
    COMPOSITION,
    MOLECULE_FEATURIZERS,
    SIMILARITY,
    STRUCTURE_FEATURIZERS,
    descriptors_in,
    featurizers_in,
    force_field_measure,
    properties_in,
)
from agent.tools.formula import ATOMIC_NUMBERS

MAX_SUBSTANCES: Final = 4  # in one request; each is a step of its own


class Missing(Exception):
    """A request lacks what a tool needs."""

    def __init__(self, slot: str, sentence: str) -> None:
        super().__init__(sentence)
        self.slot = slot


def _resolve(entity: Entity) -> Step:
    return Step(
        tool="resolve_substance",
        arguments={"query": entity.text},
        why=f"the structure and the numbers of {entity.text}",
    )


def _is_structure(entity: Entity) -> bool:
    return entity.kind in ("smiles", "inchi")


# Property -----------------------------------------------------------------------------------------

_ANYTHING = re.compile(
    r"\b(?:propert\w+|data|facts?|about|describe|characteri[sz]e|data ?sheet|values|eigenschaften"
    r"|liquid|solid|state)\b",
    re.IGNORECASE,
)
_WITH_TEMPERATURE: Final = frozenset({"vapour_pressure", "density"})


def property_steps(entities: Entities) -> Sequence[Step]:
    """Steps for a number or a fact of one substance or a few, or of force fields."""
    if chosen := force_field_steps(entities):
        return chosen
    named = entities.substances[:MAX_SUBSTANCES]
    if not named:
        raise Missing("substance", "Name the substance: a name, formula, CAS number or SMILES.")
    words = _words(entities)
    if len(named) >= 2 and SIMILARITY.search(words):
        return (
            Step(
                tool="compare_molecules",
                arguments={"first": named[0].text, "second": named[1].text},
                why="fingerprints, connectivity and the largest common part",
            ),
        )
    wanted, described = list(properties_in(words)), descriptors_in(words)
    steps: list[Step] = []
    for entity in named:
        if entity.kind == "formula" and COMPOSITION.search(words):
            steps.append(
                Step(
                    tool="check_composition",
                    arguments={"composition": entity.text},
                    why="charge balance and mass fractions",
                )
            )
            continue
        if described or (_is_structure(entity) and not wanted):
            steps += _describe(entity, described, place=len(steps) + 1)
        if wanted or not (described or _is_structure(entity)):
            steps.append(_look_up(entity, wanted, entities))
    if not wanted and not described and not COMPOSITION.search(words):
        rest = re.sub(r"[\W_]+", " ", words).strip()
        if rest and not _ANYTHING.search(rest):
            raise Missing(
                "property",
                "No tool here knows the property asked for. Name another, e.g. boiling point, "
                "density, logP, band gap; or ask the papers for it.",
            )
    return steps


def _look_up(entity: Entity, wanted: list[str], entities: Entities) -> Step:
    arguments: dict[str, Any] = {"substance": entity.text}
    if wanted:
        arguments["properties"] = wanted
    if not wanted or _WITH_TEMPERATURE & set(wanted):
        kelvin = next((_kelvin(one) for one in entities.of("value") if _kelvin(one)), None)
        if kelvin:
            arguments["temperature"] = kelvin
    what = ", ".join(name.replace("_", " ") for name in wanted[:3]) or "all properties"
    return Step(
        tool="lookup_properties", arguments=arguments, why=f"{what} of {entity.text}, every source"
    )


def _describe(entity: Entity, fields: Sequence[str], *, place: int) -> list[Step]:
    what = ", ".join(name.replace("_", " ") for name in fields[:3]) or "numbers and groups"
    why = f"{what}, computed from the structure"
    if _is_structure(entity):
        return [
            Step(
                tool="describe_molecule",
                arguments={"smiles": entity.text, "drawing": False},
                why=why,
            )
        ]
    told = {"smiles": f"${place}.substance.smiles", "drawing": False}
    return [_resolve(entity), Step(tool="describe_molecule", arguments=told, why=why)]


def _kelvin(value: Entity) -> float | None:
    if value.value is None:
        return None
    if value.text == "K" and value.value > 0:
        return value.value
    return round(value.value + 273.15, 2) if value.text == "degC" else None


def _words(entities: Entities) -> str:
    """The request without what it names."""
    parts, last = [], 0
    for one in entities.found:
        parts.append(entities.request[last : one.start])
        last = one.end
    return " ".join((*parts, entities.request[last:]))


# Force fields -------------------------------------------------------------------------------------


def force_field_steps(entities: Entities) -> Sequence[Step]:
    """The step for a choice between force fields by a measure of the tables; none for others."""
    measure = force_field_measure(entities.request)
    if measure is None:
        return ()
    return (
        Step(
            tool="compare_force_fields",
            arguments={"sort_by": measure},
            why="published scores of force fields, best first, with their source",
        ),
    )


# Featurize ----------------------------------------------------------------------------------------

_LEARN = re.compile(
    r"\b(?:train|fit|regress\w*|classif\w+|cluster\w*|cross.?valid\w*|random forest|ridge|learn)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\b(?:target|predicts?|column)\s+(?:is |the |column |= ?)?(\w+)", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:compare|similar\w*|heat ?map|correlat\w+|closest|distance)\b", re.IGNORECASE
)


def featurize_steps(entities: Entities) -> Sequence[Step]:
    """Steps for feature vectors, or for a small model on a table."""
    words, files = _words(entities), entities.of("file")
    named = entities.substances
    chosen = next(iter(featurizers_in(words)), None)
    if _LEARN.search(words) and not named:
        return _learn(words, files)
    elements = [one.text for one in named if one.text in ATOMIC_NUMBERS]
    if _COMPARED.search(words) and len(elements) >= 2:
        arguments: dict[str, Any] = {"elements": elements}
        if chosen is not None and chosen not in MOLECULE_FEATURIZERS | STRUCTURE_FEATURIZERS:
            arguments["scheme"] = chosen
        return (
            Step(tool="compare_elements", arguments=arguments, why="how alike the elements are"),
        )
    if files and not named and chosen in STRUCTURE_FEATURIZERS:
        arguments = {"inputs": [one.text for one in files], "featurizer": chosen}
        return (Step(tool="featurize", arguments=arguments, why=f"{chosen} of the structures"),)
    if not named:
        raise Missing("inputs", "Name what to turn into numbers: formulas, SMILES or a file.")
    if len(named) == 1 and not _is_structure(named[0]) and named[0].kind != "formula":
        field = "formula" if chosen and chosen not in _OF_STRUCTURE else "smiles"
        made = chosen or "morgan"
        told: dict[str, Any] = {"inputs": f"$1.substance.{field}", "featurizer": made}
        return (
            _resolve(named[0]),
            Step(tool="featurize", arguments=told, why=f"its {made} vector"),
        )
    if chosen in STRUCTURE_FEATURIZERS and named[0].kind == "formula":
        raise Missing("structure", f"{chosen} needs a structure: a CIF, POSCAR or XYZ file.")
    made = chosen or ("magpie" if named[0].kind == "formula" else "morgan")
    texts = [one.text for one in named]
    told = {"inputs": texts if len(texts) > 1 else texts[0], "featurizer": made}
    return (Step(tool="featurize", arguments=told, why=f"{made} vectors"),)


_OF_STRUCTURE: Final = MOLECULE_FEATURIZERS | STRUCTURE_FEATURIZERS


def _learn(words: str, files: Sequence[Entity]) -> Sequence[Step]:
    if not files:
        raise Missing("data", "Name the CSV file to learn from, and its target column.")
    arguments: dict[str, Any] = {"data": files[0].text}
    if re.search(r"cluster", words, re.IGNORECASE):
        arguments["task"] = "clustering"
    elif target := _TARGET.search(words):
        arguments["target"] = target[1]
        if re.search(r"classif", words, re.IGNORECASE):
            arguments["task"] = "classification"
    else:
        raise Missing("target", "Name the column to predict, as in 'target band_gap'.")
    return (Step(tool="learn", arguments=arguments, why="a small model, judged on held-out rows"),)


# Generate -----------------------------------------------------------------------------------------

_CRYSTAL = re.compile(
    r"\b(?:crystals?|cif|unit cell|cell|supercell|polymorphs?|perovskites?|oxides?|space group"
    r"|compositions?|structures?|kristall\w*)\b",
    re.IGNORECASE,
)
_COUNT_WORDS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12,
    "twenty": 20, "fifty": 50, "hundred": 100, "fünf": 5, "zehn": 10,
}  # fmt: skip
_COUNT = re.compile(
    rf"\b(\d{{1,4}}|{'|'.join(_COUNT_WORDS)})\s+(?:\w+[- ]){{0,3}}?"
    r"(?:molecul\w*|analog\w*|compounds?|candidates?|derivatives?|smiles|variants?|structures?|moleküle)",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(logp|qed|tpsa|polar surface area|(?:target |molar |molecular )?(?:mass|weight)|sa score)\b"
    r"\s*(?:of|is|=|:|around|about|near|towards?|above|below|over|under|at|<|>|~"
    r"|closes? to|value|\s)*\s*(-?\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_AIMS: Final = {"polar surface area": "tpsa", "sa score": "sa"}
_ALSO_VECTORS = re.compile(
    r"\b(?:fingerprints?|featuri[sz]\w+|descriptors?|vectors?)\b", re.IGNORECASE
)


def generate_steps(entities: Entities) -> Sequence[Step]:
    """Steps for new molecules, or for crystals of a composition or of some elements."""
    request, words = entities.request, _words(entities)
    named = entities.substances
    of_molecules = re.search(
        r"\bmolecul|drug|ligand|analog|derivative|solvent|scaffold", words, re.I
    )
    seeds = [one for one in named if one.kind != "formula"]
    of_crystals = any(one.kind == "formula" for one in named) or _CRYSTAL.search(words)
    if of_crystals and not of_molecules and not any(map(_is_structure, named)):
        return _crystal_steps(named, request, words)
    targets = [{"property": _aim(m[1]), "value": float(m[2])} for m in _AIM.finditer(request)]
    if not seeds and not targets and not of_molecules:
        raise Missing("seeds", "Give a SMILES to start from, or a target such as 'logP of 2'.")
    steps: list[Step] = []
    smiles: list[str] = []
    for one in seeds[:MAX_SUBSTANCES]:
        if one.kind == "smiles":
            smiles.append(one.text)
        else:
            steps.append(_resolve(one))
            smiles.append(f"${len(steps)}.substance.smiles")
    arguments: dict[str, Any] = {"n": _count(words)} if _COUNT.search(words) else {}
    if smiles:
        scaffold = re.search(r"\b(?:keep\w*|scaffold|core|around)\b", words, re.IGNORECASE)
        arguments |= {"scaffold": smiles[0]} if scaffold else {"seeds": smiles}
    if targets:
        arguments["targets"] = targets
    steps.append(
        Step(
            tool="generate_molecules",
            arguments=arguments,
            why="new molecules, screened while they are made",
        )
    )
    if _ALSO_VECTORS.search(words):
        made = len(steps)
        chosen = next(iter(featurizers_in(words)), "morgan")
        steps += [
            Step(
                tool="describe_molecule",
                arguments={"smiles": f"${made}.molecules.0.smiles", "drawing": False},
                why="the best one checked: rules, alerts, numbers",
            ),
            Step(
                tool="featurize",
                arguments={"inputs": f"${made}.molecules.*.smiles", "featurizer": chosen},
                why=f"their {chosen} vectors",
            ),
        ]
    return steps


_CELL_ATOMS = re.compile(
    r"\b(?:(\d{1,5}) atoms|n_?atoms\s*(?:=|of|:)?\s*(\d{1,5}))\b", re.IGNORECASE
)


def _crystal_steps(named: Sequence[Entity], request: str, words: str) -> Sequence[Step]:
    formulas = [one.text for one in named if one.kind == "formula"]
    if not formulas:
        raise Missing(
            "composition", "Name a composition such as TiO2, or elements such as 'Ti O S'."
        )
    arguments: dict[str, Any] = {"n": _count(words)} if _COUNT.search(words) else {}
    if atoms := _CELL_ATOMS.search(request):
        arguments["n_atoms"] = int(atoms[1] or atoms[2])
    elements = [text for text in formulas if text in ATOMIC_NUMBERS]
    if len(elements) == len(formulas) > 1:
        formulas = [" ".join(elements)]
    return tuple(
        Step(
            tool="generate_crystals",
            arguments={"composition": text, **arguments},
            why=f"crystals of {text}: known structure types and random trials, ranked",
        )
        for text in formulas[:MAX_SUBSTANCES]
    )


def _aim(written: str) -> str:
    low = written.lower()
    return "mass" if low.endswith(("mass", "weight")) else _AIMS.get(low, low)


def _count(words: str) -> int:
    found = _COUNT.search(words)
    assert found is not None
    return _COUNT_WORDS.get(found[1].lower()) or max(1, int(found[1]))


# Convert ------------------------------------------------------------------------------------------

_PLAIN_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])")
_FORMATS = re.compile(
    r"\b(?:poscar|cif|xyz|vasp|pdb|sdf|mol2?)\b.*\b(?:to|into|in)\b", re.IGNORECASE
)


def convert_steps(entities: Entities) -> Sequence[Step]:
    """Steps for units, equations, and names or notations of substances."""
    equations, values, units = (entities.of(kind) for kind in ("equation", "value", "unit"))
    named = entities.substances
    if equations:
        return (
            Step(
                tool="balance_equation",
                arguments={"equation": equations[0].text},
                why="whole coefficients that balance every element and the charge",
            ),
        )
    if values and units:
        return _unit_steps(values[0].value or 0.0, values[0].text, units[-1].text, named)
    if len(units) >= 2:
        number = _PLAIN_NUMBER.search(_words(entities))
        if number is None:
            raise Missing("value", f"Give the number of {units[0].text} to convert.")
        return _unit_steps(float(number[0]), units[0].text, units[1].text, named)
    if values and not named:
        raise Missing("to_unit", f"Name the unit into which {values[0].text} is to be converted.")
    if re.search(r"\bbalance|stoichiometr|combustion", entities.request, re.IGNORECASE):
        raise Missing("equation", "Write the equation with an arrow, e.g. H2 + O2 -> H2O.")
    if not named:
        if _FORMATS.search(entities.request):
            return _file_steps(entities)
        raise Missing("substance", "Name the substance: a name, CAS number, SMILES or InChI.")
    return tuple(_resolve(one) for one in named[:MAX_SUBSTANCES])


_FORMAT_NAMES: Final = {
    "cif": "cif", "poscar": "poscar", "vasp": "vasp", "json": "json", "xyz": "extxyz",
    "extxyz": "extxyz", "prismatic": "prismatic",
}  # fmt: skip
_TO_FORMAT = re.compile(
    rf"\b(?:to|into|as|in)\s+(?:an?\s+)?({'|'.join(_FORMAT_NAMES)})\b", re.IGNORECASE
)


def _file_steps(entities: Entities) -> Sequence[Step]:
    files, wanted = entities.of("file"), _TO_FORMAT.search(_words(entities))
    if not files or wanted is None:
        raise Missing(
            "structure", "Name the structure's file, and the format: cif, poscar, json, xyz, vasp."
        )
    to = _FORMAT_NAMES[wanted[1].lower()]
    return (
        Step(
            tool="convert_structure",
            arguments={"structure": files[0].text, "to": to},
            why=f"the same crystal as {to}",
        ),
    )


_MASS = re.compile(r"[mkuµμn]?g(?:/(?:m?L|cm\^?3))?")
_AMOUNT = re.compile(r"[muµμn]?(?:mol(?:/(?:m?L))?|M)")


def _unit_steps(
    value: float, from_unit: str, to_unit: str, named: Sequence[Entity]
) -> Sequence[Step]:
    arguments: dict[str, Any] = {"value": value, "from_unit": from_unit, "to_unit": to_unit}
    kinds = [
        "mass" if _MASS.fullmatch(unit) else "amount" if _AMOUNT.fullmatch(unit) else "other"
        for unit in (from_unit, to_unit)
    ]
    why = f"{from_unit} into {to_unit}"
    if sorted(kinds) != ["amount", "mass"]:
        return (Step(tool="convert_units", arguments=arguments, why=why),)
    if not named:
        raise Missing("substance", "Name the substance: mass and amount differ by its molar mass.")
    arguments["molar_mass"] = "$1.properties.0.values.0.value"
    mass = {"substance": named[0].text, "properties": ["molar_mass"]}
    return (
        Step(tool="lookup_properties", arguments=mass, why=f"the molar mass of {named[0].text}"),
        Step(tool="convert_units", arguments=arguments, why=why),
    )
