"""Numbers of a molecule that a target can be set for, and how diverse and makeable molecules are.

The measures of a set of molecules follow MOSES: D. Polykovskiy et al., Front. Pharmacol. 11, 565644
(2020).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from agent.tools.errors import ArgumentError
from agent.tools.molecule_features import descriptor_functions
from agent.tools.objective import Target, key

Measure = Callable[[Any], float]


def measures_of(targets: Sequence[Target], read: Callable[[str], Any]) -> Mapping[str, Measure]:
    """For each target the function of a molecule that measures it.

    Args:
        targets: Their properties are ``qed``, ``logp``, ``tpsa``, ``mass`` (g/mol), ``sa``,
            ``similarity`` (to the target's reference), or an RDKit descriptor as RDKit writes it.
        read: Reads the SMILES of a reference.

    Raises:
        ArgumentError: A property is not known, or a similarity has no reference.
    """
    found: dict[str, Measure] = {}
    for target in targets:
        name = target.property
        if name == "similarity":
            if target.reference is None:
                raise ArgumentError(
                    "targets", "a target for similarity needs a reference: the SMILES to be near"
                )
            found[key(target)] = _similarity(read(target.reference))
        elif target.reference is not None:
            raise ArgumentError("targets", f"{name} takes no reference; only similarity does")
        elif name.lower() in _named():
            found[name] = _named()[name.lower()]
        elif name in descriptor_functions():
            found[name] = descriptor_functions()[name]
        else:
            raise ArgumentError(
                "targets",
                f"no property is called {name!r}. There are {', '.join(_named())}, similarity, and "
                "RDKit's descriptors, e.g. NumHDonors, RingCount, FractionCSP3",
            )
    return found


def measure(mol: Any, measures: Mapping[str, Measure]) -> dict[str, float]:
    """A molecule's numbers; what cannot be computed is not a number (NaN)."""
    values = {}
    for name, function in measures.items():
        try:
            values[name] = float(function(mol))
        except (ValueError, RuntimeError, ZeroDivisionError, OverflowError):
            values[name] = math.nan
    return values


def sa_score(mol: Any) -> float:
    """Synthetic accessibility from 1 (easy) to 10 (hard).

    Source:
        P. Ertl and A. Schuffenhauer, J. Cheminform. 1, 8 (2009), as contributed to RDKit.
    """
    from rdkit.Contrib.SA_Score import sascorer

    return float(sascorer.calculateScore(mol))


def fingerprint(mol: Any) -> Any:
    """The Morgan fingerprint of MOSES: radius 2, 1024 bits."""
    return _morgan().GetFingerprint(mol)


def internal_diversity(fingerprints: Sequence[Any]) -> float:
    """1 minus the mean Tanimoto similarity of all pairs, each with itself included (IntDiv1).

    0 for molecules that are all alike; not a number for none.
    """
    from rdkit import DataStructs

    n = len(fingerprints)
    if n == 0:
        return math.nan
    shared = sum(
        sum(DataStructs.BulkTanimotoSimilarity(fingerprints[i], fingerprints[:i])) for i in range(n)
    )
    return 1.0 - (2.0 * shared + n) / n**2


def _similarity(reference: Any) -> Measure:
    from rdkit import DataStructs

    wanted = fingerprint(reference)
    return lambda mol: float(DataStructs.TanimotoSimilarity(fingerprint(mol), wanted))


@cache
def _named() -> Mapping[str, Measure]:
    from rdkit.Chem import QED, rdMolDescriptors

    return {
        "qed": QED.qed,
        "logp": lambda mol: rdMolDescriptors.CalcCrippenDescriptors(mol)[0],
        "tpsa": rdMolDescriptors.CalcTPSA,
        "mass": descriptor_functions()["MolWt"],
        "sa": sa_score,
    }


@cache
def _morgan() -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
