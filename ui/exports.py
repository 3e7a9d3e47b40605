"""Files for others: an answer, its bundle, a bibliography; and a bundle checked again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ui.exits import Exit, OutputExists, tell
from ui.render import (
    as_json,
    citation_lines,
    citation_record,
    one_line,
    plain,
    plural,
    print_lines,
    verdict_record,
)

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.literature.claims import Closeness
    from agent.literature.comparison import Comparison
    from agent.rechecking import BundleCheck
    from ingest.library import Library


def check_targets(export: Path | None, bundle: Path | None) -> None:
    """Say what cannot be written before any work is done.

    Raises:
        ExportError: The suffix of ``export`` names no known form.
        OutputExists: One of the files is there already.
    """
    if export is not None:
        from agent.exports import check_exportable

        check_exportable(export)
    for path in (export, bundle):
        if path is not None and path.exists():
            raise OutputExists(f"{str(path)!r} is there already. Name another file, or move it")


def write_answer(
    answer: Answer, library: Library, *, export: Path | None, bundle: Path | None
) -> None:
    """Write the files that were asked for; of a refused request there are none."""
    from agent.answer import AnswerStatus

    if answer.status is AnswerStatus.REFUSED:
        if export is not None or bundle is not None:
            tell("no file was written: the request was refused.")
        return
    if export is not None:
        from agent.exports import export_answer

        _write(export, export_answer(answer, export))
    if bundle is not None:
        from agent.bundle import bundle_answer

        _write(bundle, bundle_answer(answer, library).dumps())


def compare(
    request: str, *, library: str, form: str, output: Path | None, json_wanted: bool
) -> Exit:
    """Print what the papers say of a property of materials, side by side, or write it to a file."""
    from agent.exports import comparison_csv, comparison_markdown
    from agent.session import checked_question
    from ui.ask import exit_of_status, open_session
    from ui.batch import readable

    request = checked_question(readable(request))
    check_targets(None, output)
    if output is not None and form == "text":
        form = {".csv": "csv"}.get(output.suffix.lower(), "markdown")
    with open_session(library) as session:
        found = session.compare(request)
    if json_wanted:
        record = found.model_dump(mode="json")
        for row, one in zip(record["rows"], found.rows, strict=True):
            row["citation"] = citation_record(one.citation)
        record["verdict"] = verdict_record(found.verdict) if found.verdict else None
        print(as_json(record))
    elif output is not None and found.rows:
        _write(output, comparison_csv(found) if form == "csv" else comparison_markdown(found))
        print_lines([plain(found.text)])
    elif form == "csv" and found.rows:
        print(plain(comparison_csv(found)), end="")
    elif form == "markdown" and found.rows:
        print(plain(comparison_markdown(found)), end="")
    else:
        print_lines(_comparison_lines(found))
    return exit_of_status(found.status)


def _comparison_lines(found: Comparison) -> Iterator[str]:
    yield plain(found.text)
    for number, row in enumerate(found.rows):
        flagged = any(number in (one.first, one.second) for one in found.disagreements)
        yield ""
        state = f" ({row.condition})" if row.condition else ""
        mark = "  <- disagrees" if flagged else ""
        yield plain(f"{row.property}, {row.material}{state}: {row.printed}{mark}")
        yield from citation_lines(row.citation)


def export_papers(keys: Sequence[str], *, library: str, form: str, output: Path | None) -> Exit:
    """Print papers of a library as a bibliography, or write it to a file; no keys: all papers."""
    from ingest.bibliography import BibliographyFormat, bibliography
    from ui.shelf import open_library

    check_targets(None, output)
    with open_library(library) as shelf:
        papers = [shelf.paper(key) for key in keys] if keys else shelf.papers()
    text = bibliography(papers, BibliographyFormat(form))
    if output is None:
        print(plain(text), end="")
    else:
        _write(output, text)
    if not papers:
        tell(f"library {library!r} is empty. Run: elute ingest FOLDER")
    return Exit.DONE


def verify_answer(path: Path, *, folders: list[Path], library: str, json_wanted: bool) -> Exit:
    """Check a bundle again; the exit code is 1 where the answer does not stand as given."""
    from agent.bundle import read_bundle
    from agent.rechecking import recheck
    from agent.settings import Settings

    bundle = read_bundle(path)
    settings = Settings.load()
    check = recheck(
        bundle,
        places=_places(library),
        folders=[*folders, path.absolute().parent],
        reader=settings.reader,
        closeness=_closeness(library) if bundle.model is not None else None,
    )
    if json_wanted:
        print(as_json({"file": str(path), **check.model_dump(mode="json")}))
    else:
        print_lines(_check_lines(path, check))
    return Exit.DONE if check.ok else Exit.ERROR


def _write(path: Path, text: str) -> None:
    # Lone surrogates, as names of files may hold them, are no UTF-8.
    path.write_text(text.encode("utf-8", "replace").decode("utf-8"), encoding="utf-8", newline="\n")
    tell(f"wrote {str(path)!r}.")


def _places(library: str) -> dict[str, tuple[str, ...]]:
    """Where the library's papers lie, by their hash; empty where there is no such library."""
    from ingest.errors import IngestError
    from ui.shelf import open_library

    try:
        with open_library(library) as shelf:
            return {paper.paper_id: paper.paths for paper in shelf.papers()}
    except IngestError:
        return {}  # a bundle is checked on machines that hold its papers only


def _closeness(library: str) -> Closeness:
    """Closeness in meaning by the packaged embedder, opened when it is first asked for."""
    from agent.settings import Settings
    from ingest.embedding import Embedder, open_embedder
    from ingest.errors import EmbedderError
    from ingest.settings import EmbedderSettings

    opened: list[Embedder | None] = []
    folder = Settings.load().library(library).embedder.folder

    def close(left: str, right: str) -> float:
        if not opened:
            try:
                opened.append(open_embedder(EmbedderSettings(folder=folder)))
            except EmbedderError:
                opened.append(None)
        if opened[0] is None:
            return 0.0
        one, other = opened[0].embed([left, right])
        return float(one @ other)

    return close


def _check_lines(path: Path, check: BundleCheck) -> Iterator[str]:
    if not check.intact:
        yield f"- {plain(str(path))} was changed after it was written: its digest does not fit"
    for paper in check.papers:
        why = f": {paper.why}" if paper.why else ""
        yield plain(f"{paper.state.value:<8}  {paper.key}  {paper.file}{why}")
    for quote in check.quotes:
        where = f" (page {quote.found_on} now)" if quote.state.value == "on another page" else ""
        yield plain(f"- {quote.state.value}{where}: {quote.key} page {quote.page}")
        yield plain(f"    “{one_line(quote.quote, 120)}”")
    for claim in check.claims:
        if not claim.stands:
            now = "" if claim.now is claim.was else f", is {claim.now.value} now"
            yield plain(f"- claim was {claim.was.value}{now}: {claim.why}")
            yield plain(f"    {one_line(claim.text, 120)}")
    yield from map(plain, check.notes)
    counted = (
        f"{plural(len(check.papers), 'paper')}, {plural(len(check.quotes), 'quote')},"
        f" {plural(len(check.claims), 'claim')}"
    )
    yield f"{counted}: {'the answer stands' if check.ok else 'the answer does not stand as given'}."
