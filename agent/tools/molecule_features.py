"""Molecules as vectors: RDKit's fingerprints and descriptors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from agent.tools.errors import ArgumentError
from agent.tools.structure_features import Option

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MoleculeFeaturizer = Literal[
    "morgan", "maccs", "atom_pair", "topological_torsion", "rdkit_descriptors"
]

DEFAULTS: Mapping[str, Mapping[str, Option]] = {
    "morgan": {"radius": 2, "n_bits": 2048, "counts": False, "chirality": False},
    "maccs": {},
    "atom_pair": {"n_bits": 2048, "counts": False, "chirality": False},
    "topological_torsion": {"n_bits": 2048, "counts": False, "chirality": False},
    "rdkit_descriptors": {},
}
"""Options of each featurizer and their values where none is given."""

REFERENCES: Mapping[str, str] = {
    "morgan": "D. Rogers and M. Hahn, J. Chem. Inf. Model. 50, 742 (2010)",
    "maccs": "J. L. Durant et al., J. Chem. Inf. Comput. Sci. 42, 1273 (2002)",
    "atom_pair": "R. E. Carhart et al., J. Chem. Inf. Comput. Sci. 25, 64 (1985)",
    "topological_torsion": "R. Nilakantan et al., J. Chem. Inf. Comput. Sci. 27, 82 (1987)",
    "rdkit_descriptors": "rdkit.Chem.Descriptors",
}


def featurize_molecules(
    mols: list[Any], featurizer: MoleculeFeaturizer, options: Mapping[str, Option]
) -> tuple[list[str], NDArray[np.float64], list[int]]:
    """Names of the columns, one row for each molecule, and the rows with an undefined number.

    Args:
        mols: RDKit molecules.
        featurizer: Which.
        options: Every option of `DEFAULTS` with its value.

    Returns:
        A descriptor that is not defined for a molecule (a charge on a metal, say) is 0 in its row.
    """
    import numpy as np

    if featurizer == "rdkit_descriptors":
        return _descriptors(mols)
    if featurizer == "maccs":
        from rdkit.Chem import rdMolDescriptors

        keys = [rdMolDescriptors.GetMACCSKeysFingerprint(mol) for mol in mols]
        # Key 0 does not exist: RDKit keeps the numbers of the published keys, 1 to 166.
        bits = np.array([_bits(key) for key in keys], dtype=np.float64)[:, 1:]
        return [f"key {n}" for n in range(1, 167)], bits, []
    generator = _generator(
        featurizer,
        _whole(options, "n_bits", 1, 65_536),
        _whole(options, "radius", 0, 10) if featurizer == "morgan" else 0,
        bool(options["chirality"]),
    )
    make = (
        generator.GetCountFingerprintAsNumPy
        if options["counts"]
        else generator.GetFingerprintAsNumPy
    )
    rows = np.array([make(mol) for mol in mols], dtype=np.float64)
    return [f"bit {n}" for n in range(rows.shape[1])], rows, []


@cache
def descriptor_functions() -> Mapping[str, Any]:
    """RDKit's descriptors of a molecule by name, those whose values are one number."""
    from rdkit.Chem import Descriptors

    return dict(Descriptors.descList)


def _descriptors(mols: list[Any]) -> tuple[list[str], NDArray[np.float64], list[int]]:
    import numpy as np
    from rdkit import rdBase

    functions = descriptor_functions()
    with rdBase.BlockLogs():
        rows = np.array([[float(f(mol)) for f in functions.values()] for mol in mols])
    # Ipc grows without bound with size and is infinite for large molecules.
    undefined = ~np.isfinite(rows)
    rows[undefined] = 0.0
    return list(functions), rows, [int(row) for row in np.flatnonzero(undefined.any(axis=1))]


@cache
def _generator(featurizer: str, n_bits: int, radius: int, chirality: bool) -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    if featurizer == "morgan":
        return rdFingerprintGenerator.GetMorganGenerator(
            radius=radius, fpSize=n_bits, includeChirality=chirality
        )
    if featurizer == "atom_pair":
        return rdFingerprintGenerator.GetAtomPairGenerator(
            fpSize=n_bits, includeChirality=chirality
        )
    return rdFingerprintGenerator.GetTopologicalTorsionGenerator(
        fpSize=n_bits, includeChirality=chirality
    )


def _whole(options: Mapping[str, Option], name: str, least: int, most: int) -> int:
    value = options[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ArgumentError(
            "options", f"{name} is {value!r}; give a whole number from {least} to {most}"
        )
    return value


def _bits(fingerprint: Any) -> NDArray[np.int8]:
    import numpy as np
    from rdkit import DataStructs

    row = np.zeros(fingerprint.GetNumBits(), dtype=np.int8)
    DataStructs.ConvertToNumpyArray(fingerprint, row)
    return row
