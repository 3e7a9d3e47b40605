"""What an index was made with; indexes made in two ways are never mixed."""

from __future__ import annotations

from typing import Final

from ingest.chunking import CHUNKER
from ingest.embedding import Embedder
from ingest.errors import IndexMismatch
from ingest.stored import Fingerprint
from ingest.terms import TERMS
from ingest.tokens import TOKENS, TokenEmbedder

LEXICAL: Final = "none"  # the embedder's name where there is none


def wanted_fingerprint(embedder: Embedder | None) -> Fingerprint:
    """What an index made now, with this embedder, is made with."""
    name, dimension = (embedder.name, embedder.dimension) if embedder else (LEXICAL, 0)
    tokens = TOKENS if isinstance(embedder, TokenEmbedder) else ""
    return Fingerprint(
        embedder=name, dimension=dimension, chunker=CHUNKER, terms=TERMS, tokens=tokens
    )


def check_writable(found: Fingerprint | None, wanted: Fingerprint) -> None:
    """Refuse to add papers to an index that was made otherwise.

    Raises:
        IndexMismatch: ``found`` is another than ``wanted``.
    """
    if found is None or found == wanted:
        return
    if (found.embedder, found.dimension) != (wanted.embedder, wanted.dimension):
        raise _other_embedder(found, wanted.embedder, wanted.dimension)
    raise _earlier(found)


def check_readable(found: Fingerprint | None, embedder: Embedder | None) -> None:
    """Refuse to search an index with another embedder's vectors or other terms.

    A library without vectors, and any library where there is no embedder, is searched by its
    words alone.

    Raises:
        IndexMismatch: The index was made otherwise.
    """
    if found is None:
        return
    if found.terms != TERMS:
        raise _earlier(found)
    if embedder is None or found.embedder == LEXICAL:
        return
    if (found.embedder, found.dimension) != (embedder.name, embedder.dimension):
        raise _other_embedder(found, embedder.name, embedder.dimension)


def _other_embedder(found: Fingerprint, name: str, dimension: int) -> IndexMismatch:
    return IndexMismatch(
        f"index was built with embedder {found.embedder!r} ({found.dimension}), settings say "
        f"{name!r} ({dimension}). Run: elute reindex"
    )


def _earlier(found: Fingerprint) -> IndexMismatch:
    return IndexMismatch(
        f"index was built by another version of elute (chunks {found.chunker!r}, terms "
        f"{found.terms!r}; this one makes {CHUNKER!r}, {TERMS!r}). Run: elute reindex"
    )
