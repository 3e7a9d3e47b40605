from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent import Answer, AnswerStatus, Session
from agent.literature.citing import Citer
from ingest import Library, Page
from ingest.candidates import Candidate
from ingest.catalog import Catalog

QUESTION = "What is a Schottky defect in NaCl?"


@pytest.fixture
def candidates(examples: Library) -> list[Candidate]:
    """Sentences of the four best pages for one question."""
    retriever = examples.retriever
    ranking = retriever.rank(retriever.query(QUESTION))
    return retriever.candidates(ranking, ranking.pages[:4])


def test_a_sentence_of_a_page_is_cited_with_all_that_leads_to_it(
    examples: Library, candidates: list[Candidate]
) -> None:
    sentence = next(c for c in candidates if "one missing cation" in c.text)

    citation = Citer(examples.catalog).cite(sentence)

    assert citation is not None
    assert citation.quote == sentence.text
    assert citation.file == "vacancies-and-temperature.pdf"
    assert citation.page == 2
    assert citation.paper_id == sentence.paper.paper_id
    assert citation.start == sentence.start
    assert str(citation) == f"({sentence.paper.key} page 2)"


def test_a_printed_page_number_that_the_file_gives_is_cited_too(examples: Library) -> None:
    retriever = examples.retriever
    ranking = retriever.rank(retriever.query("alumina film on garnet, interface resistance"))
    best = retriever.candidates(ranking, ranking.pages[:1])[5]

    citation = Citer(examples.catalog).cite(best)

    assert citation is not None
    assert citation.file == "garnet-nmr-and-interfaces.pdf"
    assert citation.printed_page == f"e{1202 + citation.page}"


def test_the_box_of_a_quote_lies_on_the_page(
    examples: Library, candidates: list[Candidate]
) -> None:
    citer = Citer(examples.catalog)

    boxes = [citation.box for c in candidates if (citation := citer.cite(c)) is not None]

    drawn = [box for box in boxes if box is not None]
    assert len(drawn) > 0.8 * len(boxes)
    for box in drawn:
        assert 0 <= box.x0 < box.x1 <= 612
        assert 0 <= box.y0 < box.y1 <= 842


def test_a_box_that_was_kept_is_that_which_the_file_tells(
    examples: Library, candidates: list[Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    citer = Citer(examples.catalog)
    with monkeypatch.context() as without_files:
        without_files.setattr("ingest.boxes.find_quote", lambda *_: None)
        kept = [citation.box for c in candidates[:30] if (citation := citer.cite(c))]
    monkeypatch.setattr(Catalog, "box", lambda *_: None)  # as in a library made before

    told = [citation.box for c in candidates[:30] if (citation := citer.cite(c))]

    assert sum(box is not None for box in kept) > 20
    assert kept == told


def test_a_file_that_was_touched_since_is_looked_into_again(
    examples: Library, candidates: list[Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr("ingest.boxes.find_quote", lambda path, *_: asked.append(path))
    monkeypatch.setattr(Catalog, "size_and_time", lambda *_: (1, 1))

    citation = Citer(examples.catalog).cite(candidates[0])

    assert citation is not None
    assert citation.box is None
    assert [path.name for path in asked] == [citation.file]


def test_a_quote_that_is_not_on_its_page_is_not_cited(
    examples: Library, candidates: list[Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalog, "pages", _altered("missing cation", "missing anion "))
    citer = Citer(examples.catalog)

    cited = {c.text: citer.cite(c) for c in candidates}

    changed = {text for text in cited if "missing cation" in text}
    assert changed
    assert all(citation is None for text, citation in cited.items() if text in changed)
    assert all(citation is not None for text, citation in cited.items() if text not in changed)


def test_an_answer_never_shows_a_quote_that_its_page_does_not_hold(
    examples: Library, answer: Callable[[str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answer(QUESTION)
    monkeypatch.setattr(Catalog, "pages", _altered("missing cation", "missing anion "))

    after = Session(examples).answer(QUESTION)

    assert "missing cation" in before.citations[0].quote
    assert all("missing cation" not in citation.quote for citation in after.citations)
    assert "missing cation" not in after.text


def test_an_answer_none_of_whose_quotes_is_found_again_is_none(
    examples: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalog, "pages", _altered("", "another paper "))

    answer = Session(examples).answer(QUESTION)

    assert answer.status is AnswerStatus.NO_EVIDENCE
    assert answer.citations == ()


def _altered(old: str, new: str) -> Callable[[Catalog, str], tuple[Page, ...]]:
    """A ``Catalog.pages`` whose pages no longer say what was searched."""
    read = Catalog.pages

    def pages(self: Catalog, paper_id: str) -> tuple[Page, ...]:
        return tuple(
            page.model_copy(
                update={"text": page.text.replace(old, new) if old else new + page.text}
            )
            for page in read(self, paper_id)
        )

    return pages
