"""Folders to a library, as a stream of events: scan, read, chunk, embed, commit.

Each paper is one transaction, so the process may end at any moment: the same call again does what
is left. What is not in the catalog has not happened.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata as packages
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ingest.bib_links import BibLinks
from ingest.catalog import Catalog
from ingest.embedding import Embedder
from ingest.errors import FolderError
from ingest.events import (
    FileDone,
    FileOutcome,
    FileStarted,
    Finished,
    IngestEvent,
    IngestReport,
    Reindexed,
    Scanned,
)
from ingest.fingerprint import check_writable
from ingest.indexing import Indexer
from ingest.isolation import read_many
from ingest.keys import fold_key
from ingest.names import citation_key
from ingest.paper import ReadOutcome, ReadPaper
from ingest.run import Run
from ingest.scanning import (
    Scan,
    is_regular,
    look,
    looks_unchanged,
    place_path,
    place_text,
    scan,
    with_hash,
)
from ingest.settings import LibrarySettings, ReaderSettings
from ingest.stored import Added, FileState, FileStatus, NewPaper, Place

if TYPE_CHECKING:
    from ingest.crossref import Crossref

_WAITING_READS: Final = 16  # papers read ahead of a slow one, to keep the order of files


def reader_version(settings: ReaderSettings) -> str:
    """The readers and the limits they work under: a failed file is tried again when they change."""
    readers = ", ".join(f"{name} {packages.version(name)}" for name in ("pypdfium2", "pypdf"))
    return f"{readers}, {settings.model_dump_json()}"


class Pipeline:
    """Writes papers into one catalog; its caller holds the library's lock."""

    def __init__(
        self, catalog: Catalog, embedder: Embedder | None, settings: LibrarySettings
    ) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._settings = settings
        self._indexer = Indexer(catalog, embedder)
        self._wanted = self._indexer.fingerprint
        self._engine = reader_version(settings.reader)
        self._crossref = _open_crossref(settings)

    def ingest(
        self,
        paths: Sequence[Path | str],
        *,
        prune: bool = False,
        retry: bool = False,
        bib: Sequence[Path | str] = (),
    ) -> Iterator[IngestEvent]:
        """Bring the library up to date with folders and files.

        Args:
            paths: Folders, walked with their subfolders, and files; none: what ``bib`` links to.
            prune: Retire papers whose files are gone from these folders.
            retry: Try files again that failed before.
            bib: Lists of papers whose entries link to files.

        Raises:
            BibFileError: A list of ``bib`` cannot be read.
            FolderError: A path does not exist, or there is no paper in any.
            IndexMismatch: The library was made with another embedder or chunker.
            EmbedderError: The embedder failed; papers done before it are kept.
            LibraryReadOnly: The library cannot be written, or the disk is full.
        """
        run = Run(links=BibLinks.read(bib))
        run.notes += run.links.problems
        check_writable(self._catalog.fingerprint(), self._wanted)
        scanned = scan(paths or run.links.existing())
        known = self._catalog.files()
        gone = [text for text in known if _is_under(text, scanned.roots) and _is_gone(text)]
        if not scanned.files and not (prune and gone):
            where = ", ".join(repr(str(root)) for root in scanned.roots)
            raise FolderError(
                f"no papers in {where}: no .pdf, .txt, .md or .html file in it or its subfolders. "
                "Name a folder that holds some"
            )
        if self._catalog.fingerprint() is None:
            self._catalog.set_fingerprint(self._wanted)
        run.n_files = len(scanned.files)
        yield Scanned(n_files=run.n_files, unreadable=scanned.unreadable)
        run.notes += [f"cannot list {reason}" for reason in scanned.unreadable]
        run.notes += run.links.unmet(scanned.files)
        for event in self._indexer.catch_up():
            run.n_reindexed += isinstance(event, Reindexed)
            yield event
        yield from self._take_files(scanned, known, run, retry)
        if prune:
            yield from self._prune(gone, run)
        else:
            run.n_missing = len(gone)
        if run.kept_keys:
            run.notes.append(run.kept_keys_note())
        if self._crossref is not None:
            run.notes += self._crossref.problems
        yield Finished(report=self._report(run))

    def _report(self, run: Run) -> IngestReport:
        catalog = self._catalog
        return IngestReport(
            n_files=run.n_files,
            counts={outcome: run.counts[outcome] for outcome in FileOutcome},
            failed=tuple(run.failed),
            n_reindexed=run.n_reindexed,
            n_missing=run.n_missing,
            n_papers=len(catalog.papers()),
            n_pages=catalog.n_pages(),
            n_chunks=catalog.n_chunks(),
            embedder=self._embedder.name if self._embedder else None,
            notes=tuple(run.notes),
            elapsed_s=time.monotonic() - run.started,
        )

    # Files

    def _take_files(
        self, scanned: Scan, known: Mapping[str, FileState], run: Run, retry: bool
    ) -> Iterator[IngestEvent]:
        papers = self._catalog.paper_states()
        to_read: dict[Path, Place] = {}
        first_of: dict[str, Path] = {}  # by SHA-256, of the files still to be read
        twins: list[tuple[Path, Place]] = []  # same bytes as one that is still to be read
        touched: list[Place] = []
        for path in scanned.files:
            try:
                place, same = self._look(path, known.get(place_text(path)))
            except OSError as error:
                yield run.done(self._unreadable(path, error))
                continue
            if same is not None and place is not same.place:
                touched.append(place)
            before = known.get(place.path)
            done = self._settled(path, place, same, before, papers, scanned, retry)
            if done is not None:
                if same is not None and same.status is FileStatus.VISIBLE:
                    self._correct(path, same, run)
                yield run.done(done)
            elif place.sha256 in first_of:
                twins.append((path, place))
            else:
                to_read[path] = place
                if place.sha256 is not None:
                    first_of[place.sha256] = path
        if touched:
            self._catalog.touch(touched)
        if to_read:
            self._catalog.queue([*to_read.values(), *(place for _, place in twins)])
            yield from self._read_files(to_read, run)
        yield from self._take_twins(twins, run)

    def _look(self, path: Path, before: FileState | None) -> tuple[Place, FileState | None]:
        """What a file is now, and its state if its bytes are the same as then."""
        now = look(path)
        if before is not None and looks_unchanged(before.place, now):
            return before.place, before
        if not is_regular(path) or now.size > self._settings.reader.max_file_mb * 1024 * 1024:
            # Not opened here: the reader says what is the matter, in its own process.
            same = before is not None and (before.place.size, before.place.mtime_ns) == (
                now.size,
                now.mtime_ns,
            )
            return now, before if same else None
        now = with_hash(path, now)
        if before is not None and before.place.sha256 == now.sha256:
            return now, before
        return now, None

    def _settled(
        self,
        path: Path,
        place: Place,
        same: FileState | None,
        before: FileState | None,
        papers: Mapping[str, str],
        scanned: Scan,
        retry: bool,
    ) -> FileDone | None:
        """What became of a file that need not be read; None if it must be."""
        if same is not None and same.status in (FileStatus.VISIBLE, FileStatus.DUPLICATE):
            return FileDone(path=place.path, outcome=FileOutcome.UNCHANGED)
        if same is not None and same.status is FileStatus.FAILED:
            if retry or same.engine != self._engine:
                return None
            return FileDone(
                path=place.path,
                outcome=FileOutcome.FAILED,
                code=same.code,
                message=same.message or "",
            )
        state = papers.get(place.sha256 or "")
        if state is None or place.sha256 is None:
            return None
        if state == "removed" and path not in scanned.named:
            return FileDone(
                path=place.path,
                outcome=FileOutcome.UNCHANGED,
                message="taken out of the library before; name the file itself to have it back",
            )
        added = self._catalog.add_place(place, place.sha256)
        outcome = FileOutcome.DUPLICATE if state == "visible" else FileOutcome.ADDED
        if state == "visible" and before is not None and before.paper_id == place.sha256:
            outcome = FileOutcome.UNCHANGED  # it is again as it was before it could not be read
        if added.retired is not None:
            outcome = FileOutcome.CHANGED
        return FileDone(path=place.path, outcome=outcome, key=added.key)

    def _correct(self, path: Path, same: FileState, run: Run) -> None:
        """Bring a paper's metadata up to what is said of it by now; its key stays."""
        override = run.override(path)
        if same.paper_id is None or (override is None and self._crossref is None):
            return
        stored = self._catalog.metadata(same.paper_id)
        said = stored
        if self._crossref is not None:
            pages = self._catalog.pages(same.paper_id)
            said = self._crossref.complete(said, pages[0].text if pages else "")
        if override is not None:
            said = override.over(said)
            key = self._catalog.paper(same.paper_id).key
            if override.key and fold_key(override.key) != fold_key(key):
                run.kept_keys.append(f"{key} ({override.key} in the list)")
        said = said.model_copy(update={"first_surname": None})
        if said != stored:
            self._catalog.set_metadata(same.paper_id, said)

    def _unreadable(self, path: Path, error: OSError) -> FileDone:
        return FileDone(
            path=place_text(path),
            outcome=FileOutcome.FAILED,
            code="unreadable",
            message=f"cannot read {path.name!r}: {error.strerror}. Allow reading it",
        )

    def _read_files(self, to_read: Mapping[Path, Place], run: Run) -> Iterator[IngestEvent]:
        reads = read_many(to_read, self._settings.reader, self._settings.workers)
        for path, read in _in_order(reads, list(to_read)):
            place = to_read[path]
            try:
                now = look(path)
                changed = (now.size, now.mtime_ns) != (place.size, place.mtime_ns)
            except OSError:
                changed = True
            if changed:
                read = ReadPaper(
                    outcome=ReadOutcome.CRASHED,
                    message=f"{path.name!r} changed while it was read. Run the same command again",
                )
            if not read.outcome.is_ok:
                self._catalog.fail(place, read.outcome, read.message, self._engine)
                yield run.done(
                    FileDone(
                        path=place.path,
                        outcome=FileOutcome.FAILED,
                        code=read.outcome,
                        message=read.message,
                    )
                )
                continue
            yield FileStarted(path=place.path)
            yield from self._add(path, place, read, run)

    def _add(self, path: Path, place: Place, read: ReadPaper, run: Run) -> Iterator[IngestEvent]:
        assert place.sha256 is not None  # only what is no regular file has none, and that failed
        if self._crossref is not None:
            first = read.pages[0].text if read.pages else ""
            completed = self._crossref.complete(read.metadata, first)
            read = read.model_copy(update={"metadata": completed})
        override = run.override(path)
        if override is not None:
            read = read.model_copy(update={"metadata": override.over(read.metadata)})
        key = override.key if override is not None else None
        index = yield from self._indexer.index(place.sha256, place.path, read)
        new = NewPaper(
            paper_id=place.sha256,
            base_key=key or citation_key(read.metadata, path.name),
            read=read,
            sentences=index.sentences,
            chunks=index.chunks,
            vectors=index.vectors,
            tokens=index.tokens,
        )
        added = self._catalog.add_paper(new, place, self._wanted)
        yield run.done(
            FileDone(
                path=place.path,
                outcome=FileOutcome.CHANGED if added.retired else FileOutcome.ADDED,
                key=added.key,
            )
        )

    def _take_twins(self, twins: Sequence[tuple[Path, Place]], run: Run) -> Iterator[FileDone]:
        """Files whose bytes another file of this run had too."""
        if not twins:
            return
        papers = self._catalog.paper_states()
        failures = {done.path: done for done in run.failed}
        states = {s.place.sha256: s for s in self._catalog.files().values() if s.code}
        for path, place in twins:
            if papers.get(place.sha256 or "") == "visible" and place.sha256 is not None:
                added: Added = self._catalog.add_place(place, place.sha256)
                yield run.done(
                    FileDone(path=place.path, outcome=FileOutcome.DUPLICATE, key=added.key)
                )
                continue
            first = states.get(place.sha256)
            failure = failures.get(first.place.path) if first else None
            code = (failure.code if failure else None) or "failed"
            message = failure.message if failure else f"cannot read {path.name!r}"
            self._catalog.fail(place, code, message, self._engine)
            yield run.done(
                FileDone(path=place.path, outcome=FileOutcome.FAILED, code=code, message=message)
            )

    def _prune(self, gone: Sequence[str], run: Run) -> Iterator[FileDone]:
        for path in gone:
            for key in self._catalog.forget_files([path]) or (None,):
                yield run.done(FileDone(path=path, outcome=FileOutcome.RETIRED, key=key))

    # Indexes

    def reindex(self, *, everything: bool = False) -> Iterator[IngestEvent]:
        """Make the index anew from the papers' stored text, with the embedder in force.

        Papers whose index is as it should be are left alone, unless ``everything`` is asked for;
        so a reindex that was cut short is finished by the next one, or by the next ingest.

        Raises:
            EmbedderError: The embedder failed; papers done before it are kept.
            LibraryReadOnly: The library cannot be written, or the disk is full.
        """
        run = Run()
        catalog = self._catalog
        if catalog.fingerprint() != self._wanted:
            catalog.set_fingerprint(self._wanted)
        stale = set(catalog.stale_papers()) | set(catalog.damaged_papers())
        for paper in catalog.papers():
            if everything or paper.paper_id in stale:
                yield from self._indexer.reindex_paper(paper.paper_id)
                run.n_reindexed += 1
        yield Finished(report=self._report(run))


def _open_crossref(settings: LibrarySettings) -> Crossref | None:
    if not settings.crossref.online:
        return None
    from ingest.crossref import Crossref  # brings an HTTP client along

    return Crossref.open(settings)


def _in_order(
    reads: Iterator[tuple[Path, ReadPaper]], order: Sequence[Path]
) -> Iterator[tuple[Path, ReadPaper]]:
    """Reads in the order of files, so that twins get the same letters in every run.

    A slow file holds back at most ``_WAITING_READS`` others.
    """
    waiting: dict[Path, ReadPaper] = {}
    position = 0
    given: set[Path] = set()
    for path, read in reads:
        waiting[path] = read
        while position < len(order) and (order[position] in waiting or order[position] in given):
            if order[position] in waiting:
                yield order[position], waiting.pop(order[position])
            position += 1
        if len(waiting) > _WAITING_READS:
            for early in [p for p in order if p in waiting]:
                given.add(early)
                yield early, waiting.pop(early)
    yield from waiting.items()


def _is_under(text: str, roots: Sequence[Path]) -> bool:
    path = Path(text)
    return any(path.is_relative_to(root) for root in roots)


def _is_gone(text: str) -> bool:
    """Whether a file is certainly not there; what cannot be seen is not gone."""
    try:
        place_path(text).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
