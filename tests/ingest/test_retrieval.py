from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest import EmbedderSettings, IngestReport, Library, LibrarySettings, QueryError
from ingest.chunking import REFERENCES
from ingest.retrieval import MAX_QUERY_CHARS, Retriever
from ingest.terms import fold_terms
from tests.example_library import ROOT, example_data_folder
from tests.ingest.tiny import article, write_pdf, write_text_paper

# A question in a paper's words, its file and the page on which the answer stands.
ASKED = [
    ("Which alumina film changed the interface resistance of the garnet?",
     "garnet-nmr-and-interfaces.pdf", 2),
    ("What BET surface area was reported for MOF-210?", "framework-surface-areas.pdf", 1),
    ("What are the surface enthalpies of rutile, brookite and anatase?",
     "oxide-thermochemistry.pdf", 2),
    ("How large is a Schottky defect in NaCl?", "vacancies-and-temperature.pdf", 2),
    ("diagonal of the Coulomb matrix of methanol", "structure-descriptors.pdf", 1),
]  # fmt: skip
asked = pytest.mark.parametrize(("question", "file", "page"), ASKED)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_data_folder(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def examples(data: Path) -> Iterator[Library]:
    """The example papers with the packaged embedder; not to be written to."""
    with Library.open(data_dir=data, create=False) as library:
        yield library


@pytest.fixture(scope="module")
def lexical(data: Path) -> Iterator[Library]:
    """The same papers, searched by words alone."""
    settings = LibrarySettings(data_dir=data, embedder=EmbedderSettings(kind="none"))
    with Library.open(settings, create=False) as library:
        yield library


@asked
def test_the_page_that_answers_is_among_the_first_three(
    examples: Library, question: str, file: str, page: int
) -> None:
    retriever = examples.retriever

    ranking = retriever.rank(retriever.query(question))

    first = [(found.paper.file, found.page) for found in ranking.pages[:3]]
    assert (file, page) in first
    assert first[0][0] == file


@asked
def test_words_alone_find_the_paper(lexical: Library, question: str, file: str, page: int) -> None:
    retriever = lexical.retriever

    query = retriever.query(question)
    ranking = retriever.rank(query)

    assert query.vector is None
    assert ranking.cosines is None
    assert ranking.pages[0].paper.file == file
    assert {p.found_by for p in lexical.search(question)} == {"lexical"}


def test_a_question_in_other_words_is_found_by_meaning(examples: Library, lexical: Library) -> None:
    # Neither "bake" nor "darken" stands in the papers: they write of annealing and a black phase.
    question = "How hot must a yellow formamidinium film be baked until it darkens again?"

    found = examples.search(question, limit=1)

    assert (found[0].paper.file, found[0].page) == ("perovskite-phases.pdf", 2)
    assert "dense" in found[0].found_by


def test_every_page_is_ranked_once_the_best_first(examples: Library) -> None:
    retriever = examples.retriever

    pages = retriever.rank(retriever.query("activation energy of the garnet")).pages

    places = [(page.paper.paper_id, page.page) for page in pages]
    wanted = {(p.paper_id, n) for p in examples.papers() for n in range(1, p.page_count + 1)}
    assert len(places) == len(set(places))
    assert set(places) <= wanted
    assert len(places) > 0.9 * len(wanted)
    assert [p.score for p in pages] == sorted((p.score for p in pages), reverse=True)


def test_a_passage_is_a_chunk_of_its_paper_on_its_page(examples: Library) -> None:
    passages = examples.search("sodium-ion conductivity of tungsten-substituted Na3SbS4", limit=5)

    assert [passage.rank for passage in passages] == [1, 2, 3, 4, 5]
    for passage in passages:
        chunk, text = passage.chunk, examples.catalog.text(passage.paper.paper_id)
        assert chunk.paper_id == passage.paper.paper_id
        assert chunk.text == text[chunk.start : chunk.end]
        assert chunk.pages.first <= passage.page <= chunk.pages.last


def test_titles_in_a_reference_list_are_never_candidates(examples: Library) -> None:
    retriever = examples.retriever
    ranking = retriever.rank(retriever.query("point defects crystallography references"))

    candidates = retriever.candidates(ranking, ranking.pages)

    assert len(candidates) > 100
    assert all(candidate.section != REFERENCES for candidate in candidates)


def test_candidates_are_slices_of_their_page_with_their_terms(examples: Library) -> None:
    retriever = examples.retriever
    ranking = retriever.rank(retriever.query("band gap of caesium lead iodide"))

    for candidate in retriever.candidates(ranking, ranking.pages[:4]):
        text = examples.catalog.text(candidate.paper.paper_id)
        assert candidate.text == " ".join(text[candidate.start : candidate.end].split())
        assert list(candidate.terms) == fold_terms(candidate.text)
        assert -1 <= candidate.cosine <= candidate.window + 1 <= 2.001


def test_a_rare_word_weighs_more_than_a_common_one(examples: Library) -> None:
    query = examples.retriever.query("thioantimonate conductivity")

    rare, common = (query.idf[term] for term in query.terms)

    assert rare > common
    assert query.weight == pytest.approx(rare + common)


def test_a_word_that_is_asked_twice_is_one_term(examples: Library) -> None:
    query = examples.retriever.query("gap, gaps and the band gap")

    assert len(query.terms) == len(set(query.terms)) == 2


@pytest.mark.parametrize("question", ["", "   \n", "x" * (MAX_QUERY_CHARS + 1)])
def test_an_empty_or_endless_question_is_refused(examples: Library, question: str) -> None:
    with pytest.raises(QueryError, match="the question"):
        examples.search(question)


def test_a_question_of_function_words_still_gives_pages(examples: Library) -> None:
    assert len(examples.search("what is it and why", limit=3)) == 3


def test_papers_are_compared_as_wholes_too(examples: Library) -> None:
    retriever = examples.retriever

    fits = retriever.affinities(retriever.query("metal-organic frameworks UiO-66 linkers"))

    best = max(range(len(fits)), key=lambda row: fits[row])
    assert len(fits) == len(examples.papers())
    assert retriever.shelf.papers[best].file == "framework-surface-areas.pdf"


def test_threads_that_ask_at_once_get_what_one_gets(examples: Library) -> None:
    fresh = Retriever(examples.catalog, examples.embedder)  # nothing in memory yet
    questions = [question for question, _, _ in ASKED] * 3

    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(fresh.search, questions))

    alone = [examples.search(question) for question in questions]
    assert [[p.chunk.chunk_id for p in row] for row in together] == [
        [p.chunk.chunk_id for p in row] for row in alone
    ]


def test_a_sentence_that_holds_more_of_the_question_has_a_larger_share(examples: Library) -> None:
    retriever = examples.retriever
    ranking = retriever.rank(retriever.query("contact angle of lithium on garnet"))

    candidates = retriever.candidates(ranking, ranking.pages[:3])

    assert all(0 <= candidate.lexical <= 1 for candidate in candidates)
    for candidate in candidates:
        assert (candidate.lexical > 0) == bool(set(candidate.terms) & set(ranking.query.terms))
    # Shares compare within a paper.
    in_paper = [c for c in candidates if c.paper.file == "garnet-nmr-and-interfaces.pdf"]
    best = max(in_paper, key=lambda candidate: candidate.lexical)
    assert "contact angle of 95°" in best.text


def test_what_tells_sentences_apart_weighs_more_than_what_the_paper_is_about(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    (papers / "one.txt").write_text(
        "A study of garnets\n\n"
        + " ".join(f"The garnet of batch {n} was white." for n in range(9))
        + " The furnace was hot. The colour of it all is ivory.",
        encoding="utf-8",
    )
    ingest(library, papers)
    ranking = library.retriever.rank(library.retriever.query("colour of the garnet"))

    shares = {c.text: c.lexical for c in library.retriever.candidates(ranking, ranking.pages)}

    assert (
        shares["The colour of it all is ivory."]
        > shares["The garnet of batch 3 was white."]
        > shares["The furnace was hot."]
        == 0
    )


def test_a_library_without_papers_finds_nothing(library: Library) -> None:
    assert library.search("garnet") == []


def test_a_paper_that_comes_in_later_is_found_without_reopening(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    write_text_paper(papers / "one.txt", "viscosity")
    ingest(library, papers)
    before = library.search("hardness of samples")

    write_pdf(papers / "two.pdf", article("Plata", 2021, "hardness"))
    ingest(library, papers)
    after = library.search("hardness of samples")

    assert {p.paper.file for p in before} == {"one.txt"}
    assert after[0].paper.file == "two.pdf"


def test_a_paper_that_is_taken_out_is_found_no_more(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    write_text_paper(papers / "one.txt", "viscosity")
    write_text_paper(papers / "two.txt", "hardness")
    ingest(library, papers)
    assert library.search("hardness")[0].paper.file == "two.txt"

    library.remove(library.search("hardness")[0].paper.key)

    assert {p.paper.file for p in library.search("hardness")} == {"one.txt"}


INGEST = """
import sys
from ingest import EmbedderSettings, IndexSettings, Library, LibrarySettings
settings = LibrarySettings(
    data_dir=sys.argv[1], embedder=EmbedderSettings(kind="none"), index=IndexSettings(chroma="off")
)
with Library.open(settings) as library:
    for event in library.add(sys.argv[2]):
        pass
"""


def test_what_another_process_ingests_is_found_without_reopening(
    settings: LibrarySettings, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    by_words = settings.model_copy(update={"embedder": EmbedderSettings(kind="none")})
    with Library.open(by_words) as library:
        write_text_paper(papers / "one.txt", "viscosity")
        ingest(library, papers)
        before = library.search("hardness of samples")

        write_text_paper(papers / "two.txt", "hardness")
        subprocess.run(
            [sys.executable, "-c", INGEST, str(settings.data_dir), str(papers)],
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        after = library.search("hardness of samples")

    assert {p.paper.file for p in before} == {"one.txt"}
    assert after[0].paper.file == "two.txt"
