"""Structures as vectors: DScribe's matrices, symmetry functions, MBTR and SOAP.

Source:
    L. Himanen et al., Comput. Phys. Commun. 247, 106949 (2020).
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from agent.tools.errors import ArgumentError, ToolFailed

if TYPE_CHECKING:
    import numpy as np
    from ase import Atoms
    from numpy.typing import NDArray

StructureFeaturizer = Literal[
    "coulomb_matrix", "sine_matrix", "ewald_matrix", "acsf", "mbtr", "soap"
]

Option = bool | int | float | str
"""A value of a featurizer's option."""

_MATRIX: Mapping[str, Option] = {"permutation": "sorted_l2", "n_atoms_max": 0}
DEFAULTS: Mapping[str, Mapping[str, Option]] = {
    "coulomb_matrix": _MATRIX,
    "sine_matrix": _MATRIX,
    "ewald_matrix": {**_MATRIX, "accuracy": 1e-5},
    "acsf": {"r_cut": 6.0, "average": "inner"},
    "mbtr": {
        "geometry": "inverse_distance",
        "grid_min": 0.0,
        "grid_max": 1.0,
        "grid_n": 100,
        "grid_sigma": 0.02,
        "weight_scale": 1.0,  # exp(-r) is below the threshold at 7 angstrom
        "weight_threshold": 1e-3,
        "normalization": "l2",
    },
    "soap": {"r_cut": 5.0, "n_max": 8, "l_max": 6, "sigma": 0.5, "average": "inner"},
}
"""Options of each featurizer and their values where none is given. Lengths are in angstrom,
``n_atoms_max`` 0 means the largest structure of the batch."""

PACKAGE = "DScribe (L. Himanen et al., Comput. Phys. Commun. 247, 106949 (2020))"
REFERENCES: Mapping[str, str] = {
    "coulomb_matrix": "M. Rupp et al., Phys. Rev. Lett. 108, 058301 (2012)",
    "sine_matrix": "F. Faber et al., Int. J. Quantum Chem. 115, 1094 (2015)",
    "ewald_matrix": "F. Faber et al., Int. J. Quantum Chem. 115, 1094 (2015)",
    "acsf": "J. Behler, J. Chem. Phys. 134, 074106 (2011)",
    "mbtr": "H. Huo and M. Rupp, Mach. Learn.: Sci. Technol. 3, 045017 (2022)",
    "soap": "A. P. Bartok et al., Phys. Rev. B 87, 184115 (2013)",
}

# Behler's radial functions (eta in 1/angstrom^2, shift in angstrom) and angular ones (eta, zeta,
# lambda): a small set that tells shells and angles apart out to the usual cutoff.
_G2 = [[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [0.5, 4.0], [0.5, 5.0]]
_G4 = [[0.01, 1.0, 1.0], [0.01, 1.0, -1.0], [0.01, 4.0, 1.0], [0.01, 4.0, -1.0]]

_GEOMETRY = {"inverse_distance": 2, "distance": 2, "atomic_number": 1, "cosine": 3, "angle": 3}


class StructureTable(NamedTuple):
    """Rows of a batch of structures."""

    labels: list[str]
    names: list[str]
    values: NDArray[np.float64]
    parameters: dict[str, Any]


def featurize_structures(
    labels: list[str],
    structures: list[Atoms],
    featurizer: StructureFeaturizer,
    options: Mapping[str, Option],
) -> StructureTable:
    """One row for each structure, or for each atom where ``average`` is "off".

    Args:
        labels: One for each structure.
        structures: Periodic ones are described with their images (not by the Coulomb matrix).
        featurizer: Which.
        options: Every option of `DEFAULTS` with its value.

    Raises:
        ArgumentError: An option cannot be used, or a structure does not fit the featurizer.
    """
    import numpy as np

    species = sorted({int(z) for atoms in structures for z in atoms.numbers})
    periodic = {bool(atoms.pbc.any()) for atoms in structures}
    if featurizer not in ("coulomb_matrix", "sine_matrix", "ewald_matrix") and len(periodic) > 1:
        raise ArgumentError(
            "inputs", "the batch mixes molecules and crystals; featurize them apart"
        )
    if featurizer in ("sine_matrix", "ewald_matrix") and periodic != {True}:
        raise ArgumentError(
            "featurizer", f"{featurizer} describes crystals; use coulomb_matrix for molecules"
        )
    parameters: dict[str, Any] = dict(options)
    try:
        with _quiet():
            if featurizer in ("coulomb_matrix", "sine_matrix", "ewald_matrix"):
                names, blocks, more = _matrices(structures, featurizer, options)
            elif featurizer == "acsf":
                names, blocks, more = _acsf(structures, species, True in periodic, options)
            elif featurizer == "mbtr":
                names, blocks, more = _mbtr(structures, species, True in periodic, options)
            else:
                names, blocks, more = _soap(structures, species, True in periodic, options)
    except (ValueError, TypeError) as error:
        raise ArgumentError("options", f"{featurizer} cannot use these options: {error}") from None
    parameters |= more
    rows = [
        label if len(block) == 1 and options.get("average") != "off" else f"{label} atom {n}"
        for label, block in zip(labels, blocks, strict=True)
        for n in range(1, len(block) + 1)
    ]
    values = np.concatenate(blocks)
    if not np.isfinite(values).all():
        raise ToolFailed(f"{featurizer} gave numbers that are not finite: do two atoms coincide?")
    return StructureTable(rows, names, values, parameters)


Blocks = tuple[list[str], list["NDArray[np.float64]"], dict[str, Any]]


def _matrices(structures: list[Atoms], featurizer: str, options: Mapping[str, Option]) -> Blocks:
    import dscribe.descriptors as descriptors

    largest = max(len(atoms) for atoms in structures)
    size = int(options["n_atoms_max"]) or largest
    if size < largest:
        raise ArgumentError(
            "options", f"n_atoms_max is {size}, and a structure has {largest} atoms. Give {largest}"
        )
    permutation = str(options["permutation"])
    if permutation not in ("none", "sorted_l2", "eigenspectrum"):
        raise ArgumentError(
            "options", f"permutation is {permutation!r}; give none, sorted_l2 or eigenspectrum"
        )
    kinds = {
        "coulomb_matrix": descriptors.CoulombMatrix,
        "sine_matrix": descriptors.SineMatrix,
        "ewald_matrix": descriptors.EwaldSumMatrix,
    }
    made = kinds[featurizer](n_atoms_max=size, permutation=permutation)
    more = {"accuracy": float(options["accuracy"])} if featurizer == "ewald_matrix" else {}
    blocks = [made.create(atoms, **more).reshape(1, -1) for atoms in structures]
    if permutation == "eigenspectrum":
        names = [f"eigenvalue {i}" for i in range(1, size + 1)]
    else:
        names = [f"{i},{j}" for i in range(1, size + 1) for j in range(1, size + 1)]
    return names, blocks, {"n_atoms_max": size}


def _acsf(
    structures: list[Atoms], species: list[int], periodic: bool, options: Mapping[str, Option]
) -> Blocks:
    import numpy as np
    from dscribe.descriptors import ACSF

    made = ACSF(
        r_cut=float(options["r_cut"]),
        g2_params=_G2,
        g4_params=_G4,
        species=species,
        periodic=periodic,
    )
    average = _average(options, ("inner", "off"))
    blocks = []
    for atoms in structures:
        rows = np.atleast_2d(made.create(atoms))
        blocks.append(rows.mean(axis=0, keepdims=True) if average == "inner" else rows)
    symbols = _symbols(species)
    names = []
    for one in symbols:
        names += [f"G1[{one}]", *(f"G2[{one}] eta={eta:g} shift={shift:g}" for eta, shift in _G2)]
    for n, one in enumerate(symbols):
        for other in symbols[: n + 1]:
            names += [f"G4[{one},{other}] eta={e:g} zeta={z:g} lambda={s:g}" for e, z, s in _G4]
    return names, blocks, {"species": symbols, "g2": _G2, "g4": _G4, "periodic": periodic}


def _mbtr(
    structures: list[Atoms], species: list[int], periodic: bool, options: Mapping[str, Option]
) -> Blocks:
    import numpy as np
    from dscribe.descriptors import MBTR

    geometry = str(options["geometry"])
    if geometry not in _GEOMETRY:
        raise ArgumentError("options", f"geometry is {geometry!r}; give {', '.join(_GEOMETRY)}")
    body = _GEOMETRY[geometry]
    grid = {
        "min": float(options["grid_min"]),
        "max": float(options["grid_max"]),
        "n": int(options["grid_n"]),
        "sigma": float(options["grid_sigma"]),
    }
    weighting = {
        "function": "exp",
        "scale": float(options["weight_scale"]),
        "threshold": float(options["weight_threshold"]),
    }
    made = MBTR(
        geometry={"function": geometry},
        grid=grid,
        weighting=weighting if body > 1 else None,
        normalization=str(options["normalization"]),
        species=species,
        periodic=periodic,
    )
    blocks = [np.atleast_2d(made.create(atoms)) for atoms in structures]
    points = np.linspace(grid["min"], grid["max"], int(grid["n"]))
    symbols = _symbols(species)
    names = [""] * blocks[0].shape[1]
    for group in itertools.product(symbols, repeat=body):
        # Each group is stored once, whichever end it is named from.
        where = made.get_location(group)
        for column, point in zip(range(where.start, where.stop), points, strict=True):
            names[column] = names[column] or f"{'-'.join(group)} {point:.4g}"
    return names, blocks, {"species": symbols, "periodic": periodic}


def _soap(
    structures: list[Atoms], species: list[int], periodic: bool, options: Mapping[str, Option]
) -> Blocks:
    import numpy as np
    from dscribe.descriptors import SOAP

    made = SOAP(
        r_cut=float(options["r_cut"]),
        n_max=int(options["n_max"]),
        l_max=int(options["l_max"]),
        sigma=float(options["sigma"]),
        average=_average(options, ("inner", "outer", "off")),
        species=species,
        periodic=periodic,
    )
    blocks = [np.atleast_2d(made.create(atoms)) for atoms in structures]
    symbols = _symbols(species)
    names = [""] * blocks[0].shape[1]
    for pair in itertools.combinations_with_replacement(symbols, 2):
        where = made.get_location(pair)
        for n, column in enumerate(range(where.start, where.stop)):
            names[column] = f"{'-'.join(pair)} {n}"
    return names, blocks, {"species": symbols, "periodic": periodic}


def _average(options: Mapping[str, Option], known: tuple[str, ...]) -> str:
    average = str(options["average"])
    if average not in known:
        raise ArgumentError("options", f"average is {average!r}; give {', '.join(known)}")
    return average


def _symbols(numbers: list[int]) -> list[str]:
    from ase.data import chemical_symbols

    return [chemical_symbols[number] for number in numbers]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the remarks of dscribe 2.1.2: unescaped docstrings, a method of ase's that is old."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", SyntaxWarning)
        yield
