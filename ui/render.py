"""Answers, passages and papers as text for a terminal and as JSON for other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from agent.answer import Answer
    from ingest.citation import Citation
    from ingest.paper import Paper, Passage
    from safety.substance import Verdict

# Text of papers and file names come from strangers: an escape sequence in them must not reach the
# terminal, where it could hide or rewrite what is shown. Tab and line feed are harmless.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

ANSWER_FIELDS = (
    "question", "status", "text", "planner", "model", "elapsed_s", "verdict",
    "citations", "claims", "passages", "tools", "plan", "usage", "notes",
)  # fmt: skip

VERDICT_FIELDS = ("query", "decision", "hits", "unread", "reason")
HIT_FIELDS = ("name", "list", "edition", "schedule", "jurisdiction", "citation", "how", "score")


def plain(text: str) -> str:
    """``text`` without control characters."""
    return _CONTROL.sub("\ufffd", text)


def console(*, stderr: bool = False) -> Console:
    """A console that prints what it is given: no markup, no colouring of numbers.

    Lines are wrapped to the terminal, and left whole where the output goes elsewhere.
    """
    from rich.console import Console

    out = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    out.soft_wrap = not out.is_terminal
    return out


def as_json(value: Any) -> str:
    """``value`` as one line of JSON.

    In ASCII, since a line separator or a lone surrogate out of a paper or a file name would
    break the line or the encoding for whoever reads it.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def answer_record(answer: Answer) -> dict[str, Any]:
    """An answer as ``elute ask --json`` prints it."""
    fields = answer.model_dump(mode="json", include=set(ANSWER_FIELDS))
    fields["citations"] = [citation_record(citation) for citation in answer.citations]
    if answer.verdict is not None:
        fields["verdict"] = verdict_record(answer.verdict)
    return {name: fields[name] for name in ANSWER_FIELDS}


def failed_answer_record(question: str | None, error: str) -> dict[str, Any]:
    """What stands in a batch's output for a line that could not be asked."""
    return {**dict.fromkeys(ANSWER_FIELDS), "question": question, "error": error}


def citation_record(citation: Citation) -> dict[str, Any]:
    """A citation as JSON; ``box`` is [x0, y0, x1, y1] in points, or null."""
    box = citation.box
    return {
        "key": citation.key,
        "file": citation.file,
        "page": citation.page,
        "printed_page": citation.printed_page,
        "quote": citation.quote,
        "box": [box.x0, box.y0, box.x1, box.y1] if box else None,
    }


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """A verdict as ``--json`` prints it."""
    record = verdict.model_dump(mode="json", include=set(VERDICT_FIELDS))
    hits = [{name: hit[name] for name in HIT_FIELDS} for hit in record["hits"]]
    return {**{name: record[name] for name in VERDICT_FIELDS}, "hits": hits}


def passage_record(passage: Passage) -> dict[str, Any]:
    """A passage as ``elute search --json`` prints it."""
    return {
        "rank": passage.rank,
        "score": passage.score,
        "key": passage.paper.key,
        "file": passage.paper.file,
        "page": passage.page,
        "found_by": passage.found_by,
        "text": passage.chunk.text,
    }


def paper_record(paper: Paper) -> dict[str, Any]:
    """A paper as ``elute papers --json`` prints it."""
    return {**paper.model_dump(mode="json"), "file": paper.file}


def answer_banner(answer: Answer) -> str | None:
    """What the gate says beside an answer on a substance that a list blocks.

    What is only watched, or found by a doubtful spelling, is in the JSON and the log, not here:
    a note on every solvent would be read by nobody.
    """
    verdict = answer.verdict
    if verdict is None or not any(hit.level.value == "block" for hit in verdict.hits):
        return None
    return verdict.reason if verdict.decision.value == "warn" else None


def answer_lines(answer: Answer) -> Iterable[str]:
    """An answer as a reader sees it: prose, quotes, references; "" between the parts."""
    from agent.answer import AnswerStatus

    banner = answer_banner(answer)
    if banner:
        yield f"Note: {plain(banner)}"
        yield ""
    for one in answer.notes:
        yield f"Note: {plain(one)}"
    if answer.notes:
        yield ""
    yield plain(answer.text)
    if answer.model is not None:
        yield ""
        yield plain(model_line(answer))
    if answer.status is AnswerStatus.NO_EVIDENCE and answer.unused:
        yield ""
        yield "Nearest passages, not used:"
        for evidence in answer.unused:
            yield from citation_lines(evidence.citation)
    if answer.citations:
        yield ""
        yield "Quotes"
        for citation in answer.citations:
            yield from citation_lines(citation)
    if answer.references:
        yield ""
        yield "References"
        for line in answer.reference_lines():
            yield "  " + plain(line)


def model_line(answer: Answer) -> str:
    """Which model wrote an answer, and what that took."""
    used = answer.usage
    if used is None:
        return f"Written with {answer.model}."
    cost = f", cost {used.cost:.4g}" if used.cost is not None else ""
    tokens = f"{used.tokens_in + used.tokens_out:,} tokens"
    return f"Written with {answer.model}: {plural(used.calls, 'call')}, {tokens}{cost}."


def citation_lines(citation: Citation) -> Iterable[str]:
    """Where a quote stands, and the quote."""
    yield plain(f"  {citation_place(citation)}")
    yield plain(f"    “{one_line(citation.quote)}”")


def citation_place(citation: Citation) -> str:
    """Key, page of the PDF, printed page where it differs, and file."""
    printed = citation.printed_page
    label = f", printed {printed}" if printed and printed != str(citation.page) else ""
    return f"{citation.key} page {citation.page}{label} · {citation.file}"


def passage_lines(passage: Passage) -> Iterable[str]:
    """A found passage: place, how it was found, and its text in one piece."""
    yield plain(
        f"{passage.rank:>3}. {passage.paper.key} page {passage.page} · {passage.paper.file}"
        f"  ({passage.found_by}, {passage.score:.3f})"
    )
    yield plain(f"     {one_line(passage.chunk.text, 300)}")


def paper_line(paper: Paper) -> str:
    """A paper in one line: key, title, authors, year, pages, file."""
    authors = ", ".join(paper.authors[:3]) + (", et al." if len(paper.authors) > 3 else "")
    made = ", ".join(str(part) for part in (authors, paper.year) if part)
    pages = plural(paper.page_count, "page")
    return plain(
        one_line(f"{paper.key}: {paper.title or '(no title found)'}")
        + (f". {made}" if made else "")
        + f". {pages} · {paper.file}"
    )


def plural(count: int, noun: str) -> str:
    """``1 paper``, ``2,000 papers``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def one_line(text: str, limit: int | None = None) -> str:
    """``text`` with white space folded, cut at a word after ``limit`` characters."""
    folded = " ".join(text.split())
    if limit is None or len(folded) <= limit:
        return folded
    return folded[:limit].rsplit(" ", 1)[0] + " …"


def print_lines(lines: Iterable[str], out: Console | None = None) -> None:
    """Print lines; on a terminal, wrapped ones keep their indentation."""
    out = out or console()
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if not out.is_terminal or not indent or indent > out.width // 3:
            out.print(line)
            continue
        from rich.padding import Padding

        out.print(Padding(line.strip(), (0, 0, 0, indent), expand=False))


# Every sign that Markdown or Streamlit's directives (":red[...]", "$...$") could take as theirs.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=^])")


def verbatim_markdown(text: str) -> str:
    """Markdown that shows ``text`` letter by letter."""
    return _MARKDOWN.sub(r"\\\1", plain(text))
