from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.literature import EXAMPLES, example_questions
from benchmarks.matching import PageTexts
from benchmarks.paperqa_child import pages
from benchmarks.peers import FOUND, SENTENCES, make, pick
from benchmarks.scores import Checks
from benchmarks.side_by_side import _costs, _given, _table

PAPERS = EXAMPLES / "papers"
QUESTIONS = example_questions()["examples, plain"][:6]


@pytest.mark.parametrize("name", ["BM25, pages", "BM25, 5,000 characters"])
def test_a_peer_answers_from_its_best_chunks_and_cites_their_pages(
    name: str, tmp_path: Path
) -> None:
    made = make(name, PAPERS, QUESTIONS, tmp_path)
    texts = PageTexts(PAPERS)

    for question in QUESTIONS:
        answer = pick(made, question)

        assert 0 < len(answer["citations"]) <= SENTENCES
        read = {made.pieces[row] for row, _ in made.rank(question)[:FOUND]}
        for cited in answer["citations"]:
            assert (cited["file"], cited["pages"]) in {(one.file, one.pages) for one in read}
            assert max(cited["pages"]) <= len(texts.pages(cited["file"], "pdfium"))
    assert {piece.file for piece in made.pieces} == {path.name for path in PAPERS.glob("*.pdf")}


def test_a_chunk_names_the_pages_that_it_is_cut_from(tmp_path: Path) -> None:
    made = make("BM25, 5,000 characters", PAPERS, QUESTIONS, tmp_path)
    texts = PageTexts(PAPERS)

    for piece in made.pieces:
        own = texts.pages(piece.file, "pdfium")
        assert piece.text in "\n".join(own)
        assert piece.text[:40].strip("\n") in "\n".join(
            own[piece.pages[0] - 1 : piece.pages[0] + 1]
        )


def test_the_table_has_a_column_a_system_and_counts_a_citation_of_two_pages_once() -> None:
    question = QUESTIONS[0]
    gold = question.evidence[0]
    answer = {
        "id": question.id, "text": "x", "silent": False, "refused": False, "cpu_seconds": 0.25,
        "citations": [
            {"file": gold.file, "pages": [gold.page, gold.page + 1], "quote": gold.quote}
        ],
        "ranked": [[gold.file, gold.page], [gold.file, gold.page]],
    }  # fmt: skip
    said = {"answers": [answer], "ingest_cpu_s": 1.0, "memory_mb": 2.0, "disk_mb": 3.0}

    table = _table("one", [question], {"A peer": said}, Checks(PageTexts(PAPERS)))

    assert "| measure | A peer |" in table
    assert "| pages per citation | 2.00 |" in table
    assert "| quotes on a cited page | 1.00 |" in table
    assert len(_given(json.loads(json.dumps(answer))).ranked) == 1
    assert "| question, CPU ms, median | 250.0 |" in _costs({"A peer": said})


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("a.pdf pages 3-5", [3, 4, 5]), ("b page 2", [2]), ("c.pdf pages 2-2", [2]), ("d", [1])],
)
def test_the_pages_of_a_chunk_of_paper_qa_are_read(name: str, numbers: list[int]) -> None:
    assert pages(name) == numbers
