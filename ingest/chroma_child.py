"""The process that opens Chroma: a damaged index can end it by a signal, and then only it ends.

It reads one JSON object a line from stdin and answers each with one on stdout. Importing chromadb
costs a second of CPU, another reason why the process that asks never does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from ingest.catalog import Catalog
from ingest.coprocess import conversing
from ingest.paper import Chunk, Paper
from ingest.record import Record
from ingest.telemetry import refuse_telemetry

MAX_BATCH: Final = 5461  # Chroma's own limit of one upsert
_GB: Final = 1 << 30


class Where(Record):
    """A collection: in a folder, or on a server."""

    folder: str | None
    url: str | None
    collection: str


class Write(Record):
    """Papers that Chroma should hold, and papers whose chunks it should drop."""

    where: Where
    catalog: str  # path of catalog.db
    upsert: tuple[str, ...]  # ids of papers
    delete: tuple[str, ...]
    token: str  # marks the collection as written for this catalog
    create: bool  # drop what is there, and begin anew


class Query(Record):
    """A question's vector."""

    where: Where
    vector: tuple[float, ...]
    limit: int
    papers: tuple[str, ...] | None


class List(Record):
    """Asks which chunks there are."""

    where: Where


class Hits(Record):
    """The nearest chunks as (paper's id, ordinal, cosine)."""

    hits: tuple[tuple[str, int, float], ...]


class Held(Record):
    """What a collection holds."""

    token: str | None
    count: int
    ids: tuple[str, ...] = ()


class Failure(Record):
    """What Chroma had to say."""

    error: str


Request = Write | Query | List
_REQUESTS: Final[TypeAdapter[Request]] = TypeAdapter(Request)


def serve(requests: Iterable[str], answers: IO[str]) -> None:
    """Answer requests until there are no more."""
    collections: dict[Where, Any] = {}
    for line in requests:
        try:
            answer = _answer(_REQUESTS.validate_json(line), collections)
        except Exception as error:  # a front door: Chroma raises whatever its parts raise
            answer = Failure(error=f"{type(error).__name__}: {error}"[:500])
        answers.write(answer.model_dump_json() + "\n")
        answers.flush()


def _answer(request: Request, collections: dict[Where, Any]) -> Record:
    if isinstance(request, Write):
        return write(request)
    if request.where not in collections:
        collections[request.where] = open_client(request.where).get_collection(
            request.where.collection, embedding_function=None
        )
    collection = collections[request.where]
    if isinstance(request, List):
        ids = tuple(collection.get(include=[])["ids"])
        return Held(token=_token(collection), count=collection.count(), ids=ids)
    found = collection.query(
        query_embeddings=[list(request.vector)],
        n_results=request.limit,
        where=None if request.papers is None else {"paper_id": {"$in": list(request.papers)}},
        include=["metadatas", "distances"],
    )
    return Hits(
        hits=tuple(
            (str(meta["paper_id"]), int(meta["ordinal"]), 1.0 - float(distance))
            for meta, distance in zip(found["metadatas"][0], found["distances"][0], strict=True)
        )
    )


def open_client(where: Where) -> Any:
    """A client of Chroma that sends nothing to anybody but a server that was named."""
    refuse_telemetry()
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if where.url is None:
        return chromadb.PersistentClient(path=str(where.folder), settings=settings)
    url = urlsplit(where.url)
    secure = url.scheme == "https"
    return chromadb.HttpClient(
        host=url.hostname or "127.0.0.1",
        port=url.port or (443 if secure else 8000),
        ssl=secure,
        settings=settings,
    )


def write(request: Write) -> Held:
    """Make a collection hold the papers it should."""
    client = open_client(request.where)
    name = request.where.collection
    if request.create:
        with suppress(Exception):  # there may be none; its error differs between client and server
            client.delete_collection(name)
    collection = client.get_or_create_collection(
        name,
        # Chroma's default distance is l2.
        configuration={"hnsw": {"space": "cosine"}},
        metadata={"elute": request.token},
        embedding_function=None,
    )
    for paper_id in request.delete:
        collection.delete(where={"paper_id": paper_id})
    catalog = Catalog(Path(request.catalog), str.casefold)
    try:
        for batch in _batches(catalog, request.upsert):
            # Not add: it passes over ids that are there already.
            collection.upsert(**batch)
    finally:
        catalog.close()
    return Held(token=_token(collection), count=collection.count())


def _token(collection: Any) -> str | None:
    return (collection.metadata or {}).get("elute")


def _batches(catalog: Catalog, paper_ids: tuple[str, ...]) -> Iterator[dict[str, list[Any]]]:
    """What upsert takes, of whole papers as long as they fit."""
    batch: dict[str, list[Any]] = {}
    for paper_id in paper_ids:
        with catalog.snapshot():
            paper = catalog.paper(paper_id)
            chunks = catalog.chunks(paper_id)
            vectors = catalog.paper_vectors(paper_id, "chunk")
        if vectors is None:
            continue
        for chunk in chunks:
            if len(batch.get("ids", ())) == MAX_BATCH:
                yield batch
                batch = {}
            for name, value in (
                ("ids", chunk.chunk_id),
                ("embeddings", vectors[chunk.ordinal]),
                ("documents", chunk.text),
                ("metadatas", chunk_metadata(chunk, paper)),
            ):
                batch.setdefault(name, []).append(value)
    if batch:
        yield batch


def chunk_metadata(chunk: Chunk, paper: Paper) -> dict[str, str | int]:
    """What other programs find beside a chunk; what is not known is left out."""
    known: dict[str, str | int | None] = {
        "paper_id": chunk.paper_id,
        "ordinal": chunk.ordinal,
        "key": paper.key,
        "file": paper.file,
        "page": chunk.pages.first,
        "last_page": chunk.pages.last,
        "start": chunk.start,
        "end": chunk.end,
        "section": chunk.section,
        "title": paper.title,
        "year": paper.year,
        "doi": paper.doi,
    }
    return {name: value for name, value in known.items() if value is not None}


def main() -> None:
    """Serve the process that started this one; limits first."""
    if sys.platform != "win32":
        import resource

        # After a kill in the middle of an insert one index grew a (sparse) file to 10 TB and took
        # down every process that opened it (chroma#7510).
        limit = 256 * _GB
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        if hard == resource.RLIM_INFINITY or hard > limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(*conversing())
