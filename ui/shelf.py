"""Putting papers into a library and keeping it: ingest, papers, verify, reindex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ui.exits import Exit, tell
from ui.progress import ProgressLine
from ui.render import (
    as_json,
    console,
    paper_line,
    paper_record,
    plain,
    plural,
    print_lines,
)

if TYPE_CHECKING:
    from ingest.events import FileDone, IngestReport
    from ingest.library import Library


def ingest_folders(
    folders: list[Path],
    *,
    library: str,
    prune: bool,
    retry: bool,
    json_wanted: bool,
    bib: Sequence[Path] = (),
    online: bool | None = None,
) -> Exit:
    """Bring the library up to date with folders, saying what becomes of each file."""
    from ingest.events import FileDone, FileOutcome, Finished, IndexWritten, Scanned, Waiting

    report: IngestReport | None = None
    files: list[FileDone] = []
    out = console(stderr=json_wanted)
    opened = open_library(library, create=True, online=online)
    with opened as shelf, ProgressLine(out) as progress:
        say_where_text_goes(shelf)
        if shelf.settings.crossref.online:
            tell(f"DOIs of papers are looked up at {shelf.settings.crossref.base_url}.")
        try:
            for event in shelf.add(*folders, prune=prune, retry=retry, bib=bib):
                progress.show(event)
                if isinstance(event, FileDone):
                    files.append(event)
                    if not json_wanted and event.outcome is not FileOutcome.UNCHANGED:
                        progress.print(file_line(event))
                elif isinstance(event, Waiting):
                    tell(f"{event.holder} is writing to library {library!r}; waiting for it.")
                elif isinstance(event, Scanned):
                    for sentence in event.unreadable:
                        tell(sentence)
                elif isinstance(event, IndexWritten) and event.message:
                    tell(event.message)
                elif isinstance(event, Finished):
                    report = event.report
        except KeyboardInterrupt:
            kept = sum(file.outcome in (FileOutcome.ADDED, FileOutcome.CHANGED) for file in files)
            tell(
                f"stopped. {kept} papers of this run are kept; the same command again does the"
                " rest."
            )
            return Exit.INTERRUPTED
    assert report is not None  # Finished is the last event of every ingest
    if json_wanted:
        print(as_json(report_record(library, report, files)))
    else:
        print_lines(report_lines(library, report), out)
    return Exit.SOME_FAILED if report.failed else Exit.DONE


def file_line(file: FileDone) -> str:
    """What became of one file."""
    key = f"{file.key}  " if file.key else ""
    why = f": {file.message}" if file.message else ""
    return plain(f"{file.outcome.value:<9}  {key}{near_path(file.path)}{why}")


def near_path(path: str) -> str:
    """``path`` from the working folder on, where it lies in it."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return path


def report_lines(library: str, report: IngestReport) -> Iterator[str]:
    """An ingest's summary."""
    from ingest.events import FileOutcome

    counts = [f"{report.count(o)} {o.value}" for o in FileOutcome if report.count(o)]
    did = ", ".join(counts) or "nothing to do"
    yield f"{plural(report.n_files, 'file')} in {report.elapsed_s:.1f} s: {did}."
    embedder = report.embedder or "lexical only, see: elute doctor"
    yield (
        f"Library {library!r} holds {plural(report.n_papers, 'paper')},"
        f" {plural(report.n_pages, 'page')}, {plural(report.n_chunks, 'chunk')} ({embedder})."
    )
    if report.n_missing:
        yield (
            f"{plural(report.n_missing, 'file')} gone since; --prune retires the papers of files"
            " that are no longer there."
        )
    for note in report.notes:
        yield plain(note)


def report_record(library: str, report: IngestReport, files: list[FileDone]) -> dict[str, Any]:
    """An ingest's report as ``--json`` prints it."""
    record = report.model_dump(mode="json", exclude={"failed"})
    rows = [file.model_dump(mode="json", exclude={"kind"}) for file in files]
    return {"library": library, **record, "files": rows}


def list_papers(*, library: str, json_wanted: bool) -> Exit:
    """Print the library's papers."""
    with open_library(library) as shelf:
        papers = shelf.papers()
    if json_wanted:
        print(as_json({"library": library, "papers": [paper_record(paper) for paper in papers]}))
        return Exit.DONE
    print_lines(paper_line(paper) for paper in papers)
    if not papers:
        tell(f"library {library!r} is empty. Run: elute ingest FOLDER")
    return Exit.DONE


def remove_paper(key: str, *, library: str, yes: bool) -> Exit:
    """Take a paper out, after asking."""
    with open_library(library) as shelf:
        paper = shelf.paper(key)
        if not yes:
            typer.confirm(f"Take out {paper_line(paper)}?", abort=True)
        shelf.remove(paper.paper_id)
    other = "" if library == "default" else f" --library {library}"
    console().print(plain(f"Took out {paper.key}. Undo: elute papers restore {paper.key}{other}"))
    return Exit.DONE


def restore_paper(key: str, *, library: str) -> Exit:
    """Take a removed paper back."""
    with open_library(library) as shelf:
        paper = shelf.restore(key)
    console().print(plain(f"Took back {paper_line(paper)}"))
    return Exit.DONE


def verify_library(*, library: str, json_wanted: bool) -> Exit:
    """Print what does not fit together in the library; the exit code is 1 where something is."""
    with open_library(library) as shelf:
        report = shelf.verify()
    if json_wanted:
        print(as_json({"library": library, "ok": report.ok, **report.model_dump(mode="json")}))
    else:
        print_lines(f"- {plain(problem)}" for problem in report.problems)
        held = (
            f"{plural(report.n_papers, 'paper')}, {plural(report.n_pages, 'page')},"
            f" {plural(report.n_chunks, 'chunk')}"
        )
        verdict = "all is well" if report.ok else plural(len(report.problems), "problem")
        print_lines([f"Library {library!r}: {held}; {verdict}."])
    return Exit.DONE if report.ok else Exit.ERROR


def reindex_library(*, library: str, everything: bool) -> Exit:
    """Make chunks, vectors and search terms anew from the stored text."""
    from ingest.events import Finished, IndexWritten, Reindexed, Waiting

    report: IngestReport | None = None
    done = 0
    out = console()
    with open_library(library) as shelf, ProgressLine(out) as progress:
        say_where_text_goes(shelf)
        try:
            for event in shelf.reindex(everything=everything):
                progress.show(event)
                if isinstance(event, Reindexed):
                    done += 1
                    progress.print(plain(f"reindexed  {event.key}"))
                elif isinstance(event, Waiting):
                    tell(f"{event.holder} is writing to library {library!r}; waiting for it.")
                elif isinstance(event, IndexWritten) and event.message:
                    tell(event.message)
                elif isinstance(event, Finished):
                    report = event.report
        except KeyboardInterrupt:
            tell(f"stopped. {plural(done, 'paper')} done; the same command again does the rest.")
            return Exit.INTERRUPTED
    assert report is not None  # Finished is the last event of every reindex
    embedder = report.embedder or "lexical only, see: elute doctor"
    what = "index is as it should be" if not done else f"{plural(done, 'paper')} reindexed"
    print_lines([f"Library {library!r}: {what} ({embedder})."], out)
    return Exit.DONE


def say_where_text_goes(library: Library) -> None:
    """A notice where the embedder is elsewhere: text leaves this machine."""
    embedder = library.embedder
    if embedder is not None and embedder.destination:
        tell(f"text of papers and questions is sent to {embedder.destination} to be embedded.")


def say_where_the_model_is() -> None:
    """A notice where the chat model is elsewhere: text leaves this machine."""
    from agent.settings import Settings

    model = Settings.load().model
    if model.is_configured:
        from agent.chat import where_text_goes

        if said := where_text_goes(model):
            tell(f"{said}.")


def say_how_it_searches(library: Library) -> None:
    """A notice where the library is searched by its words alone, or by an embedder elsewhere."""
    say_where_text_goes(library)
    fingerprint = library.catalog.fingerprint()
    if library.embedder is None:
        why = library.embedder_problem or "the settings say embedder.kind 'none'."
        tell(f"lexical only: {why}")
    elif fingerprint is not None and fingerprint.embedder == "none":
        tell("lexical only: the library was made without an embedder. Run: elute reindex")


@contextmanager
def open_library(
    name: str, *, create: bool = False, online: bool | None = None
) -> Iterator[Library]:
    """The library of that name, with the settings in force; ``online`` goes before them."""
    from agent.settings import Settings
    from ingest.library import Library

    settings = Settings.load().library(name)
    if online is not None:
        crossref = settings.crossref.model_copy(update={"online": online})
        settings = settings.model_copy(update={"crossref": crossref})
    with Library.open(settings, create=create) as library:
        yield library
