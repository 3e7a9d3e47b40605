"""Silence on questions made from papers, and on public sets whose answers were taken out.

    python -m benchmarks.silence                     the example papers
    python -m benchmarks.silence --corpus PATH       PATH/papers
    python -m benchmarks.silence --sets PATH         PATH/*/corpus.jsonl

**Made** questions ask for a property of a thing, such as "What band gap does CsPbI3 have?". With an
answer: a sentence tells the property with a value, and it or one of the two before names the thing.
Without one, a near miss each: the thing with a property that its paper never names ("other
property"), the thing with one that the paper tells only far from it ("elsewhere"), and the property
with a thing of another paper ("other thing"). Papers that no rule was made on say more than these
questions, which know a property by the same words as the rule.

**Left out**: of a public set's questions, half lose the texts that answer them. Nothing about those
sets was known to the rule. What an answer is silent on, of the half with its texts, is lost.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from agent import Session
from agent.literature.asked import Thing, stands_in, tells, things_in
from agent.literature.properties import PROPERTIES, Property
from agent.tools.substance_keys import substance_keys
from benchmarks.literature import EXAMPLES
from benchmarks.statistics import Cell, bootstrap_interval, ratio
from benchmarks.systems import ingest_folder
from ingest import Library
from ingest.terms import fold_text

SEED: Final = 7
FAR: Final = 6  # sentences between a property and a thing that are not told together
A_PAPER: Final = 8  # questions of each kind at most
TEMPLATES: Final = (
    "What {property} does {thing} have?",
    "What is the {property} of {thing}?",
    "Which {property} is reported for {thing}?",
    "What value of the {property} was found for {thing}?",
)


@dataclass(frozen=True)
class Made:
    """A made question."""

    text: str
    kind: str
    answerable: bool


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.silence",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder with papers/")
    parser.add_argument("--sets", type=Path, help="a folder of public sets")
    parser.add_argument("--keep", type=Path, help="keep libraries in this folder, use them again")
    parser.add_argument("--failures", action="store_true", help="list what was not right")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="elute-bench-") as temporary:
        data_dir = options.keep or Path(temporary)
        if options.sets:
            for path in sorted(options.sets.glob("*/corpus.jsonl")):
                print(_left_out(path.parent, data_dir))
        if options.corpus or not options.sets:
            papers = options.corpus / "papers" if options.corpus else EXAMPLES / "papers"
            name = "corpus" if options.corpus else "examples"
            with ingest_folder(papers, data_dir / name) as library:
                print(_measure(library, list(make(library)), failures=options.failures))
    return 0


def make(library: Library) -> Iterator[Made]:
    """Questions with an answer and near misses, the same for the same papers."""
    chance = random.Random(SEED)
    shelf = library.retriever.shelf
    sentences: dict[str, list[str]] = {}
    for paper in shelf.papers:
        span = shelf.spans[paper.paper_id]
        rows = [row for row in range(span.start, span.stop) if shelf.quotable[row]]
        sentences[paper.paper_id] = [shelf.sentence(row)[2] for row in rows]
    whole = {paper_id: "\n".join(texts) for paper_id, texts in sentences.items()}
    named = {paper_id: _things(texts) for paper_id, texts in sentences.items()}
    for paper in shelf.papers:
        texts, things = sentences[paper.paper_id], named[paper.paper_id]
        if not things:
            continue
        told = {each.name: _rows(each, texts) for each in PROPERTIES}
        pairs = [
            (each, thing)
            for each in PROPERTIES
            for thing in things
            if any(
                _valued(each, texts[row]) and _before(thing, texts, row) for row in told[each.name]
            )
        ]
        asked = chance.sample(pairs, min(A_PAPER, len(pairs)))
        for each, thing in asked:
            yield Made(_words(chance, each, thing), "told", True)
        untold = [each for each in PROPERTIES if not told[each.name]]
        for _ in range(min(A_PAPER, len(asked))):
            yield Made(
                _words(chance, chance.choice(untold), chance.choice(things)),
                "other property",
                False,
            )
        apart = [
            (each, thing)
            for each in PROPERTIES
            for thing in things
            if told[each.name]
            and all(abs(a - b) > FAR for a in told[each.name] for b in _named(thing, texts))
        ]
        for each, thing in chance.sample(apart, min(A_PAPER, len(apart))):
            yield Made(_words(chance, each, thing), "elsewhere", False)
        others = [
            thing
            for other, theirs in named.items()
            for thing in theirs
            if other != paper.paper_id and not _mentioned(thing, whole[paper.paper_id])
        ]
        for each, _ in asked:
            thing = chance.choice(others)
            if not any(
                _rows(each, texts) and _mentioned(thing, whole[other])
                for other, texts in sentences.items()
            ):
                yield Made(_words(chance, each, thing), "other thing", False)


def _things(texts: Sequence[str]) -> list[str]:
    """Formulae, codes and compounds that at least two sentences name."""
    counts: dict[str, int] = {}
    for text in texts:
        for thing in {each.text for each in things_in(text, substance_keys) if _is_sure(each)}:
            counts[thing] = counts.get(thing, 0) + 1
    return sorted(thing for thing, count in counts.items() if count > 1)


def _is_sure(thing: Thing) -> bool:
    """Whether it is a compound or a code with a number, not an element or any proper name."""
    if thing.name is not None:
        return not thing.name.element and thing.text[0].isalnum()
    return any(map(str.isdigit, thing.text)) and any(map(str.isupper, thing.text))


def _rows(wanted: Property, texts: Sequence[str]) -> list[int]:
    return [row for row, text in enumerate(texts) if tells(wanted, text)]


def _valued(wanted: Property, text: str) -> bool:
    named = wanted.asked.search(fold_text(text)) is not None
    return named and wanted.value is not None and wanted.value.search(text) is not None


def _before(thing: str, texts: Sequence[str], row: int) -> bool:
    return any(thing in text for text in texts[max(0, row - 2) : row + 1])


def _named(thing: str, texts: Sequence[str]) -> list[int]:
    return [row for row, text in enumerate(texts) if _mentioned(thing, text)]


def _mentioned(thing: str, text: str) -> bool:
    return thing in text or any(
        stands_in(each, text, substance_keys) for each in things_in(thing, substance_keys)
    )


def _words(chance: random.Random, wanted: Property, thing: str) -> str:
    return chance.choice(TEMPLATES).format(property=wanted.name, thing=thing)


def _measure(library: Library, questions: Sequence[Made], *, failures: bool) -> str:
    silent = [Session(library).answer(each.text).status != "answered" for each in questions]
    lines = ["", "| questions | number | silent on | 95 % interval |", "|---|---|---|---|"]
    for kind in dict.fromkeys(each.kind for each in questions):
        cells: list[Cell] = [
            (float(mute), 1.0)
            for each, mute in zip(questions, silent, strict=True)
            if each.kind == kind
        ]
        lines.append(_row(kind, cells))
    lines += _precision_and_recall(
        [(each.answerable, mute) for each, mute in zip(questions, silent, strict=True)]
    )
    if failures:
        lines += ["", "Not right:"] + [
            f"- {each.kind}: {each.text}"
            for each, mute in zip(questions, silent, strict=True)
            if mute == each.answerable
        ]
    return "\n".join(lines)


def _row(name: str, cells: Sequence[Cell]) -> str:
    interval = bootstrap_interval(list(cells))
    value = ratio(list(cells))
    return f"| {name} | {len(cells)} | {value:.2f} | {interval.low:.2f}-{interval.high:.2f} |"


def _precision_and_recall(rows: Sequence[tuple[bool, bool]]) -> list[str]:
    return [
        _row("silence precision", [(float(not able), 1.0) for able, mute in rows if mute]),
        _row("silence recall", [(float(mute), 1.0) for able, mute in rows if not able]),
        _row("answers lost", [(float(mute), 1.0) for able, mute in rows if able]),
    ]


def _left_out(folder: Path, data_dir: Path) -> str:
    """Silence on one public set, half of its questions without their texts."""
    with (folder / "questions.jsonl").open(encoding="utf-8") as opened:
        questions = [row for row in map(json.loads, opened) if row["answerable"]]
    without = {row["id"] for row in questions if sha256(row["id"].encode()).digest()[0] % 2}
    gone = {e["doc"] for row in questions if row["id"] in without for e in row["evidence"]}
    where = data_dir / "left-out" / folder.name
    where.mkdir(parents=True, exist_ok=True)
    with (folder / "corpus.jsonl").open(encoding="utf-8") as opened:
        for row in map(json.loads, opened):
            if row["doc"] not in gone:
                (where / f"{row['doc']}.txt").write_text(row["text"], encoding="utf-8")
    kept = [
        row
        for row in questions
        if row["id"] in without or not gone & {e["doc"] for e in row["evidence"]}
    ]
    with ingest_folder(where, data_dir, name=f"left-out-{folder.name}", chroma=False) as library:
        rows = [
            (
                row["id"] not in without,
                Session(library).answer(row["question"]).status != "answered",
            )
            for row in kept
        ]
    head = ["", f"**{folder.name}**, half without their texts", "",
            "| measure | number | value | 95 % interval |", "|---|---|---|---|"]  # fmt: skip
    return "\n".join(head + _precision_and_recall(rows))


if __name__ == "__main__":
    raise SystemExit(main())
