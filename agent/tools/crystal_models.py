"""Chemeleon and CrystaLLM as sources of crystals for `generate_crystals`.

What they give goes through the same checks, force field, gate and report as everything else.
Source: H. Park et al., Nat. Commun. 16, 4869 (2025); L. M. Antunes et al., Nat. Commun. 15, 10570
(2024).
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from agent.tools.errors import ArgumentError, MissingWeights, ToolFailed
from agent.tools.force_fields import quiet
from agent.tools.model_weights import (
    WEIGHTS,
    fingerprint,
    package_version,
    require_model,
)

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["CrystalModelName", "OfModel", "Sampled", "crystals_of_model", "sample_crystals"]

CrystalModelName = Literal["chemeleon", "crystallm"]

DEFAULT_ATOMS = 12  # in the cell, where nothing is said
_MAX_TOKENS = 3000  # of a CIF, as in CrystaLLM's own script
_TEMPERATURE = 0.8
_TOP_K = 10


class Sampled(NamedTuple):
    """What a model gave."""

    structures: tuple[Structure, ...]
    n_unread: int  # texts that are no crystal
    source: str


class OfModel(NamedTuple):
    """Crystals of a model that have what was asked for, by composition."""

    given: Mapping[tuple[tuple[str, int], ...], Sequence[tuple[Structure, str]]]
    source: str
    notes: tuple[str, ...]


def crystals_of_model(
    name: CrystalModelName,
    text: str,
    wanted: Sequence[str] | Mapping[str, int],
    *,
    n_atoms: int | None,
    n: int,
    space_group: str | None,
    seed: int,
) -> OfModel:
    """What a model made, without the crystals of other elements or of another formula.

    Args:
        name: The model.
        text: The composition as it was asked for.
        wanted: The elements, or the reduced formula's amounts.
        n_atoms: Atoms in the cell.
        n: How many are sampled.
        space_group: For CrystaLLM.
        seed: Start of the random numbers.

    Raises:
        MissingPackage: The model's package or its weights are not there.
        ArgumentError: The model cannot take this, or the formula does not fit into the cell.
        ToolFailed: Nothing that it made has the composition.
    """
    counts = dict(wanted) if isinstance(wanted, Mapping) else None
    size = n_atoms or DEFAULT_ATOMS
    if counts is not None:
        per_unit = sum(counts.values())
        if n_atoms is not None and n_atoms < per_unit:
            raise ArgumentError("n_atoms", f"n_atoms is {n_atoms}; one {text} has {per_unit}")
        size = max(1, size // per_unit) * per_unit
    made = sample_crystals(
        name, text, counts, n_atoms=size, n=n, space_group=space_group, seed=seed
    )
    given: dict[tuple[tuple[str, int], ...], list[tuple[Structure, str]]] = {}
    for structure in made.structures:
        amounts = {
            symbol: round(amount)
            for symbol, amount in structure.composition.get_el_amt_dict().items()
        }
        divisor = math.gcd(*amounts.values())
        own = {symbol: amount // divisor for symbol, amount in amounts.items()}
        if own == counts if counts is not None else set(own) <= set(wanted):
            given.setdefault(tuple(sorted(own.items())), []).append((structure, name))
    n_other = len(made.structures) - sum(map(len, given.values()))
    if not given:
        raise ToolFailed(
            f"{name} gave no crystal of {text}: {made.n_unread} of {n} were no crystal and "
            f"{n_other} had another composition. Ask for more, or use source search"
        )
    notes = []
    if made.n_unread or n_other:
        notes.append(
            f"{made.n_unread} of {n} samples were no crystal, {n_other} had another composition"
        )
    return OfModel(given, made.source, tuple(notes))


def sample_crystals(
    name: CrystalModelName,
    prompt: str,
    counts: Mapping[str, int] | None,
    *,
    n_atoms: int,
    n: int,
    space_group: str | None,
    seed: int,
) -> Sampled:
    """Crystals by a model.

    Args:
        name: The model.
        prompt: What Chemeleon reads: elements such as "Ti O S", a formula, or a sentence.
        counts: A formula's amounts, which CrystaLLM needs.
        n_atoms: Atoms in the cell; whole formulas, as many as fit, for CrystaLLM.
        n: How many.
        space_group: Hermann-Mauguin symbol that CrystaLLM begins with.
        seed: Start of the random numbers.

    Raises:
        MissingPackage: The model's package is not installed.
        MissingWeights: Its weights are not there.
        ArgumentError: The model cannot take this.
    """
    if name == "chemeleon":
        if space_group is not None:
            raise ArgumentError("space_group", "Chemeleon takes no space group; leave it out")
        return _by_chemeleon(prompt, n_atoms=n_atoms, n=n, seed=seed)
    if counts is None:
        raise ArgumentError(
            "composition", "CrystaLLM needs a formula such as TiO2, not a list of elements"
        )
    return _by_crystallm(counts, n_atoms=n_atoms, n=n, space_group=space_group, seed=seed)


def _by_chemeleon(prompt: str, *, n_atoms: int, n: int, seed: int) -> Sampled:
    """By ``Chemeleon.sample`` (package chemeleon, as of 0.1.3)."""
    require_model("chemeleon")
    import torch
    from pymatgen.io.ase import AseAtomsAdaptor

    with quiet():
        from chemeleon import Chemeleon
        from chemeleon.constants import PATH_CHEMELEON_GENERAL_TEXT, PATH_CLIP_GENERAL_TEXT

        # The package would fetch them by itself; elute sends and fetches nothing unasked.
        lacking = [
            path
            for path in (PATH_CHEMELEON_GENERAL_TEXT, PATH_CLIP_GENERAL_TEXT)
            if not Path(path).is_file()
        ]
        if lacking:
            raise MissingWeights(
                "weights missing: Chemeleon is installed, its weights are not "
                f"({', '.join(Path(path).name for path in lacking)}). To get them, "
                f"{WEIGHTS['chemeleon'].how}"
            )
        torch.manual_seed(seed)
        model = Chemeleon.load_general_text_model()
        atoms = model.sample(prompt, n_atoms, n)
    return Sampled(
        structures=tuple(AseAtomsAdaptor.get_structure(one) for one in atoms),
        n_unread=0,
        source=f"Chemeleon (package chemeleon {package_version('chemeleon')}, general text model; "
        "H. Park et al., Nat. Commun. 16, 4869 (2025))",
    )


def _by_crystallm(
    counts: Mapping[str, int], *, n_atoms: int, n: int, space_group: str | None, seed: int
) -> Sampled:
    """By ``GPT.generate`` and the CIF functions of crystallm, which is on no package registry."""
    path = require_model("crystallm")
    assert path is not None
    import torch
    from crystallm import GPT, CIFTokenizer, GPTConfig

    with quiet():
        # Numbers and names only: a pickle that would run code is refused.
        held = torch.load(str(path), map_location="cpu", weights_only=True)
        model = GPT(GPTConfig(**held["model_args"]))
        model.load_state_dict(
            {key.removeprefix("_orig_mod."): value for key, value in held["model"].items()}
        )
        model.eval()
        tokenizer = CIFTokenizer()
        prompt = crystallm_prompt(counts, n_atoms=n_atoms, space_group=space_group)
        start = torch.tensor(
            tokenizer.encode(tokenizer.tokenize_cif(prompt)), dtype=torch.long, device="cpu"
        )[None, ...]
        torch.manual_seed(seed)
        with torch.no_grad():
            texts = [
                tokenizer.decode(
                    model.generate(start, _MAX_TOKENS, temperature=_TEMPERATURE, top_k=_TOP_K)[
                        0
                    ].tolist()
                )
                for _ in range(n)
            ]
    read = [one for one in map(_read, texts) if one is not None]
    return Sampled(
        structures=tuple(read),
        n_unread=len(texts) - len(read),
        source=f"CrystaLLM (weights {path.name}, SHA-256 {fingerprint(path)}; "
        "L. M. Antunes et al., Nat. Commun. 15, 10570 (2024))",
    )


def crystallm_prompt(counts: Mapping[str, int], *, n_atoms: int, space_group: str | None) -> str:
    """How a CIF begins that CrystaLLM goes on with.

    Args:
        counts: The formula's amounts.
        n_atoms: Whole formulas are put into the cell while they fit, at least one.
        space_group: Hermann-Mauguin symbol, or None to leave it to the model.
    """
    from pymatgen.core import Composition

    units = max(1, n_atoms // sum(counts.values()))
    # Sorted by electronegativity without blanks, as the model saw it in training.
    cell = Composition({symbol: n * units for symbol, n in counts.items()})
    written = cell.formula.replace(" ", "")
    if space_group is None:
        return f"data_{written}\n"
    from crystallm import get_atomic_props_block

    block = get_atomic_props_block(cell)
    text = f"data_{written}\n{block}\n_symmetry_space_group_name_H-M {space_group}\n"
    return re.sub(r"^[ \t]+|[ \t]+$", "", text, flags=re.MULTILINE)


def _read(cif: str) -> Any:
    """The structure of a generated CIF, its symmetry written out, or None where it is none."""
    from crystallm import (
        extract_space_group_symbol,
        remove_atom_props_block,
        replace_symmetry_operators,
    )
    from pymatgen.core import Structure

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symbol = extract_space_group_symbol(cif)
            if symbol not in (None, "P 1"):
                cif = replace_symmetry_operators(cif, symbol)
            made = Structure.from_str(remove_atom_props_block(cif), fmt="cif")
        except Exception:  # crystallm raises plain Exception, and a model may write anything
            return None
    return made if made.is_ordered and len(made) else None
