"""Crystals as vectors by matminer: what stands around the sites, how dense and how intricate.

DScribe's vectors (`agent.tools.structure_features`) depend on which elements a batch has; these
have the same columns for every crystal, and each column has a meaning a chemist can read.

Source:
    L. Ward et al., Comput. Mater. Sci. 152, 60 (2018).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from agent.tools.base import require
from agent.tools.errors import ArgumentError, ToolFailed
from agent.tools.structure_features import Option

if TYPE_CHECKING:
    import numpy as np
    from ase import Atoms
    from numpy.typing import NDArray

SiteFeaturizer = Literal["site_fingerprint", "density_features"]

DEFAULTS: Mapping[str, Mapping[str, Option]] = {"site_fingerprint": {}, "density_features": {}}
"""Options of each featurizer: none; matminer's presets are what the published models use."""

PACKAGE = "matminer (L. Ward et al., Comput. Mater. Sci. 152, 60 (2018))"
REFERENCES: Mapping[str, str] = {
    "site_fingerprint": "mean and deviation over the sites of CrystalNN's likeness to coordination "
    "motifs, N. E. R. Zimmermann and A. Jain, RSC Adv. 10, 6063 (2020)",
    "density_features": "density (g/cm3), volume per atom (angstrom3), packing fraction of the "
    "elements' spheres; information per atom and cell (bits), S. Krivovichev, Acta Cryst. A 68, "
    "393 (2012)",
}


def featurize_sites(
    labels: list[str], structures: list[Atoms], featurizer: SiteFeaturizer
) -> tuple[list[str], NDArray[np.float64]]:
    """Names of the columns, and one row for each crystal.

    Args:
        labels: One for each structure, for messages.
        structures: Periodic ones.
        featurizer: Which.

    Raises:
        ArgumentError: A structure is no crystal.
        MissingPackage: matminer is not installed.
        ToolFailed: A crystal cannot be described.
    """
    import numpy as np

    require("matminer", what=f"the featurizer {featurizer}")
    for label, atoms in zip(labels, structures, strict=True):
        if not atoms.pbc.all():
            raise ArgumentError(
                "inputs", f"{label}: {featurizer} describes crystals, not molecules"
            )
    with warnings.catch_warnings():
        # Unescaped docstrings; and CrystalNN asks for charges, without which it takes other radii.
        warnings.simplefilter("ignore")
        made = _made(featurizer)
        names = [str(name) for one in made for name in one.feature_labels()]
        rows = [_row(label, atoms, made) for label, atoms in zip(labels, structures, strict=True)]
    return names, np.array(rows, dtype=np.float64)


def _made(featurizer: SiteFeaturizer) -> list[Any]:
    if featurizer == "site_fingerprint":
        from matminer.featurizers.structure.sites import SiteStatsFingerprint

        return [SiteStatsFingerprint.from_preset("CrystalNNFingerprint_ops")]
    from matminer.featurizers.structure.order import DensityFeatures, StructuralComplexity

    return [DensityFeatures(), StructuralComplexity()]


def _row(label: str, atoms: Atoms, made: list[Any]) -> list[float]:
    from pymatgen.io.ase import AseAtomsAdaptor

    # One atom of a kind stands for all of them, so the smallest cell gives the same row, sooner.
    structure = AseAtomsAdaptor.get_structure(atoms).get_primitive_structure()
    try:
        return [float(value) for one in made for value in one.featurize(structure)]
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise ToolFailed(f"{label}: its sites cannot be described: {error}") from error
