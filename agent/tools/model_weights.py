"""Weights that a user fetches for models whose packages do not carry them.

They stand in the folder ``weights`` of the data folder. Nothing here fetches any: a model without
them says what is missing, who publishes it, and where to put it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from agent.tools.base import missing
from agent.tools.errors import MissingPackage, MissingWeights

__all__ = ["WEIGHTS", "ModelWeights", "package_version", "require_model", "why_no_model"]


class ModelWeights(NamedTuple):
    """What a model needs besides elute."""

    title: str
    packages: tuple[str, ...]  # import names
    files: tuple[str, ...]  # in the folder of weights; any one of them will do
    how: str  # to get them


WEIGHTS: dict[str, ModelWeights] = {
    "mace": ModelWeights(
        "MACE",
        ("torch", "mace"),
        ("mace.model",),
        "take a model such as mace-mpa-0-medium.model from the releases of the project "
        "ACEsuit/mace-foundations",
    ),
    "allegro": ModelWeights(
        "Allegro",
        ("torch", "nequip", "allegro"),
        ("allegro.nequip.pt2", "allegro.nequip.pth"),
        "take an Allegro model from nequip.net or train one, and compile it with "
        "nequip-compile --device cpu --mode aotinductor --target ase (or --mode torchscript)",
    ),
    "crystallm": ModelWeights(
        "CrystaLLM",
        ("torch", "crystallm"),
        ("crystallm.pt",),
        "take ckpt.pt out of crystallm_v1_small.tar.gz, which the project lantunes/CrystaLLM "
        "publishes on Zenodo",
    ),
    # Chemeleon's package looks for its own two files in its own folder.
    "chemeleon": ModelWeights(
        "Chemeleon",
        ("torch", "chemeleon"),
        (),
        "load the model once where there is a network: "
        "from chemeleon import Chemeleon; Chemeleon.load_general_text_model()",
    ),
}


def weights_folder() -> Path:
    """Where a user's weights stand."""
    from agent.settings import Settings

    return Settings.load().data_dir / "weights"


def why_no_model(name: str) -> str | None:
    """What the model of that name lacks and how to get it, or None when it can run."""
    told = WEIGHTS[name]
    lacking = missing(*told.packages, what=f"the model {told.title}")
    if lacking is not None:
        return lacking
    if told.files and _found(told) is None:
        return (
            f"weights missing: {told.title} is installed, its weights are not. To get them, "
            f"{told.how}; then save the file as {str(weights_folder() / told.files[0])!r}"
        )
    return None


def require_model(name: str) -> Path | None:
    """The file with the model's weights; None for a model that finds its own.

    Raises:
        MissingPackage: Its package is not installed.
        MissingWeights: Its weights are not there; the message says how to get them.
    """
    told = WEIGHTS[name]
    lacking = missing(*told.packages, what=f"the model {told.title}")
    if lacking is not None:
        raise MissingPackage(lacking)
    problem = why_no_model(name)
    if problem is not None:
        raise MissingWeights(problem)
    return _found(told)


def _found(told: ModelWeights) -> Path | None:
    folder = weights_folder()
    return next((folder / name for name in told.files if (folder / name).is_file()), None)


def package_version(name: str) -> str:
    """The installed version of a distribution; "of unknown version" where it does not say."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"


@cache
def fingerprint(path: Path) -> str:
    """First 12 hexadecimal digits of the file's SHA-256: which weights gave a number."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
