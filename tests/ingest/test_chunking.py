from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.chunking import (
    MAX_SENTENCE_CHARS,
    REFERENCES,
    WINDOW,
    chunk_paper,
    chunk_vectors,
    mean_vectors,
    split_sentences,
)
from ingest.paper import Page, ReadOutcome, ReadPaper

# Text as papers have it: words, numbers, stops in good and bad places, line ends, headings.
PIECES = st.sampled_from(
    ["The sample ", "LiCoO2 ", "was heated. ", "at 3.5 V", " (Fig. 3). ", "et al. ", "J. Chem. ",
     "e.g. ", "References\n", "\n", "\n\n", " ", "  ", "Yes! ", "Why? ", "[12]", "10−4 S cm−1 ",
     "Results\n", "x", ". ", ".5", "…", "”", "a" * 90, "word " * 60, "é", "𝑘B", "\u00a0", ";"]
)  # fmt: skip
PAGES = st.lists(st.lists(PIECES, max_size=25).map("".join), max_size=4)


def paper_of(texts: Sequence[str]) -> ReadPaper:
    pages, start = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number=number, label=None, text=text, start=start))
        start += len(text) + 1
    return ReadPaper(outcome=ReadOutcome.OK, pages=tuple(pages))


def sentences_of(*texts: str) -> list[str]:
    paper = paper_of(texts)
    return [" ".join(paper.text[s.start : s.end].split()) for s in split_sentences(paper)]


@settings(deadline=None)
@given(PAGES)
@example(["The sample " + "word " * 120 + "\n" + "a" * 90])  # a cut behind two kinds of space
def test_sentences_are_slices_of_their_page_in_reading_order(texts: list[str]) -> None:
    paper = paper_of(texts)

    sentences = split_sentences(paper)

    end = 0
    for ordinal, sentence in enumerate(sentences):
        page = paper.pages[sentence.page - 1]
        assert sentence.ordinal == ordinal
        assert end <= sentence.start < sentence.end
        assert page.start <= sentence.start
        assert sentence.end <= page.start + len(page.text)
        text = paper.text[sentence.start : sentence.end]
        assert text == text.strip()
        assert len(text) <= MAX_SENTENCE_CHARS
        end = sentence.end


@settings(deadline=None)
@given(PAGES)
def test_sentences_leave_out_nothing_but_space(texts: list[str]) -> None:
    paper = paper_of(texts)
    sentences = split_sentences(paper)

    kept = set[int]()
    for sentence in sentences:
        kept.update(range(sentence.start, sentence.end))

    assert "".join(c for i, c in enumerate(paper.text) if i not in kept).strip() == ""


@settings(deadline=None)
@given(PAGES)
def test_every_sentence_stands_in_exactly_one_chunk_of_its_page(texts: list[str]) -> None:
    paper = paper_of(texts)
    sentences = split_sentences(paper)

    chunks = chunk_paper("paper", paper, sentences)

    members = [
        ordinal for chunk in chunks for ordinal in range(chunk.sentences[0], chunk.sentences[1] + 1)
    ]
    assert members == list(range(len(sentences)))
    for ordinal, chunk in enumerate(chunks):
        inside = sentences[chunk.sentences[0] : chunk.sentences[1] + 1]
        assert chunk.ordinal == ordinal
        assert len(inside) <= WINDOW
        assert chunk.text == paper.text[chunk.start : chunk.end]
        assert (chunk.start, chunk.end) == (inside[0].start, inside[-1].end)
        assert {s.page for s in inside} == {chunk.pages.first} == {chunk.pages.last}


@settings(deadline=None)
@given(PAGES)
def test_chunks_rebuild_the_paper_and_their_ids_differ(texts: list[str]) -> None:
    paper = paper_of(texts)

    chunks = chunk_paper("paper", paper, split_sentences(paper))

    rebuilt = "".join("".join(chunk.text.split()) for chunk in chunks)
    assert rebuilt == "".join(paper.text.split())
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks)


def test_pages_of_a_chunk_are_where_its_characters_come_from() -> None:
    letters = ["a", "b", "c"]
    paper = paper_of([f"{letter * 30} {letter * 20}. " * 4 for letter in letters])

    chunks = chunk_paper("paper", paper, split_sentences(paper))

    assert chunks
    for chunk in chunks:
        assert set(chunk.text) <= {letters[chunk.pages.first - 1], " ", "."}


def test_the_same_slice_of_another_paper_has_another_id() -> None:
    paper = paper_of(["One sentence. Another sentence."])
    sentences = split_sentences(paper)

    first, again, other = (
        chunk_paper(paper_id, paper, sentences)[0].chunk_id for paper_id in ("a", "a", "b")
    )

    assert first == again != other


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("The barrier is 0.26 eV and the gap 1.57 eV.", id="decimal numbers"),
        pytest.param("As shown in Fig. 3, the peak moves to 12.5°.", id="Fig."),
        pytest.param("Eqs. 4 and 5 were used, cf. Ref. 12 and Tab. 2.", id="Eqs., cf., Ref., Tab."),
        pytest.param("Adeli et al. measured 9.4 mS cm−1 at 298 K.", id="et al."),
        pytest.param("Adeli et al. Measured values differ from those given.", id="et al. capital"),
        pytest.param("It was described by A. B. Walsh and J. Chem in 2016.", id="initials"),
        pytest.param("The anode (ca. 5 mg) was dried, i.e. kept at 80 °C.", id="ca. and i.e."),
        pytest.param("Salts, e.g. NaCl and KBr, were used as received.", id="e.g. with a capital"),
        pytest.param("It melts at approx. 300 K vs. 350 K for the other.", id="approx. and vs."),
        pytest.param("Bacillus sp. strain 3 and E. coli were grown.", id="species"),
        pytest.param("The sample no. 4 of Dr. Li was used in all tests.", id="no. and Dr."),
        pytest.param("3. Results were good in both runs of the cell.", id="a heading's number"),
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    after = "The next sentence follows here."

    assert sentences_of(f"{sentence} {after}") == [sentence, after]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("It was kept at 300 K.", "The cell was closed.", id="a unit of one letter"),
        pytest.param("It rose to 25 °C.", "Then it fell.", id="a degree"),
        pytest.param("Is it stable?", "It is.", id="a question"),
        pytest.param("This was seen before.12", "We repeat it.", id="raised reference"),
        pytest.param("This was seen before.3,4", "We repeat it.", id="two raised references"),
        pytest.param("This was seen before.3–7", "We repeat it.", id="a range of references"),
        pytest.param("This was seen before.[12]", "We repeat it.", id="reference in brackets"),
        pytest.param("This was seen before [12].", "We repeat it.", id="reference before the stop"),
        pytest.param("He said “no.”", "She agreed.", id="a quotation mark"),
        pytest.param("(It was closed.)", "It was opened.", id="a closing bracket"),
        pytest.param("The rest was air.", "4-Nitrophenol was added.", id="a name with a number"),
        pytest.param("It falls with heat.", "β-LiAlO2 forms.", id="a Greek letter begins"),
        pytest.param("Copper, zinc, etc.", "They were pure.", id="etc. at the end"),
        pytest.param(
            "It was made in 2008.4", "The chloride came later.", id="a year and reference"
        ),
        pytest.param("It meets the edge L.", "For salts it is lower.", id="a symbol of one letter"),
    ],
)
def test_a_sentence_ends_where_the_next_begins(first: str, second: str) -> None:
    assert sentences_of(f"{first} {second}") == [first, second]


def test_a_sentence_that_a_column_breaks_is_one() -> None:
    text = "The conductivity of the garnet rises with the\namount of aluminium in it. It melts."

    assert sentences_of(text) == [
        "The conductivity of the garnet rises with the amount of aluminium in it.",
        "It melts.",
    ]


def test_a_heading_is_a_line_of_its_own_and_names_the_section_below() -> None:
    paper = paper_of(
        ["A title\n2. Experimental Section\nIt was dried. It was weighed.\nReferences\nA book."]
    )

    sentences = split_sentences(paper)

    sections = {paper.text[s.start : s.end]: s.section for s in sentences}
    assert sections["A title"] is None
    assert sections["It was dried."] == sections["It was weighed."] == "methods"
    assert sections["A book."] == REFERENCES


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Abstract", "abstract"),
        ("1 Introduction", "introduction"),
        ("3. RESULTS AND DISCUSSION", "results"),
        ("IV. CONCLUSIONS", "conclusion"),
        ("■ REFERENCES", REFERENCES),
        ("Acknowledgments", "acknowledgements"),
    ],
)
def test_headings_are_known_however_they_are_numbered(heading: str, section: str) -> None:
    paper = paper_of([f"{heading}\nA sentence below it."])

    assert split_sentences(paper)[-1].section == section


def test_a_section_goes_on_over_the_page_break() -> None:
    paper = paper_of(["References\n1. A book of tables.", "2. Another book of tables."])

    assert {(s.page, s.section) for s in split_sentences(paper)} == {
        (1, REFERENCES),
        (2, REFERENCES),
    }


def test_a_sentence_that_mentions_results_is_no_heading() -> None:
    text = "Results and discussion of the earlier work were given elsewhere in full length."

    assert split_sentences(paper_of([text]))[0].section is None


def test_a_run_without_a_stop_is_cut_at_a_space() -> None:
    rows = " ".join(f"row {number} of a long table" for number in range(200))

    pieces = sentences_of(rows)

    assert len(pieces) > 3
    assert " ".join(pieces) == rows
    assert all(re.fullmatch(r"\S.*\S", piece) for piece in pieces)


def test_a_page_without_text_has_no_sentence() -> None:
    assert sentences_of("", " \n ", "One.") == ["One."]


def test_a_mean_vector_leans_to_the_longer_sentence() -> None:
    vectors = np.eye(3, dtype=np.float32)
    weights = np.array([3.0, 1.0, 5.0], dtype=np.float32)

    means = mean_vectors(vectors, weights, np.array([0, 0, 1]))

    assert means[0] == pytest.approx(np.array([3.0, 1.0, 0.0]) / np.sqrt(10))
    assert means[1] == pytest.approx([0.0, 0.0, 1.0])


def test_vectors_of_chunks_have_length_one_and_stand_in_their_order() -> None:
    paper = paper_of(["One thing. Two things. Three things. Four things.", "Five things."])
    sentences = split_sentences(paper)
    chunks = chunk_paper("paper", paper, sentences)
    vectors = np.eye(len(sentences), dtype=np.float32)

    found = chunk_vectors(chunks, sentences, vectors)

    assert found.shape == (len(chunks), len(sentences))
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(chunks)))
    assert [np.flatnonzero(row).tolist() for row in found] == [[0, 1, 2], [3], [4]]
