"""Element and ion vectors of the ElementEmbeddings package, and their pooling over a composition.

The package's code is not imported: it loads umap and openTSNE, which compile with numba for 3 to
17 CPU seconds. Its packaged data files are read instead (MIT licence, as installed).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from agent.tools.errors import ArgumentError, MissingPackage
from agent.tools.formula import SYMBOLS, parse_species

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Pooling = Literal["mean", "min", "max", "sum", "range", "variance"]

Scheme = Literal[
    "magpie",
    "magpie_sc",
    "mat2vec",
    "matscholar",
    "megnet16",
    "mod_petti",
    "oliynyk",
    "oliynyk_sc",
    "skipatom",
    "atomic",
    "crystallm",
    "xenonpy",
    "cgnf",
    "mace_mp0",
    "sevennet",
    "orb_v2",
    "chgnet",
    "matscibert",
    "chemeleon",
    "random_200",
    "skipspecies",
    "skipspecies_induced",
]


class ElementVectors(NamedTuple):
    """The vectors of one scheme. ``matrix`` has a row for each key and is not to be written to."""

    scheme: str
    names: tuple[str, ...]
    rows: Mapping[str, int]  # element symbol or ion -> row
    matrix: NDArray[np.float64]  # (n_keys, n_names)
    source: str
    of_ions: bool


class _Packaged(NamedTuple):
    file: str
    about: str
    reference: str


_WARD = "L. Ward et al., npj Comput. Mater. 2, 16028 (2016)"
_OLIYNYK = "A. O. Oliynyk et al., Chem. Mater. 28, 7324 (2016)"
_SKIPSPECIES = "A. Onwuli et al., APL Mach. Learn. 2, 036112 (2024)"
_BY_NAME: Mapping[str, _Packaged] = {
    "magpie": _Packaged("magpie.csv", "element properties", _WARD),
    "magpie_sc": _Packaged("magpie_sc.json", "element properties, scaled", _WARD),
    "mat2vec": _Packaged(
        "mat2vec.csv",
        "learned from abstracts",
        "V. Tshitoyan et al., Nature 571, 95 (2019), doi:10.1038/s41586-019-1335-8",
    ),
    "matscholar": _Packaged(
        "matscholar-embedding.json",
        "learned from abstracts",
        "L. Weston et al., J. Chem. Inf. Model. 59, 3692 (2019)",
    ),
    "megnet16": _Packaged(
        "megnet16.json",
        "learned from formation energies",
        "C. Chen et al., Chem. Mater. 31, 3564 (2019)",
    ),
    "mod_petti": _Packaged(
        "mod_petti.json",
        "one-hot in the order of the modified Pettifor scale",
        "H. Glawe et al., New J. Phys. 18, 093011 (2016)",
    ),
    "oliynyk": _Packaged(
        "oliynyk_preprocessed.csv",
        "element properties, 14 missing values filled in by the package",
        _OLIYNYK,
    ),
    "oliynyk_sc": _Packaged("oliynyk_sc.json", "element properties, scaled", _OLIYNYK),
    "skipatom": _Packaged(
        "skipatom_20201009_induced.csv",
        "learned from crystal structures",
        "L. M. Antunes et al., npj Comput. Mater. 8, 44 (2022)",
    ),
    "atomic": _Packaged("atomic.json", "one-hot in the order of atomic number", "IUPAC"),
    "crystallm": _Packaged(
        "crystallm_v24c.dim512_atom_vectors.csv",
        "learned from CIF texts",
        "L. M. Antunes et al., arXiv:2307.04340 (2023)",
    ),
    "xenonpy": _Packaged(
        "xenonpy_element_features.csv",
        "element properties, missing values filled in by the package",
        "C. Liu et al., Adv. Mater. 33, 2102507 (2021)",
    ),
    "cgnf": _Packaged(
        "cgnf.json", "learned from crystal graphs", "J. Jang et al., Matter 7, 2294 (2024)"
    ),
    "mace_mp0": _Packaged(
        "mace_mp0.csv",
        "mean of the MACE-MP-0 force field's atom features",
        "I. Batatia et al., arXiv:2401.00096 (2024)",
    ),
    "sevennet": _Packaged(
        "sevennet.csv",
        "mean of the SevenNet-0 force field's atom features",
        "Y. Park et al., arXiv:2402.03789 (2024)",
    ),
    "orb_v2": _Packaged(
        "orb_v2.csv",
        "mean of the ORB-v2 force field's atom features",
        "M. Neumann et al., arXiv:2410.22570 (2024)",
    ),
    "chgnet": _Packaged(
        "chgnet.csv",
        "mean of the CHGNet force field's atom features",
        "B. Deng et al., Nat. Mach. Intell. 5, 1031 (2023)",
    ),
    "matscibert": _Packaged(
        "matscibert.csv",
        "token vectors of a language model of materials papers",
        "T. Gupta et al., npj Comput. Mater. 8, 102 (2022)",
    ),
    "chemeleon": _Packaged(
        "chemeleon.csv",
        "mean of the Chemeleon generator's atom features",
        "H. Park et al., Nat. Commun. 16, 4869 (2025), doi:10.1038/s41467-025-59636-y",
    ),
    "random_200": _Packaged(
        "random_200_new.csv", "random numbers, the control that carries no chemistry", "none"
    ),
    "skipspecies": _Packaged(
        "skipspecies_2022_10_28_dim200.csv", "ions, learned from crystal structures", _SKIPSPECIES
    ),
    "skipspecies_induced": _Packaged(
        "skipspecies_2022_10_28_induced_dim200.csv",
        "ions, learned from crystal structures, rare ones induced from their neighbours",
        _SKIPSPECIES,
    ),
}
# These two name no columns of their own: the same order as the unscaled file.
_NAMED_BY = {"magpie_sc": "magpie.csv", "oliynyk_sc": "oliynyk_preprocessed.csv"}

SCHEMES: tuple[str, ...] = tuple(_BY_NAME)
PROPERTY_TABLES = frozenset({"magpie", "oliynyk", "xenonpy"})
"""Schemes whose columns have units of different size, so that they need scaling to be compared."""


@cache
def load_scheme(scheme: str) -> ElementVectors:
    """The vectors of a scheme; read once in a process.

    Raises:
        ArgumentError: No scheme has that name.
        MissingPackage: elementembeddings is not installed.
    """
    import numpy as np

    if scheme not in _BY_NAME:
        raise ArgumentError(
            "scheme", f"no element scheme is called {scheme!r}. There are: {', '.join(SCHEMES)}"
        )
    packaged = _BY_NAME[scheme]
    of_ions = scheme.startswith("skipspecies")
    names, table = _read(_folder(of_ions) / packaged.file)
    if scheme in _NAMED_BY:
        names = _read(_folder(of_ions) / _NAMED_BY[scheme])[0]
    if not of_ions:
        # Besides elements the files hold "Null", isotopes and names of the years before 2016.
        table = {key: value for key, value in table.items() if key in SYMBOLS}
    if scheme in ("atomic", "mod_petti"):
        names = tuple(sorted(table, key=lambda key: table[key][0]))
        place = {key: column for column, key in enumerate(names)}
        matrix = np.zeros((len(table), len(names)))
        for row, key in enumerate(table):
            matrix[row, place[key]] = 1.0
    else:
        matrix = np.array(list(table.values()), dtype=np.float64)
    matrix.setflags(write=False)
    return ElementVectors(
        scheme=scheme,
        names=names or tuple(str(column) for column in range(matrix.shape[1])),
        rows={key: row for row, key in enumerate(table)},
        matrix=matrix,
        source=f"{packaged.reference}; {packaged.about}; data file {packaged.file} of "
        f"ElementEmbeddings {_version()} (A. Onwuli et al., MIT licence)",
        of_ions=of_ions,
    )


def rows_of(vectors: ElementVectors, keys: tuple[str, ...], *, what: str) -> list[int]:
    """Rows of these elements or ions.

    Raises:
        ArgumentError: The scheme has none for one of them; names the schemes that do.
    """
    found = []
    for key in keys:
        row = vectors.rows.get(_canonical_ion(key) if vectors.of_ions else key)
        if row is None:
            element = parse_species(key)[0] if vectors.of_ions else key
            others = [
                name
                for name in SCHEMES
                if name.startswith("skipspecies") == vectors.of_ions
                and name != vectors.scheme
                and (_canonical_ion(key) if vectors.of_ions else key) in load_scheme(name).rows
            ]
            has = [k for k in vectors.rows if vectors.of_ions and parse_species(k)[0] == element]
            hint = (
                f"It has {', '.join(has)}"
                if has
                else f"These have it: {', '.join(others)}"
                if others
                else "No scheme has it"
            )
            raise ArgumentError(
                "inputs", f"{what}: the scheme {vectors.scheme!r} has no vector for {key}. {hint}"
            )
        found.append(row)
    return found


def pool(
    vectors: ElementVectors,
    amounts: Mapping[str, float],
    pooling: tuple[Pooling, ...],
    *,
    what: str,
) -> NDArray[np.float64]:
    """One vector of a composition: its elements' vectors pooled, one pooling after the other.

    Args:
        vectors: The scheme.
        amounts: Element or ion -> amount.
        pooling: ``mean`` and ``variance`` are weighted with atomic fractions, ``sum`` with amounts;
            ``min``, ``max`` and ``range`` are over the elements that occur.
        what: The composition as it was given, for messages.
    """
    import numpy as np

    matrix = vectors.matrix[rows_of(vectors, tuple(amounts), what=what)]
    amount = np.fromiter(amounts.values(), dtype=np.float64, count=len(amounts))
    fraction = amount / amount.sum()
    pooled = []
    for one in pooling:
        if one == "mean":
            pooled.append(fraction @ matrix)
        elif one == "sum":
            pooled.append(amount @ matrix)
        elif one == "min":
            pooled.append(matrix.min(axis=0))
        elif one == "max":
            pooled.append(matrix.max(axis=0))
        elif one == "range":
            pooled.append(matrix.max(axis=0) - matrix.min(axis=0))
        else:
            pooled.append(fraction @ (matrix - fraction @ matrix) ** 2)
    return np.concatenate(pooled)


def _canonical_ion(key: str) -> str:
    """As the package writes it: ``Na+`` for ``Na1+``, ``Fe0+`` for a neutral atom."""
    element, charge = parse_species(key)
    size = "" if abs(charge) == 1 else str(abs(charge))
    return f"{element}{size}{'-' if charge < 0 else '+'}"


def _read(path: Path) -> tuple[tuple[str, ...], dict[str, list[float]]]:
    """Column names (none in a JSON file) and the numbers of each row."""
    if path.suffix == ".json":
        read = json.loads(path.read_text(encoding="utf-8"))
        return (), {k: v if isinstance(v, list) else [float(v)] for k, v in read.items()}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        names = tuple(next(lines)[1:])
        # The first of two rows with one key counts ("Uuh" stands twice in random_200_new.csv).
        table: dict[str, list[float]] = {}
        for line in lines:
            table.setdefault(line[0], [float(number) for number in line[1:]])
    return names, table


def _folder(of_ions: bool) -> Path:
    spec = find_spec("elementembeddings")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPackage(
            "element schemes need the package 'elementembeddings'. "
            "Run: pip install elementembeddings"
        )
    data = Path(spec.submodule_search_locations[0]) / "data"
    return data / ("species_representations" if of_ions else "element_representations")


def _version() -> str:
    from importlib.metadata import version

    return version("elementembeddings")
