"""A library: papers taken from folders, kept in one catalog, searched and cited."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ingest.catalog import Catalog
from ingest.embedding import Embedder, open_embedder
from ingest.errors import EmbedderError, LibraryMissing, PaperNotFound
from ingest.events import Finished, IndexWritten, IngestEvent, VerifyReport, Waiting
from ingest.fingerprint import check_readable
from ingest.index import VectorIndex
from ingest.keys import fold_key
from ingest.lock import WriteLock
from ingest.paper import Chunk, Paper, Passage
from ingest.retrieval import Retriever
from ingest.scanning import look, place_path, with_hash
from ingest.settings import LibrarySettings
from ingest.stored import FileStatus

if TYPE_CHECKING:
    from ingest.documents import LibraryRetriever

CHECKED_FILES = "embedder.json"  # in the data folder: which model files were found unaltered


class Library:
    """A library of papers.

    Safe for several threads, and for several processes: one writes at a time, readers see whole
    papers or nothing. Use it as a context manager, or ``close`` it.

        with Library.open() as library:
            for event in library.add("papers"):
                ...
            passages = library.search("What limits the conductivity of LLZO?")
    """

    def __init__(self, settings: LibrarySettings, embedder: Embedder | None = None) -> None:
        self.settings = settings
        self.catalog = Catalog(settings.folder / "catalog.db", fold_key)
        self._lock = WriteLock(settings.folder / "writer.lock")
        self._guard = threading.RLock()
        self._retriever: Retriever | None = None
        self._opened_index: tuple[int, VectorIndex] | None = None
        self._embedder = embedder
        self._embedder_tried = embedder is not None
        self._embedder_problem: str | None = None

    @classmethod
    def open(
        cls,
        settings: LibrarySettings | str = "default",
        *,
        data_dir: Path | str | None = None,
        create: bool = True,
        embedder: Embedder | None = None,
    ) -> Self:
        """Open a library, by its settings or by name.

        Args:
            settings: All settings, or the library's name.
            data_dir: Where libraries lie, if a name is given; None: the user's data folder.
            create: Make it if it does not exist.
            embedder: One of your own, instead of what the settings name.

        Raises:
            LibraryMissing: It does not exist and ``create`` is false.
            LibraryDamaged: Its catalog cannot be read.
            LibraryReadOnly: It does not exist and cannot be made.
        """
        if isinstance(settings, str):
            if data_dir is None:
                import platformdirs

                data_dir = platformdirs.user_data_path("elute", appauthor=False)
            folder = Path(data_dir).expanduser().absolute()
            settings = LibrarySettings(data_dir=folder, name=settings)
        if not create and not (settings.folder / "catalog.db").is_file():
            there = library_names(settings.data_dir)
            raise LibraryMissing(
                f"there is no library {settings.name!r} in {str(settings.data_dir)!r}. "
                + (f"There are: {', '.join(there)}" if there else "Run: elute ingest FOLDER")
            )
        return cls(settings, embedder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the catalog and the index."""
        with self._guard:
            if self._opened_index is not None:
                self._opened_index[1].close()
                self._opened_index = None
        self.catalog.close()

    # Embedder

    @property
    def embedder(self) -> Embedder | None:
        """What makes vectors; None where the library is lexical only."""
        with self._guard:
            if not self._embedder_tried:
                wanted = self.settings.embedder
                try:
                    self._embedder = open_embedder(wanted, self.settings.data_dir / CHECKED_FILES)
                except EmbedderError as error:
                    if wanted.kind != "packaged" or wanted.folder is not None:
                        raise  # asked for by name: not replaced in silence
                    self._embedder_problem = str(error)
                self._embedder_tried = True
            return self._embedder

    @property
    def embedder_problem(self) -> str | None:
        """Why there is no embedder, where one was wanted."""
        return self._embedder_problem if self.embedder is None else None

    # Writing

    def add(
        self,
        *paths: Path | str,
        prune: bool = False,
        retry: bool = False,
        bib: Sequence[Path | str] = (),
    ) -> Iterator[IngestEvent]:
        """Bring the library up to date with folders and files; yields what happens.

        Args:
            *paths: Folders, walked with their subfolders, and files. None: the files that the
                lists of ``bib`` link to.
            prune: Retire papers whose files are gone from these folders.
            retry: Try files again that failed before.
            bib: BibTeX exports of a reference manager whose entries link to files; keys and
                metadata are taken from them.

        Raises:
            BibFileError: A list of ``bib`` cannot be read.
            FolderError: A path does not exist, or there is no paper in any.
            IndexMismatch: The library was made with another embedder or chunker.
            EmbedderError: The embedder failed; papers done before it are kept.
            LibraryLocked: Another process writes for longer than ``settings.lock_wait_s``.
            LibraryReadOnly: The library cannot be written, or the disk is full.
        """
        from ingest.pipeline import Pipeline

        yield from self._wait_for_lock()
        try:
            pipeline = Pipeline(self.catalog, self.embedder, self.settings)
            events = pipeline.ingest(paths, prune=prune, retry=retry, bib=bib)
            yield from self._mirroring(events)
        finally:
            self._lock.release()

    def reindex(self, *, everything: bool = False) -> Iterator[IngestEvent]:
        """Make chunks, vectors and search terms anew with the embedder that the settings name.

        From the stored text; no file is read again. Chroma is written anew.

        Args:
            everything: Also what is as it should be.

        Raises:
            EmbedderError: The embedder failed; papers done before it are kept.
            LibraryLocked: Another process writes for longer than ``settings.lock_wait_s``.
            LibraryReadOnly: The library cannot be written, or the disk is full.
        """
        from ingest.pipeline import Pipeline

        yield from self._wait_for_lock()
        try:
            pipeline = Pipeline(self.catalog, self.embedder, self.settings)
            yield from self._mirroring(pipeline.reindex(everything=everything), anew=True)
        finally:
            self._lock.release()

    def _mirroring(
        self, events: Iterator[IngestEvent], *, anew: bool = False
    ) -> Iterator[IngestEvent]:
        """``events``, with Chroma brought up to date before the last of them."""
        for event in events:
            if isinstance(event, Finished):
                done = self._mirror(anew=anew)
                if done is not None and (done.n_written or done.n_deleted or done.message):
                    yield done
                    notes = (*event.report.notes, *filter(None, (done.message,)))
                    report = event.report.model_copy(update={"notes": notes})
                    event = Finished(report=report)
            yield event

    def _mirror(self, *, anew: bool = False) -> IndexWritten | None:
        """Bring Chroma up to date with the catalog; None where it is switched off."""
        if self.settings.index.chroma == "off":
            return None
        from ingest.chroma import ChromaMirror

        done = ChromaMirror(self.catalog, self.settings).sync(anew=anew)
        return IndexWritten(
            n_written=done.n_written, n_deleted=done.n_deleted, message=done.message
        )

    def add_folder(self, folder: Path | str) -> Iterator[IngestEvent]:
        """`add` with one folder."""
        return self.add(folder)

    def _wait_for_lock(self) -> Iterator[IngestEvent]:
        for holder in self._lock.acquire(self.settings.lock_wait_s):
            yield Waiting(holder=str(holder or "another process"))

    def remove(self, key_or_id: str) -> Paper:
        """Take a paper out of the library; ``restore`` undoes it.

        The file is not touched, and ingesting its folder does not bring the paper back.

        Raises:
            PaperNotFound: There is none with that citation key or id.
        """
        with self._lock.held(self.settings.lock_wait_s):
            paper = self.catalog.paper(key_or_id)
            self.catalog.remove(paper.paper_id)
            self._mirror()
        return paper

    def restore(self, key_or_id: str) -> Paper:
        """Bring a removed paper back, with its citation key.

        Raises:
            PaperNotFound: No paper of that citation key or id was removed.
        """
        with self._lock.held(self.settings.lock_wait_s):
            paper_id = self.catalog.retired(key_or_id)
            if paper_id is None:
                raise PaperNotFound(f"no paper {key_or_id!r} was taken out of the library")
            self.catalog.restore(paper_id)
            if paper_id in self.catalog.stale_papers():  # the index was made anew meanwhile
                from ingest.indexing import Indexer

                for _ in Indexer(self.catalog, self.embedder).catch_up():
                    continue
            self._mirror()
        return self.catalog.paper(paper_id)

    # Reading

    def papers(self) -> tuple[Paper, ...]:
        """The papers in the order they came."""
        return self.catalog.papers()

    def paper(self, key_or_id: str) -> Paper:
        """The paper with this citation key or id.

        Raises:
            PaperNotFound: There is none.
        """
        return self.catalog.paper(key_or_id)

    @property
    def retriever(self) -> Retriever:
        """Searches the library; reads it again when it has changed.

        Raises:
            IndexMismatch: The library was made with another embedder, or its terms by an earlier
                elute.
        """
        embedder = self.embedder
        check_readable(self.catalog.fingerprint(), embedder)
        with self._guard:
            if self._retriever is None:
                self._retriever = Retriever(self.catalog, embedder)
            return self._retriever

    def search(self, question: str, limit: int = 10) -> list[Passage]:
        """The passages that bear on ``question``, best first.

        Raises:
            QueryError: It is empty or too long.
            IndexMismatch: The library was made with another embedder than the settings name.
        """
        return self.retriever.search(question, limit)

    def as_retriever(self, limit: int = 10) -> LibraryRetriever:
        """A LangChain retriever over this library: its passages as documents, best first.

        Args:
            limit: At most so many documents.
        """
        from ingest.documents import LibraryRetriever

        return LibraryRetriever(search=self.search, limit=limit)

    def nearest(
        self, text: str, limit: int = 10, *, papers: Collection[str] | None = None
    ) -> list[Passage]:
        """The chunks nearest in meaning to ``text``, best first; words are not looked at.

        Through the index that the settings name: exact, or Chroma for very large libraries.

        Args:
            text: A question, or any other text.
            limit: At most so many.
            papers: Ids of the papers to look in; None: all.

        Raises:
            IndexMismatch: The library was made with another embedder than the settings name.
        """
        embedder = self.embedder
        check_readable(self.catalog.fingerprint(), embedder)
        if embedder is None or not self.catalog.n_vectors("chunk"):
            return []
        vector = embedder.embed([text])[0]
        by_id = {paper.paper_id: paper for paper in self.papers()}
        passages: list[Passage] = []
        chunks: dict[str, tuple[Chunk, ...]] = {}
        for hit in self._index().search(vector, limit, papers):
            if hit.paper_id not in by_id:  # it left the library this very moment
                continue
            if hit.paper_id not in chunks:
                chunks[hit.paper_id] = self.catalog.chunks(hit.paper_id)
            chunk = chunks[hit.paper_id][hit.ordinal]
            passages.append(
                Passage(
                    chunk=chunk,
                    paper=by_id[hit.paper_id],
                    page=chunk.pages.first,
                    score=hit.score,
                    rank=len(passages) + 1,
                    found_by="dense",
                )
            )
        return passages

    def _index(self) -> VectorIndex:
        """The index of the catalog's present generation."""
        from ingest.chroma import open_index

        with self._guard:
            generation = self.catalog.generation()
            if self._opened_index is None or self._opened_index[0] != generation:
                if self._opened_index is not None:
                    self._opened_index[1].close()
                self._opened_index = (generation, open_index(self.catalog, self.settings))
            return self._opened_index[1]

    def verify(self) -> VerifyReport:
        """Check everything: the catalog, vectors, search terms, Chroma, the papers' files."""
        problems = [f"{problem}. Run: elute reindex" for problem in self.catalog.problems()]
        n_stale = len(self.catalog.stale_papers())
        if n_stale:
            problems.append(
                f"{n_stale} papers were indexed otherwise than the rest. Run: elute reindex"
            )
        if self.settings.index.chroma != "off":
            from ingest.chroma import ChromaMirror

            problems += ChromaMirror(self.catalog, self.settings).problems()
        problems += self._file_problems()
        return VerifyReport(
            n_papers=len(self.papers()),
            n_pages=self.catalog.n_pages(),
            n_chunks=self.catalog.n_chunks(),
            problems=tuple(problems),
        )

    def _file_problems(self) -> Iterator[str]:
        for text, state in sorted(self.catalog.files().items()):
            if state.status is FileStatus.FAILED and state.paper_id is not None:
                yield f"{text!r} has changed and fails ({state.message}); its old text is kept"
            if state.status not in (FileStatus.VISIBLE, FileStatus.DUPLICATE):
                continue
            path = place_path(text)
            try:
                now = with_hash(path, look(path))
            except FileNotFoundError:
                yield f"{text!r} is gone. Put it back, or run: elute ingest --prune its folder"
                continue
            except OSError as error:
                yield f"{text!r} cannot be read: {error.strerror}. Allow reading it"
                continue
            if now.sha256 != state.place.sha256:
                yield f"{text!r} has changed since. Ingest its folder again"


def library_names(data_dir: Path) -> tuple[str, ...]:
    """Names of the libraries in a data folder."""
    return tuple(sorted(p.parent.name for p in data_dir.glob("libraries/*/catalog.db")))
