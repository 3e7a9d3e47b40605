"""Compositions, structures and molecules as vectors; elements compared by their vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from agent.tools import molecule_features, site_features, structure_features
from agent.tools.base import tool
from agent.tools.element_schemes import PROPERTY_TABLES, Pooling, Scheme, load_scheme, pool, rows_of
from agent.tools.errors import ArgumentError
from agent.tools.features import FeatureTable, FeatureVector, save_table
from agent.tools.formula import FormulaError, parse_formula, parse_species
from agent.tools.molecule_features import MoleculeFeaturizer, featurize_molecules
from agent.tools.plotting import Chart, save_chart
from agent.tools.site_features import SiteFeaturizer, featurize_sites
from agent.tools.structure_features import Option, StructureFeaturizer, featurize_structures
from agent.tools.structures import read_atoms, read_mol
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ElementComparison",
    "FeatureTable",
    "FeatureVector",
    "Featurizer",
    "Metric",
    "compare_elements",
    "featurize",
]

Featurizer = Literal[Scheme, StructureFeaturizer, SiteFeaturizer, MoleculeFeaturizer]
Metric = Literal[
    "pearson", "spearman", "cosine", "euclidean", "manhattan", "chebyshev", "cosine_distance"
]

MAX_INPUTS = 100_000
MAX_NUMBERS = 5_000_000
"""Largest table that is returned; a larger one is saved to a file."""


@tool(
    intent="property",
    requires=("numpy",),
    optional=("elementembeddings", "dscribe", "matminer", "pyarrow"),
)
def featurize(
    inputs: str | list[str],
    featurizer: Featurizer = "magpie",
    pooling: list[Pooling] | None = None,
    options: dict[str, Option] | None = None,
    seed: int = 0,
    save_to: str | None = None,
) -> FeatureTable:
    """Turn compositions, crystal structures or molecules into feature vectors for machine learning.

    Compositions (formulas, or ions as (Fe3+)2(O2-)3): magpie, mat2vec, skipspecies, xenonpy, cgnf,
    megnet16, oliynyk, matscholar, skipatom, crystallm and others; atomic is one-hot, and multi-hot
    with pooling max. Structures (CIF, POSCAR or XYZ text, a file's path, or a SMILES):
    coulomb_matrix, sine_matrix, ewald_matrix, acsf, mbtr, soap; with elute[materials] also
    site_fingerprint (motifs of coordination) and density_features, for crystals. Molecules
    (SMILES): morgan, maccs, atom_pair, topological_torsion, rdkit_descriptors.

    Args:
        inputs: One formula, structure or SMILES, or a list of them.
        featurizer: Which representation.
        pooling: For compositions: how the elements' vectors become one; mean where not given.
        options: The featurizer's own options, e.g. r_cut and n_max of soap, n_bits of morgan.
        seed: For structures given as SMILES: where their embedding in 3D starts.
        save_to: New file (.csv, .npz, .parquet) for the table; the numbers are then only there.
    """
    texts = [inputs] if isinstance(inputs, str) else list(inputs)
    if not texts:
        raise ArgumentError("inputs", "inputs is empty. Give at least one formula or structure")
    if len(texts) > MAX_INPUTS:
        raise ArgumentError("inputs", f"inputs has {len(texts)} items; at most {MAX_INPUTS} go")
    made = _feature_rows(texts, featurizer, tuple(pooling or ("mean",)), options or {}, seed)
    file = None
    if save_to is not None:
        file = str(save_table(save_to, made.labels, made.names, made.values))
    elif made.values.size > MAX_NUMBERS:
        raise ArgumentError(
            "save_to", f"the table has {made.values.size} numbers; name a file with save_to"
        )
    return FeatureTable(
        featurizer=featurizer,
        kind=made.kind,
        labels=tuple(made.labels),
        names=tuple(made.names),
        values=() if file else tuple(map(tuple, made.values.tolist())),
        shape=(len(made.labels), len(made.names)),
        parameters=made.parameters,
        source=made.source,
        warnings=tuple(made.warnings),
        file=file,
    )


class ElementComparison(Record):
    """How alike or how far apart elements are in a scheme; rows as in ``elements``, symmetric."""

    scheme: Annotated[str, VOCABULARY]
    metric: Annotated[Metric, VOCABULARY]
    elements: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    scaled: bool  # whether each property was scaled to mean 0 and deviation 1 over all elements
    source: Annotated[str, VOCABULARY]
    heat_map: Chart
    file: str | None = None


@tool(intent="property", requires=("elementembeddings", "numpy"))
def compare_elements(
    elements: list[str],
    scheme: Scheme = "magpie",
    metric: Metric = "pearson",
    scaled: bool | None = None,
    save_to: str | None = None,
) -> ElementComparison:
    """Correlation, similarity or distance between chemical elements (or ions), with a heat map.

    Args:
        elements: Two or more symbols such as Fe, Co, Ni; ions such as Fe3+ with skipspecies.
        scheme: The representation in which they are compared.
        metric: pearson, spearman and cosine are alike at 1; the others are distances, alike at 0.
        scaled: Scale every property over all elements first; yes for tables of properties, whose
            units differ, and no for learned vectors where it is not given.
        save_to: New file (.png or .svg) for the heat map.
    """
    import numpy as np

    if not 2 <= len(elements) <= 120:
        raise ArgumentError("elements", f"elements has {len(elements)} items; give 2 to 120")
    vectors = load_scheme(scheme)
    try:
        rows = rows_of(vectors, tuple(elements), what="compare_elements")
    except FormulaError as error:
        raise ArgumentError("elements", str(error)) from None
    scale = scheme in PROPERTY_TABLES if scaled is None else scaled
    matrix = vectors.matrix
    if scale:
        spread = matrix.std(axis=0)
        matrix = (matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    values = _compared(matrix[rows], metric)
    chart = Chart.heat_map(
        values.tolist(),
        rows=elements,
        columns=elements,
        title=f"{metric.replace('_', ' ')} in {scheme}",
        value_label=metric.replace("_", " "),
    )
    return ElementComparison(
        scheme=scheme,
        metric=metric,
        elements=tuple(elements),
        values=tuple(map(tuple, values.tolist())),
        scaled=scale,
        source=vectors.source,
        heat_map=chart,
        file=None if save_to is None else save_chart(chart, save_to)[0],
    )


class FeatureRows:
    """A table before it is a record: its numbers are still an array."""

    def __init__(
        self,
        kind: Literal["composition", "structure", "molecule"],
        labels: list[str],
        names: list[str],
        values: NDArray[np.float64],
        *,
        parameters: dict[str, Any],
        source: str,
        warnings: list[str] | None = None,
    ) -> None:
        self.kind = kind
        self.labels = labels
        self.names = names
        self.values = values
        self.parameters = parameters
        self.source = source
        self.warnings = warnings or []


def feature_matrix(
    texts: list[str],
    featurizer: str,
    *,
    pooling: tuple[Pooling, ...] = ("mean",),
    options: Mapping[str, Option] | None = None,
) -> FeatureRows:
    """The numbers of `featurize` for another tool of this package, which is behind the gate itself.

    Raises:
        ArgumentError: As `featurize`.
    """
    return _feature_rows(texts, featurizer, pooling, options or {}, 0)


def _feature_rows(
    texts: list[str],
    featurizer: str,
    pooling: tuple[Pooling, ...],
    options: Mapping[str, Option],
    seed: int,
) -> FeatureRows:
    import numpy as np

    if featurizer in get_args(Scheme):
        _with_defaults({}, options, featurizer)
        vectors = load_scheme(featurizer)
        notes: list[str] = []
        rows = []
        for text in texts:
            amounts = _composition(text, of_ions=vectors.of_ions, notes=notes)
            rows.append(pool(vectors, amounts, pooling, what=repr(text)))
        names = [f"{one} {name}" for one in pooling for name in vectors.names]
        return FeatureRows(
            "composition",
            texts,
            list(vectors.names) if pooling == ("mean",) else names,
            np.array(rows),
            parameters={"pooling": list(pooling)},
            source=vectors.source,
            warnings=notes,
        )
    if featurizer in structure_features.DEFAULTS:
        given = _with_defaults(structure_features.DEFAULTS[featurizer], options, featurizer)
        atoms = [read_atoms(text, seed=seed) for text in texts]
        labels = _structure_labels(texts, [a.get_chemical_formula() for a in atoms])
        kind: Any = featurizer
        table = featurize_structures(labels, atoms, kind, given)
        reference = structure_features.REFERENCES[featurizer]
        return FeatureRows(
            "structure",
            table.labels,
            table.names,
            table.values,
            parameters={**table.parameters, "seed": seed},
            source=f"{reference}; {structure_features.PACKAGE}",
        )
    if featurizer in site_features.DEFAULTS:
        _with_defaults(site_features.DEFAULTS[featurizer], options, featurizer)
        atoms = [read_atoms(text, seed=seed) for text in texts]
        labels = _structure_labels(texts, [a.get_chemical_formula() for a in atoms])
        kind = featurizer
        columns, values = featurize_sites(labels, atoms, kind)
        return FeatureRows(
            "structure",
            labels,
            columns,
            values,
            parameters={},
            source=f"{site_features.REFERENCES[featurizer]}; {site_features.PACKAGE}",
        )
    given = _with_defaults(molecule_features.DEFAULTS[featurizer], options, featurizer)
    which: Any = featurizer
    columns, values, undefined = featurize_molecules([read_mol(t) for t in texts], which, given)
    return FeatureRows(
        "molecule",
        texts,
        columns,
        values,
        parameters=dict(given),
        source=f"{molecule_features.REFERENCES[featurizer]}; RDKit",
        warnings=[
            f"some descriptors are not defined for {texts[row]!r} and stand as 0"
            for row in undefined[:10]
        ],
    )


def _with_defaults(
    defaults: Mapping[str, Option], given: Mapping[str, Option], featurizer: str
) -> dict[str, Option]:
    for name in given:
        if name not in defaults:
            known = f"it has: {', '.join(defaults)}" if defaults else "it has none"
            raise ArgumentError("options", f"{featurizer} has no option {name!r}; {known}")
    return {**defaults, **given}


def _composition(text: str, *, of_ions: bool, notes: list[str]) -> dict[str, float]:
    try:
        amounts = parse_formula(text)
    except FormulaError as error:
        raise ArgumentError("inputs", str(error)) from None
    charged = any(key[-1] in "+-" for key in amounts)
    if not of_ions:
        if not charged:
            return amounts
        elements: dict[str, float] = {}
        for key, amount in amounts.items():
            element = parse_species(key)[0] if key[-1] in "+-" else key
            elements[element] = elements.get(element, 0.0) + amount
        return elements
    if not charged:
        amounts = _with_charges(text, amounts)
        shown = "".join(f"({ion}){amount:g}" for ion, amount in amounts.items())
        notes.append(f"{text}: charges were assigned as {shown}; write them to choose others")
    return amounts


def _with_charges(formula: str, amounts: dict[str, float]) -> dict[str, float]:
    """Ions of a formula by the likeliest neutral set of charges (pymatgen's counts of the ICSD)."""
    from pymatgen.core import Composition

    charged = Composition(amounts).add_charges_from_oxi_state_guesses()
    ions = {str(species): float(amount) for species, amount in charged.items()}
    # Where no guess is neutral, pymatgen leaves every atom without a charge.
    if len(ions) > 1 and all(parse_species(ion)[1] == 0 for ion in ions):
        raise ArgumentError(
            "inputs",
            f"{formula!r}: no set of usual charges makes it neutral. "
            "Write the ions, e.g. (Fe2+)(Fe3+)2(O2-)4",
        )
    return ions


def _structure_labels(texts: list[str], formulas: list[str]) -> list[str]:
    """A SMILES or a path as it is, the formula where a whole file's text was given."""
    return [
        formula if "\n" in text.strip() else text.strip()
        for text, formula in zip(texts, formulas, strict=True)
    ]


def _compared(matrix: NDArray[np.float64], metric: Metric) -> NDArray[np.float64]:
    import numpy as np

    if metric == "spearman":
        from scipy.stats import rankdata

        matrix = rankdata(matrix, axis=1)
    if metric in ("pearson", "spearman"):
        matrix = matrix - matrix.mean(axis=1, keepdims=True)
    if metric in ("pearson", "spearman", "cosine", "cosine_distance"):
        length = np.linalg.norm(matrix, axis=1, keepdims=True)
        if (length == 0).any():
            raise ArgumentError("metric", f"{metric} is not defined for a vector without spread")
        similarity: NDArray[np.float64] = np.clip(
            (matrix / length) @ (matrix / length).T, -1.0, 1.0
        )
        np.fill_diagonal(similarity, 1.0)
        return 1.0 - similarity if metric == "cosine_distance" else similarity
    apart = np.abs(matrix[:, None, :] - matrix[None, :, :])
    if metric == "euclidean":
        return np.asarray(np.sqrt((apart**2).sum(axis=2)))
    return np.asarray(apart.sum(axis=2) if metric == "manhattan" else apart.max(axis=2))
