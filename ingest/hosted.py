"""Vectors from any endpoint that speaks OpenAI's embeddings API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EmbedderError
from ingest.settings import EmbedderSettings
from ingest.vectors import unit_rows

if TYPE_CHECKING:
    from openai import OpenAI

_OPENAI_DIMENSIONS: Final = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}


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
        matrix = unit_rows(np.concatenate(batches))
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
