"""An answer as a file: Markdown with its quotes, or its references as a bibliography; tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent.answer import Answer, AnswerStatus
from agent.errors import ExportError
from agent.literature.comparison import CompareRow, Comparison
from ingest.bibliography import SUFFIXES, bibliography
from ingest.citation import Citation

MARKDOWN_SUFFIXES: Final = (".md", ".markdown")
KNOWN_SUFFIXES: Final = (*MARKDOWN_SUFFIXES, *SUFFIXES)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Signs that Markdown takes as its own anywhere, and those that begin a block at a line's start.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_BLOCK = re.compile(r"^(\d*)([-+.)](?=\s|$)|[-=](?=[-=]*$))")


def export_answer(answer: Answer, path: Path) -> str:
    """``answer`` in the form that the suffix of ``path`` names.

    ``.md`` is the answer with its quotes; ``.bib``, ``.ris`` and ``.json`` (CSL-JSON) are the
    papers it cites.

    Raises:
        ExportError: The suffix names no known form, or the answer was refused.
    """
    check_exportable(path)
    if answer.status is AnswerStatus.REFUSED:
        raise ExportError(f"nothing was written to {str(path)!r}: the request was refused")
    suffix = path.suffix.lower()
    if suffix in MARKDOWN_SUFFIXES:
        return answer_markdown(answer)
    return bibliography(answer.references, SUFFIXES[suffix])


def check_exportable(path: Path) -> None:
    """Say at once where an answer cannot be written in the form that ``path`` asks for.

    Raises:
        ExportError: Its suffix names no known form.
    """
    if path.suffix.lower() not in KNOWN_SUFFIXES:
        raise ExportError(
            f"cannot tell the form of {str(path)!r} by its suffix. Name a file that ends in"
            f" {', '.join(KNOWN_SUFFIXES)}"
        )


def answer_markdown(answer: Answer) -> str:
    """``answer`` with every quote under it, its page, and the list of references.

    What stands in the papers is shown letter by letter: no sign of a quote is taken for Markdown.
    """
    return "\n".join(_lines(answer)) + "\n"


def _lines(answer: Answer) -> Iterator[str]:
    yield f"# {markdown(answer.question)}"
    yield ""
    for line in answer.text.splitlines():
        yield markdown(line)
    if answer.citations:
        yield from ("", "## Quotes")
        for citation in answer.citations:
            yield from _quote(citation)
    if answer.status is AnswerStatus.NO_EVIDENCE and answer.unused:
        yield from ("", "## Nearest passages, not used")
        for evidence in answer.unused:
            yield from _quote(evidence.citation)
    if answer.references:
        yield from ("", "## References", "")
        for line in answer.reference_lines():
            yield f"- {markdown(line)}"


COLUMNS: Final = (
    "property", "material", "condition", "value", "low", "high", "unit", "printed", "key", "page",
    "printed_page", "file", "quote", "disagrees_with",
)  # fmt: skip


def comparison_csv(comparison: Comparison) -> str:
    """The table of a comparison as CSV with a header, for a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for row, others in _with_others(comparison):
        citation = row.citation
        cells = (
            row.property, row.material, row.condition, f"{row.value:.6g}", f"{row.low:.6g}",
            f"{row.high:.6g}", row.unit, row.printed, citation.key, citation.page,
            citation.printed_page or "", citation.file, citation.quote, " ".join(others),
        )  # fmt: skip
        rows.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: object) -> object:
    """A spreadsheet would run text that begins like a formula; a blank before it keeps it text."""
    if isinstance(value, str):
        text = _CONTROL.sub("\ufffd", value)
        return f" {text}" if re.match(r"[=+@]|-(?!\d)", text) else text
    return value


def comparison_markdown(comparison: Comparison) -> str:
    """The table of a comparison, the disagreements and the quotes of both sides, as Markdown."""
    return "\n".join(_comparison_lines(comparison)) + "\n"


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    yield f"# {markdown(comparison.question)}"
    yield ""
    yield markdown(comparison.text)
    if not comparison.rows:
        return
    yield ""
    yield "| property | material | condition | value | page | disagrees with |"
    yield "|---|---|---|---|---|---|"
    for row, others in _with_others(comparison):
        cells = (row.property, row.material, row.condition, row.printed, str(row.citation)[1:-1])
        yield f"| {' | '.join(map(markdown, (*cells, ', '.join(others))))} |"
    for one in comparison.disagreements:
        yield from ("", f"## {markdown(f'{one.property} of {one.material}')}: two values")
        for index in (one.first, one.second):
            yield from _quote(comparison.rows[index].citation)
    yield from ("", "## Quotes")
    for citation in dict.fromkeys(row.citation for row in comparison.rows):
        yield from _quote(citation)


def _with_others(comparison: Comparison) -> Iterator[tuple[CompareRow, list[str]]]:
    """Each row with the keys of the papers that it disagrees with."""
    others: dict[int, list[str]] = {}
    for one in comparison.disagreements:
        for mine, theirs in ((one.first, one.second), (one.second, one.first)):
            others.setdefault(mine, []).append(comparison.rows[theirs].citation.key)
    for index, row in enumerate(comparison.rows):
        yield row, others.get(index, [])


def _quote(citation: Citation) -> Iterator[str]:
    printed = citation.printed_page
    label = f", printed {printed}" if printed and printed != str(citation.page) else ""
    yield ""
    place = markdown(f"{citation.key} page {citation.page}{label}")
    yield f"**{place}** ({markdown(citation.file)})"
    yield ""
    yield f"> “{markdown(citation.quote)}”"


def markdown(text: str) -> str:
    """One line of Markdown that shows ``text`` letter by letter."""
    line = " ".join(_CONTROL.sub("\ufffd", text).split())
    return _BLOCK.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", line))
