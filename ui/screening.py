"""`elute screen`, `elute lists` and `elute audit`: the gate, without a library or a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ui.batch import BatchLine, open_batch, read_batch, readable
from ui.exits import BatchError, Exit, tell
from ui.render import (
    VERDICT_FIELDS,
    as_json,
    console,
    one_line,
    plain,
    plural,
    print_lines,
    verdict_record,
)

if TYPE_CHECKING:
    from rich.console import Console

    from safety.substance import Verdict

_AT_ONCE = 64  # lines of a batch screened between two prints


def screen_text(text: str, *, json_wanted: bool) -> Exit:
    """Screen one text; the exit code is 3 where a listed substance is in it."""
    from safety import screen

    verdict = screen(readable(text))
    if json_wanted:
        print(as_json(verdict_record(verdict)))
    else:
        print_lines(verdict_lines(verdict))
    return Exit.LISTED if is_listed(verdict) else Exit.DONE


def screen_batch(path: Path, *, json_wanted: bool) -> Exit:
    """Screen every line of a file: its ``query``, or as a request in words its ``prompt``."""
    failed = asked = 0
    listed = False
    lines = read_batch(open_batch(path), "query", "prompt")
    while group := list(islice(lines, _AT_ONCE)):
        asked += len(group)
        for line, verdict in zip(group, _decide(group), strict=True):
            failed += verdict is None
            listed = listed or (verdict is not None and is_listed(verdict))
            _print_batch_verdict(line, verdict, json_wanted=json_wanted)
    if not asked:
        raise BatchError(f"{str(path)!r} holds no lines. Write one JSON object a line")
    if failed:
        tell(f"{failed} of {asked} lines could not be read; each has its 'error' in the output.")
        return Exit.ERROR
    return Exit.LISTED if listed else Exit.DONE


def screen_file(path: Path, *, json_wanted: bool) -> Exit:
    """Screen a library of structures, one SMILES a line with a name behind it.

    Prints the lines that are listed or cannot be read, and counts all.
    """
    from safety import screen_each

    rows = list(_smiles_rows(path))
    if not rows:
        raise BatchError(f"{str(path)!r} holds no lines. Write one SMILES a line")
    counts: Counter[str] = Counter()
    out = console()
    verdicts = map(as_structure, screen_each(smiles for _, smiles, _ in rows))
    for (number, _, name), verdict in zip(_shown(rows, out), verdicts, strict=True):
        counts[verdict.decision.value] += 1
        if json_wanted:
            print(as_json({"line": number, "id": name or number, **verdict_record(verdict)}))
        elif is_listed(verdict):
            out.print(plain(f"line {number}{f' ({name})' if name else ''}"))
            print_lines(verdict_lines(verdict), out)
    summary = ", ".join(f"{counts[word]:,} {word}" for word in ("block", "warn", "allow"))
    said = f"{plural(len(rows), 'structure')}: {summary}."
    if json_wanted:
        tell(said)
    else:
        out.print(said)
    return Exit.LISTED if counts["block"] + counts["warn"] else Exit.DONE


def show_lists(*, json_wanted: bool) -> Exit:
    """Print which lists are screened against, how new they are and how much of each is covered."""
    from safety import list_summaries
    from safety.lists import user_folder

    lists = list_summaries()
    if json_wanted:
        print(as_json({"lists": [info.model_dump(mode="json") for info in lists]}))
        return Exit.DONE
    width = max(len(info.id) for info in lists)
    for info in lists:
        print_lines(
            [
                plain(f"{info.id:<{width}}  {info.title}"),
                plain(
                    f"{'':<{width}}  {info.jurisdiction}; {info.citation}; edition {info.edition};"
                    f" {info.n_covered:,} of {info.n_regulation:,} entries covered"
                ),
            ]
        )
    print_lines([f"{plural(len(lists), 'list')}. Your own are read from {user_folder()}"])
    return Exit.DONE


def verify_log(path: Path | None, *, json_wanted: bool) -> Exit:
    """Check that nothing in the gate's log was changed, left out or put in."""
    from agent.session import AUDIT_FILE
    from agent.settings import Settings
    from safety import verify_audit

    report = verify_audit(path or Settings.load().data_dir / AUDIT_FILE)
    if json_wanted:
        print(as_json(report.model_dump(mode="json")))
    else:
        torn = f", {plural(report.n_torn, 'line')} torn by a crash" if report.n_torn else ""
        found = "whole" if report.ok else f"broken at line {report.broken_at}: {report.reason}"
        print_lines([plain(f"{report.path}: {plural(report.n_records, 'record')}{torn}; {found}.")])
    return Exit.DONE if report.ok else Exit.ERROR


def is_listed(verdict: Verdict) -> bool:
    """Whether the verdict is more than a free pass."""
    from safety.substance import Decision

    return verdict.decision is not Decision.ALLOW


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """A verdict as a reader sees it: the decision, then each list and how it matched."""
    yield plain(f"{verdict.decision.value:<5}  {one_line(verdict.query, 100)}")
    for hit in verdict.hits:
        sure = "" if hit.score == 1 else f" {hit.score:.2f}"
        yield plain(
            f"       {hit.name}: {hit.list} {hit.schedule} ({hit.jurisdiction}; {hit.citation};"
            f" edition {hit.edition}), by {hit.how}{sure}"
        )
    for part in verdict.unread:
        yield plain(f"       not readable: {one_line(part, 100)}")
    if verdict.reason and not verdict.hits:
        yield plain(f"       {verdict.reason}")


def as_structure(verdict: Verdict) -> Verdict:
    """The verdict on a text that claims to be a structure: one that is none is not free to pass."""
    from safety.errors import StructureError
    from safety.molecule import read_smiles
    from safety.substance import Decision

    if is_listed(verdict):
        return verdict
    try:
        read_smiles(verdict.query)
    except StructureError as error:
        changes = {"decision": Decision.WARN, "unread": (verdict.query,), "reason": str(error)}
        return verdict.model_copy(update=changes)
    return verdict


def _decide(lines: list[BatchLine]) -> Iterator[Verdict | None]:
    """A verdict for each line that could be read, requests in words by the gate."""
    from safety import check_requests, screen_many

    good = [line for line in lines if line.error is None]
    queries = iter(screen_many([line.text for line in good if line.field == "query"]))
    prompts = iter(check_requests([line.text for line in good if line.field == "prompt"]))
    for line in lines:
        if line.error is not None:
            yield None
        else:
            yield next(queries if line.field == "query" else prompts)


def _print_batch_verdict(line: BatchLine, verdict: Verdict | None, *, json_wanted: bool) -> None:
    if verdict is None:
        record = {"id": line.id, "line": line.number, **dict.fromkeys(VERDICT_FIELDS)}
        text = [plain(line.error or "")]
        record["error"] = line.error
    else:
        record = {"id": line.id, **verdict_record(verdict)}
        text = list(verdict_lines(verdict))
    if json_wanted:
        print(as_json(record), flush=True)
    else:
        print_lines([f"[{line.id if line.id is not None else f'line {line.number}'}]", *text])


def _smiles_rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Number, SMILES and name of each line that is not blank."""
    for number, raw in enumerate(open_batch(path), start=1):
        parts = raw.decode("utf-8", "replace").split(maxsplit=1)
        if parts:
            yield number, parts[0], parts[1].strip() if len(parts) > 1 else ""


def _shown(rows: list[tuple[int, str, str]], out: Console) -> Iterable[tuple[int, str, str]]:
    """The rows, with a bar on a terminal."""
    if not out.is_terminal:
        return rows
    from rich.progress import track

    return track(rows, description="screening", console=out, transient=True)
