"""The result of a tool in sentences: each number with its unit, its method and its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from agent.crystal_telling import CRYSTAL_TELLERS
from agent.tools.base import ToolResult

_MAX_VALUES: Final = 8
_MAX_PROPERTIES: Final = 12
_MAX_MADE: Final = 20


def tell(results: Sequence[ToolResult[Any]], *, fields: Sequence[str] = ()) -> tuple[str, ...]:
    """What the results say, a line each. A step that only fed the next one is not told.

    Args:
        results: What the steps of a plan gave.
        fields: Of a molecule's description only these; all where none is named.
    """
    lines: list[str] = []
    for place, result in enumerate(results):
        feeds = result.tool == "resolve_substance" and place + 1 < len(results)
        followed = feeds and results[place + 1].tool != "resolve_substance"
        if not followed:
            if result.tool == "describe_molecule":
                lines += _molecule(result, fields)
            else:
                lines += _TELLERS.get(result.tool, _unknown)(result)
        lines += [f"Note: {warning}" for warning in result.warnings if not followed]
    return tuple(dict.fromkeys(line for line in lines if line))


def _label(name: str) -> str:
    return {"logp": "logP", "tpsa": "polar surface area", "qed": "QED"}.get(
        name, name.replace("_", " ")
    )


def _properties(result: ToolResult[Any]) -> Iterable[str]:
    report = result.output
    name = report.substance.name
    wanted = result.arguments.get("properties")
    n_values = _MAX_VALUES if wanted else 2
    for one in report.properties[: None if wanted else _MAX_PROPERTIES]:
        shown = "; ".join(str(quantity) for quantity in one.values[:n_values])
        more = len(one.values) - n_values
        rest = f"; and {more} more" if more > 0 else ""
        yield f"{_label(one.name)} of {name}: {shown}{rest}."
        if one.lowest is not None and one.highest is not None and one.lowest != one.highest:
            unit = next(q.unit for q in one.values if q.method == "measured")
            said = "" if unit == "1" else f" {unit}"
            yield (
                f"The {one.n_measured} measured values lie between {one.lowest:.6g} and "
                f"{one.highest:.6g}{said}."
            )
    for fact in report.facts:
        yield f"{_label(fact.name)} of {name}: {fact.text} ({fact.source})."
    if report.missing:
        names = ", ".join(map(_label, report.missing))
        yield f"No table here holds {names} of {name}."


_NUMBERS: Final = (
    "molar_mass", "monoisotopic_mass", "logp", "tpsa", "qed", "sa_score", "hydrogen_bond_donors",
    "hydrogen_bond_acceptors", "rotatable_bonds", "rings", "aromatic_rings", "heavy_atoms",
    "fraction_csp3", "molar_refractivity",
)  # fmt: skip


def _molecule(result: ToolResult[Any], fields: Sequence[str]) -> Iterable[str]:
    found = result.output
    yield f"{found.smiles}: formula {found.formula}, InChIKey {found.inchikey}."
    for field in _NUMBERS:
        if not fields or field in fields:
            yield f"{_label(field)}: {getattr(found, field)}."
    for rule in found.rules if not fields or "rules" in fields else ():
        kept = "kept" if rule.passed else "broken: " + "; ".join(rule.violations)
        yield f"{rule.name}: {kept} ({rule.source})."
    if found.functional_groups and (not fields or "functional_groups" in fields):
        yield "Groups: " + ", ".join(f"{g.count} {g.name}" for g in found.functional_groups) + "."
    if not fields or "stereocentres" in fields:
        yield f"Stereocentres: {len(found.stereocentres)} (computed; counted by RDKit)."
    if "alerts" in fields:
        shown = ", ".join(f"{alert.name} ({alert.filter_set})" for alert in found.alerts)
        yield f"Structural alerts: {shown or 'none'}."


def _comparison(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    same = "the same structure" if found.same_structure else "different structures"
    yield f"{found.first} and {found.second} are {same}."
    yield f"Tanimoto similarity, Morgan: {found.tanimoto_morgan}; MACCS: {found.tanimoto_maccs}."


def _composition(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    balanced = "is charge balanced" if found.is_charge_neutral else "is not charge balanced"
    states = f", with {found.states_used}" if found.states_used else ""
    yield f"{found.reduced_formula} {balanced} by smact's rules ({found.oxidation_set}{states})."
    yield f"molar mass: {found.molar_mass}."
    for part in found.fractions:
        yield f"{part.element}: mass fraction {part.mass}; atom fraction {part.atoms}."


def _features(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    rows, columns = found.shape
    vectors = "vector" if rows == 1 else "vectors"
    made = f"({found.method}; {found.source})"
    yield f"{found.featurizer}: {rows} {vectors} of {columns} numbers {made}."
    for label, row in list(zip(found.labels, found.values, strict=False))[:3]:
        shown = ", ".join(f"{value:.6g}" for value in row[:8])
        yield f"{label}: {shown}{', ...' if len(row) > 8 else ''}"


def _elements(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    yield f"{found.metric} of {', '.join(found.elements)} in {found.scheme} ({found.source}):"
    for first, row in enumerate(found.values):
        for second in range(first + 1, len(row)):
            yield f"{found.elements[first]} and {found.elements[second]}: {row[second]:.4g}."


def _substance(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    if found.status == "not_found":
        yield f"Nothing is known here as {found.query!r}."
        return
    if found.substance is None:
        yield f"{found.query!r} may be one of {found.n_readings}:"
    for one in [found.substance] if found.substance is not None else found.readings[:6]:
        said = {
            "CAS": one.cas,
            "formula": one.formula,
            "SMILES": one.smiles,
            "InChI": one.inchi,
            "InChIKey": one.inchikey,
        }
        facts = "; ".join(f"{name} {text}" for name, text in said.items() if text)
        yield f"{one.name}: {facts} ({one.source})."
        others = [name for name in one.names if name != one.name][:5]
        if others:
            yield f"Also called {', '.join(others)}."
        if one.note:
            yield f"Note: {one.note}."


def _conversion(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    by = f", {found.by}" if found.by else ""
    given = f"{found.given.value:.10g} {found.given.unit}"
    value = f"{found.result.value:.8g} {found.result.unit}"
    yield f"{given} = {value} ({found.result.method}; {found.result.source}{by})."


def _equation(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    yield f"{found.equation} (computed: each element and the charge balance)."
    if not found.is_unique:
        yield f"There are {found.n_ways} independent ways; that with the fewest molecules is shown."


def _screening(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    hits = found.verdict.hits
    if not hits:
        yield (
            f"{found.substance}: on none of the lists that elute carries. That is no legal advice; "
            "your country's own lists decide."
        )
        return
    yield f"{found.substance} is listed ({found.verdict.decision.value}):"
    for hit in hits[:_MAX_VALUES]:
        parts = (hit.list, hit.edition, hit.schedule, hit.jurisdiction)
        yield f"{hit.name}: {', '.join(p for p in parts if p)} ({hit.citation}; by {hit.how})."


def _generated(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    for number, one in enumerate(found.molecules[:_MAX_MADE], start=1):
        yield f"{number}. {one.smiles}: synthetic accessibility {one.sa_score:.3g} (computed)."
    more = len(found.molecules) - _MAX_MADE
    if more > 0:
        yield f"And {more} more, among the tools' results."


def _force_fields(result: ToolResult[Any]) -> Iterable[str]:
    yield result.output.answer


def _unknown(result: ToolResult[Any]) -> Iterable[str]:
    yield f"{result.tool} ran; its result stands among the tools' results."


_TELLERS: Final[dict[str, Callable[[ToolResult[Any]], Iterable[str]]]] = {
    "lookup_properties": _properties,
    "compare_molecules": _comparison,
    "generate_molecules": _generated,
    "check_composition": _composition,
    "featurize": _features,
    "compare_elements": _elements,
    "resolve_substance": _substance,
    "convert_units": _conversion,
    "balance_equation": _equation,
    "screen_substance": _screening,
    "compare_force_fields": _force_fields,
    **CRYSTAL_TELLERS,
}

TOLD: Final = frozenset({*_TELLERS, "describe_molecule"})
"""Tools whose results are told with their numbers."""
