from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.tools import featurize
from agent.tools.base import missing
from agent.tools.crystal import write_cif
from agent.tools.errors import ArgumentError
from tests.agent.tools.crystal_examples import cif, structure

pytestmark = [
    pytest.mark.mlff,
    pytest.mark.skipif(
        missing("matminer", what="site features") is not None,
        reason="pip install 'elute[materials]'",
    ),
]


def test_sites_of_salt_are_octahedral_and_those_of_blende_tetrahedral() -> None:
    table = featurize([cif("NaCl"), cif("ZnTe")], "site_fingerprint")

    salt, blende = (dict(zip(table.names, row, strict=True)) for row in table.values)
    assert salt["mean octahedral CN_6"] == pytest.approx(1.0, abs=0.01)
    assert salt["mean tetrahedral CN_4"] == pytest.approx(0.0, abs=0.01)
    assert blende["mean tetrahedral CN_4"] == pytest.approx(1.0, abs=0.02)
    assert "Zimmermann" in table.source
    assert table.kind == "structure"


def test_density_and_volume_are_those_of_the_cell() -> None:
    rutile = structure("TiO2")

    table = featurize(write_cif(rutile), "density_features")

    row = dict(zip(table.names, table.values[0], strict=True))
    assert row["density"] == pytest.approx(rutile.density, rel=1e-6)
    assert row["vpa"] == pytest.approx(rutile.volume / len(rutile), rel=1e-6)
    # Two kinds of site, 1 and 2 of 3 atoms: -(1/3 log2 1/3 + 2/3 log2 2/3) bits.
    assert row["structural complexity per atom"] == pytest.approx(0.9183, abs=1e-4)


@settings(max_examples=5, deadline=None)
@given(st.tuples(*[st.integers(1, 2)] * 3), st.tuples(*[st.floats(0, 1)] * 3))
def test_a_larger_or_shifted_cell_is_the_same_crystal(
    repeats: tuple[int, int, int], shift: tuple[float, float, float]
) -> None:
    plain = structure("ZnO")
    other = plain.copy()
    other.translate_sites(range(len(other)), shift)

    one, same = featurize(
        [write_cif(plain), write_cif(other * repeats)], "site_fingerprint"
    ).array()

    assert same == pytest.approx(one, abs=1e-3)


def test_a_molecule_has_no_sites_of_a_crystal() -> None:
    with pytest.raises(ArgumentError, match="crystals, not molecules"):
        featurize("CCO", "site_fingerprint")


@pytest.mark.parametrize("formula", ["Fe2O3", "SrTiO3", "LiFePO4", "Cs2AgBiBr6", "Y3Al5O12"])
def test_our_magpie_vector_is_matminers(formula: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from matminer.featurizers.composition import ElementProperty
        from pymatgen.core import Composition

        preset = ElementProperty.from_preset("magpie")
        theirs = dict(
            zip(preset.feature_labels(), preset.featurize(Composition(formula)), strict=True)
        )
    called = {"mean": "mean", "min": "minimum", "max": "maximum", "range": "range"}

    ours = featurize(formula, "magpie", ["mean", "min", "max", "range"])

    assert len(ours.names) == 88
    for name, value in zip(ours.names, ours.values[0], strict=True):
        pooling, _, column = name.partition(" ")
        expected = float(theirs[f"MagpieData {called[pooling]} {column}"])
        assert np.isclose(value, expected, rtol=1e-4, atol=1e-6), name
