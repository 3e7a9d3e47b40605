"""Models whose weights come from elsewhere, with stand-ins for their packages' interfaces.

The stand-ins have the signatures of mace-torch 0.3.16, nequip 0.19.1, chemeleon 0.1.3 and the
functions that crystallm's own scripts call.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ase import Atoms
from ase.calculators.lj import LennardJones
from pymatgen.core import Lattice, Structure

from agent.tools import crystal_models, force_fields, registry
from agent.tools.crystal import write_cif
from agent.tools.crystal_energies import crystal_energy
from agent.tools.crystal_generation import generate_crystals
from agent.tools.errors import MissingPackage, MissingWeights

NACL = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3])

Install = Callable[..., ModuleType]


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ELUTE_DATA_DIR", str(tmp_path))
    (tmp_path / "weights").mkdir()
    force_fields._loaded.cache_clear()
    yield tmp_path / "weights"
    force_fields._loaded.cache_clear()


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a stand-in for a module where an import finds it."""

    def put(name: str, **held: Any) -> ModuleType:
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=True)
        module.__dict__.update(held)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return put


@pytest.fixture
def torch(install: Install) -> ModuleType:
    return install(
        "torch",
        get_num_threads=lambda: 1,
        set_num_threads=lambda n: None,
        manual_seed=lambda seed: None,
        no_grad=contextlib.nullcontext,
        long=int,
        tensor=lambda ids, dtype, device: _Ids(ids),
        load=lambda path, map_location, weights_only: {
            "model_args": {"n_layer": 2},
            "model": {"_orig_mod.w": 1.0},
        },
    )


class _Ids(list[Any]):
    """As much of a tensor as the sampling script uses."""

    def __getitem__(self, key: Any) -> Any:
        return _Ids([list(self)]) if isinstance(key, tuple) else super().__getitem__(key)


def test_mace_without_its_package_is_told_with_the_pip_install() -> None:
    if importlib.util.find_spec("mace"):
        pytest.skip("mace-torch is installed here")
    with pytest.raises(MissingPackage, match="pip install"):
        crystal_energy(write_cif(NACL), model="mace")


def test_a_model_without_weights_says_so_and_how_to_get_them(
    weights: Path, install: Install, torch: ModuleType
) -> None:
    install("mace")

    with pytest.raises(MissingWeights, match=r"weights missing.*mace-mpa-0-medium\.model") as told:
        force_fields.force_field("mace")
    failed = registry.reply("crystal_energy", {"structure": write_cif(NACL), "model": "mace"})

    assert str(weights / "mace.model") in str(told.value)
    assert not force_fields.has_force_field("mace")
    assert isinstance(failed, registry.ToolFailure)
    assert failed.kind == "missing_package"


def test_mace_gives_energies_with_the_weights_that_gave_them(
    weights: Path, install: Install, torch: ModuleType
) -> None:
    def mace_mp(
        model: Any = None, device: str = "", default_dtype: str = "float32", **kwargs: Any
    ) -> LennardJones:
        assert Path(model).read_bytes() == b"weights"
        assert (device, default_dtype, kwargs) == ("cpu", "float64", {})
        return LennardJones(sigma=2.5, rc=4.0)

    install("mace")
    install("mace.calculators", mace_mp=mace_mp)
    (weights / "mace.model").write_bytes(b"weights")

    made = crystal_energy(write_cif(NACL), model="mace")

    atoms = Atoms(
        [str(site.specie) for site in NACL],
        cell=NACL.lattice.matrix,
        scaled_positions=NACL.frac_coords,
        pbc=True,
        calculator=LennardJones(sigma=2.5, rc=4.0),
    )
    assert made.energy.value == pytest.approx(atoms.get_potential_energy() / 8, rel=1e-6)
    assert made.energy.source.startswith("MACE (package mace-torch")
    assert f"SHA-256 {sha256(b'weights').hexdigest()[:12]}" in made.energy.source


def test_allegro_is_loaded_as_a_compiled_model_of_nequip(
    weights: Path, install: Install, torch: ModuleType
) -> None:
    asked = []

    class NequIPCalculator(LennardJones):  # type: ignore[misc]
        @classmethod
        def from_compiled_model(
            cls, compile_path: Any, device: Any = "cpu", **kwargs: Any
        ) -> NequIPCalculator:
            asked.append((Path(compile_path).name, device, kwargs))
            return cls(sigma=2.5, rc=4.0)

    install("nequip")
    install("allegro")
    install("nequip.ase", NequIPCalculator=NequIPCalculator)
    (weights / "allegro.nequip.pt2").write_bytes(b"weights")

    field = force_fields.force_field("allegro")

    assert asked == [("allegro.nequip.pt2", "cpu", {})]
    assert len(field.energies([NACL, NACL])) == 2
    assert field.source.startswith("Allegro")


def test_chemeleon_without_its_weights_is_not_let_fetch_them(
    weights: Path, install: Install, torch: ModuleType
) -> None:
    install("chemeleon", Chemeleon=None)
    install(
        "chemeleon.constants",
        PATH_CHEMELEON_GENERAL_TEXT=str(weights / "chemeleon.ckpt"),
        PATH_CLIP_GENERAL_TEXT=str(weights / "clip.ckpt"),
    )

    with pytest.raises(MissingWeights, match=r"weights missing.*load_general_text_model"):
        generate_crystals("Na Cl", source="chemeleon", ranking="rules")


def test_chemeleon_reads_the_prompt_and_its_crystals_are_judged_like_others(
    weights: Path, install: Install, torch: ModuleType
) -> None:
    asked = []

    def sample(text_input: str, n_atoms: int, n_samples: int) -> list[Atoms]:
        asked.append((text_input, n_atoms, n_samples))
        salt = Atoms(
            [str(site.specie) for site in NACL],
            cell=NACL.lattice.matrix,
            scaled_positions=NACL.frac_coords,
            pbc=True,
        )
        other = salt.copy()
        other.symbols[:] = "Fe"
        return [salt, other]

    for name in ("chemeleon.ckpt", "clip.ckpt"):
        (weights / name).write_bytes(b"weights")
    install(
        "chemeleon",
        Chemeleon=SimpleNamespace(load_general_text_model=lambda: SimpleNamespace(sample=sample)),
    )
    install(
        "chemeleon.constants",
        PATH_CHEMELEON_GENERAL_TEXT=str(weights / "chemeleon.ckpt"),
        PATH_CLIP_GENERAL_TEXT=str(weights / "clip.ckpt"),
    )

    made = generate_crystals("Na Cl", n_atoms=8, n=2, source="chemeleon", ranking="rules")

    assert asked == [("Na Cl", 8, 2)]
    (crystal,) = made.crystals
    assert (crystal.crystal.formula, crystal.crystal.space_group_number) == ("NaCl", 225)
    assert crystal.crystal.a == pytest.approx(5.64)
    assert crystal.origin == "made by chemeleon"
    assert any("1 had another composition" in warning for warning in made.warnings)
    assert made.sources[0].startswith("Chemeleon")


def test_crystallm_begins_with_composition_and_space_group_and_broken_texts_are_counted(
    weights: Path, install: Install, torch: ModuleType
) -> None:
    prompts = []
    texts = iter([write_cif(NACL), "no crystal at all"])

    class CIFTokenizer:
        def tokenize_cif(self, text: str) -> list[str]:
            prompts.append(text)
            return list(text)

        def encode(self, tokens: list[str]) -> list[int]:
            return [ord(token) for token in tokens]

        def decode(self, ids: list[int]) -> str:
            assert ids
            return next(texts)

    class GPT:
        def __init__(self, config: Any) -> None:
            assert config.n_layer == 2

        def load_state_dict(self, state: dict[str, float]) -> None:
            assert state == {"w": 1.0}

        def eval(self) -> None: ...

        def generate(self, ids: Any, n: int, temperature: float, top_k: int) -> Any:
            return [SimpleNamespace(tolist=lambda: ids[0])]

    install(
        "crystallm",
        GPT=GPT,
        GPTConfig=lambda **given: SimpleNamespace(**given),
        CIFTokenizer=CIFTokenizer,
        get_atomic_props_block=lambda composition, oxi=False: "loop_\n _atom_type_symbol\n",
        extract_space_group_symbol=lambda cif: "P 1",
        replace_symmetry_operators=lambda cif, symbol: cif,
        remove_atom_props_block=lambda cif: cif,
    )
    (weights / "crystallm.pt").write_bytes(b"weights")

    made = generate_crystals(
        "NaCl", n=2, n_atoms=8, source="crystallm", space_group="Fm-3m", ranking="rules"
    )

    assert prompts == [
        "data_Na4Cl4\nloop_\n_atom_type_symbol\n\n_symmetry_space_group_name_H-M Fm-3m\n"
    ]
    assert [one.crystal.formula for one in made.crystals] == ["NaCl"]
    assert any("1 of 2 samples were no crystal" in warning for warning in made.warnings)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"composition": "Ti O", "source": "crystallm"}, "needs a formula"),
        ({"composition": "TiO2", "source": "chemeleon", "space_group": "Pnma"}, "no space group"),
        ({"composition": "TiO2", "space_group": "Pnma"}, "for source crystallm"),
        ({"composition": "TiO2", "source": "crystallm", "n_atoms": 2}, "one TiO2 has 3"),
    ],
)
def test_what_a_model_cannot_take_gets_a_sentence(arguments: dict[str, Any], said: str) -> None:
    failed = registry.reply("generate_crystals", {**arguments, "ranking": "rules"})

    assert isinstance(failed, registry.ToolFailure)
    assert said in failed.message


def test_a_prompt_without_a_space_group_leaves_it_to_the_model() -> None:
    prompt = crystal_models.crystallm_prompt({"O": 2, "Ti": 1}, n_atoms=6, space_group=None)

    assert prompt == "data_Ti2O4\n"
