"""The example papers and the questions about them are what they are said to be.

Quotes are looked for with both PDF engines, since a demo, a test or a benchmark that rests on a
wrong page would be worse than none.
"""

import importlib.util
import json
import re
import unicodedata
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pypdf
import pypdfium2
import pytest

PAPERS = Path(__file__).parents[2] / "examples" / "papers"
QUESTIONS = PAPERS.parent / "questions.jsonl"
NOTE = "Example paper written for elute; facts from the cited literature"

# A line-end hyphen is U+0002 or U+FFFE to pdfium and a soft hyphen to pypdf.
HYPHENS = re.compile(r"[\-\u00ad\u2010-\u2015\u2212\u0002\ufffe]")


class Known(NamedTuple):
    author: str
    year: int
    title: str
    first: str  # the number printed on the first page
    labelled: bool  # does the PDF know that number?


KNOWN = {
    "composition-descriptors": Known(
        "Katarzyna Wójcik", 2022, "Learning from formulas alone", "55", False
    ),
    "defect-levels": Known(
        "Aoife O’Neill", 2023, "Formation free energies and ionisation levels", "88", False
    ),
    "framework-surface-areas": Known(
        "Willem van der Meer", 2021, "Surface area, stability and missing linkers", "77", True
    ),
    "garnet-activation-energy": Known(
        "Ana Plata-Rueda", 2022, "Lithium-ion transport in garnets", "117", True
    ),
    "garnet-nmr-and-interfaces": Known(
        "Lihua Wang", 2023, "Bulk transport and interfaces of cubic garnet", "e1203", True
    ),
    "oxide-thermochemistry": Known(
        "Zeynep Özdemir", 2017, "Thermochemistry of simple oxides", "412", False
    ),
    "perovskite-gaps": Known(
        "Jonas Müller", 2020, "Band gaps and tolerance factors of lead halide", "61", False
    ),
    "perovskite-phases": Known(
        "Jonas Müller", 2020, "Phase transitions and stability of lead iodide", "301", False
    ),
    "sodium-electrolytes": Known("Bảo Châu Nguyễn", 2024, "From NASICON to tungsten", "9", True),
    "structure-descriptors": Known(
        "Søren Jørgensen", 2021, "Describing atoms in molecules and crystals", "1", False
    ),
    "sulfide-electrolytes": Known(
        "Xiaoming Li", 2023, "Sulfide lithium-ion conductors", "233", True
    ),
    "vacancies-and-temperature": Known(
        "Marina C. da Silva", 2019, "How temperature sets the number of vacancies", "4301", False
    ),
}
WITH_DOI = {"garnet-activation-energy", "sodium-electrolytes"}


@cache
def pdfium_pages(name: str) -> tuple[str, ...]:
    document = pypdfium2.PdfDocument(PAPERS / f"{name}.pdf")
    try:
        texts = []
        for number in range(len(document)):
            page = document[number]
            textpage = page.get_textpage()
            texts.append(textpage.get_text_bounded())
            textpage.close()
            page.close()
        return tuple(texts)
    finally:
        document.close()


@cache
def pypdf_pages(name: str) -> tuple[str, ...]:
    with pypdf.PdfReader(PAPERS / f"{name}.pdf") as reader:
        return tuple(page.extract_text() for page in reader.pages)


@cache
def stream(text: str) -> str:
    """The text without white space, hyphens, case and compatibility forms."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = folded.replace("\u2019", "'").replace("\u2018", "'")
    return re.sub(r"\s+", "", HYPHENS.sub("", folded))


def holds(text: str, key: str) -> bool:
    """Is the key in the text? A number must stand alone: 28 is not in 128, 2.80 or 28.5."""
    if re.fullmatch(r"[\d.]+", key):
        return re.search(rf"(?<![\d.]){re.escape(key)}(?!\d|\.\d)", text) is not None
    return stream(key) in stream(text)


def holds_group(text: str, group: list[str]) -> bool:
    return any(holds(text, key) for key in group)


def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


ALL = questions()
ANSWERABLE = [q for q in ALL if q["answerable"]]
UNANSWERABLE = [q for q in ALL if not q["answerable"]]
every_paper = pytest.mark.parametrize("name", sorted(KNOWN))
every_answerable = pytest.mark.parametrize("question", ANSWERABLE, ids=lambda q: q["id"])


@pytest.fixture(scope="module")
def render() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_papers", PAPERS / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_source_has_its_pdf_and_each_pdf_its_source(render: ModuleType) -> None:
    pdfs = sorted(p.stem for p in PAPERS.glob("*.pdf"))

    assert pdfs == render.paper_names() == sorted(KNOWN)


def test_no_file_beside_the_pdfs_would_be_ingested_as_a_paper() -> None:
    readable = {".txt", ".md", ".html", ".bib", ".csv"}

    assert [p.name for p in PAPERS.rglob("*") if p.suffix in readable] == []


@every_paper
def test_a_pdf_is_rendered_from_the_source_that_stands_beside_it(
    name: str, render: ModuleType
) -> None:
    record = json.loads(render.RECORD.read_text(encoding="utf-8"))[f"{name}.pdf"]

    stale = "the source changed after rendering: run python examples/papers/render.py"
    assert record["source"] == render.source_digest(name), stale
    assert record["pdf"] == sha256((PAPERS / f"{name}.pdf").read_bytes()).hexdigest()


def test_rendering_twice_gives_the_same_bytes_and_the_text_that_is_committed(
    render: ModuleType, tmp_path: Path
) -> None:
    pytest.importorskip("typst")

    first, second = render.render("defect-levels"), render.render("defect-levels")

    assert first == second
    (tmp_path / "again.pdf").write_bytes(first)
    with pypdf.PdfReader(tmp_path / "again.pdf") as reader:
        again = tuple(page.extract_text() for page in reader.pages)
    assert again == pypdf_pages("defect-levels")


@every_paper
def test_a_paper_is_short_small_and_labelled_as_an_example(name: str) -> None:
    pages = pdfium_pages(name)

    assert 2 <= len(pages) <= 4
    assert (PAPERS / f"{name}.pdf").stat().st_size < 150_000
    assert all(stream(NOTE) in stream(page) for page in pages)


@every_paper
def test_both_engines_read_the_same_words_from_each_page(name: str) -> None:
    for ours, theirs in zip(pdfium_pages(name), pypdf_pages(name), strict=True):
        a, b = Counter(stream(ours)), Counter(stream(theirs))

        assert len(stream(ours)) > 800
        assert (a & b).total() >= 0.98 * max(a.total(), b.total())


@every_paper
def test_title_author_and_year_stand_on_page_one(name: str) -> None:
    known, page = KNOWN[name], stream(pdfium_pages(name)[0])

    assert stream(known.title) in page
    assert stream(known.author) in page
    assert f"({known.year})" in page


@every_paper
def test_only_reserved_prefixes_serve_as_a_papers_own_doi(name: str) -> None:
    front = re.split(r"Introduction|\n\s*1 ", pdfium_pages(name)[0])[0]

    dois = re.findall(r"10\.\d{4,9}/\S+", front)

    assert len(dois) == (name in WITH_DOI)
    assert all(doi.startswith("10.5555/") for doi in dois)


@every_paper
def test_printed_page_numbers_are_pdf_labels_only_where_that_is_wanted(name: str) -> None:
    known = KNOWN[name]
    with pypdf.PdfReader(PAPERS / f"{name}.pdf") as reader:
        labels = list(reader.page_labels)

    prefix, first = known.first.rstrip("0123456789"), known.first.lstrip("e")
    printed = [f"{prefix}{int(first) + i}" for i in range(len(labels))]
    assert all(p in text for p, text in zip(printed, pdfium_pages(name), strict=True))
    if known.labelled:
        assert labels == printed
    else:
        assert labels == [str(i + 1) for i in range(len(labels))]


def test_one_paper_has_no_metadata_and_one_has_a_typists() -> None:
    with pypdf.PdfReader(PAPERS / "defect-levels.pdf") as reader:
        assert not reader.metadata
        assert reader.xmp_metadata is None
    with pypdf.PdfReader(PAPERS / "sodium-electrolytes.pdf") as reader:
        assert reader.metadata is not None
        assert str(reader.metadata.title).startswith("Microsoft Word - ")
        assert reader.metadata.author == "kthomsen"


def test_two_papers_share_their_first_author_and_year() -> None:
    twins = Counter((known.author, known.year) for known in KNOWN.values())

    assert [key for key, n in twins.items() if n > 1] == [("Jonas Müller", 2020)]


def test_the_set_shows_what_makes_real_pdfs_hard() -> None:
    raw = {name: "\n".join(pdfium_pages(name)) for name in KNOWN}
    old = {name: "\n".join(pypdf_pages(name)) for name in KNOWN}

    assert sum("\x02" in text for text in raw.values()) >= 8  # words broken at line ends
    assert sum("\ufb01" in text for text in old.values()) >= 3  # fi as one character
    assert all(re.search(r"Table\s1: ", text) for text in raw.values())
    assert sum(re.search(r"Figure\s1", text) is not None for text in raw.values()) >= 8
    assert sum(re.search(r"Scheme\s1", text) is not None for text in raw.values()) == 1
    assert sum("10−4" in text for text in raw.values()) >= 3  # raised exponents
    assert "CH3NH3PbI3" in raw["perovskite-phases"]  # lowered numbers


def test_question_ids_are_unique_and_every_kind_is_asked() -> None:
    ids = [q["id"] for q in ALL]
    kinds = Counter(q["type"] for q in ALL)
    wordings = Counter(q["wording"] for q in ALL)

    assert len(ids) == len(set(ids)) >= 100
    assert set(wordings) == {"plain", "hard"}
    assert min(wordings.values()) >= 40
    assert set(kinds) == {
        "factoid", "number", "definition", "method", "comparison", "multi-doc", "conflict",
        "unanswerable",
    }  # fmt: skip
    assert kinds["multi-doc"] + kinds["conflict"] >= 15
    assert {q["id"] for q in UNANSWERABLE} == {q["id"] for q in ALL if q["type"] == "unanswerable"}


def test_each_paper_is_asked_about() -> None:
    asked = Counter(e["file"] for q in ANSWERABLE for e in q["evidence"])

    assert {f"{name}.pdf" for name in KNOWN} == set(asked)
    assert min(asked.values()) >= 5


@every_answerable
def test_a_quote_stands_verbatim_on_its_page_and_nowhere_else(question: dict[str, Any]) -> None:
    for evidence in question["evidence"]:
        name, quote = evidence["file"].removesuffix(".pdf"), stream(evidence["quote"])

        for pages in (pdfium_pages(name), pypdf_pages(name)):
            found = [i for i, page in enumerate(pages, 1) if quote in stream(page)]
            assert found == [evidence["page"]]


@every_answerable
def test_keys_stand_in_the_answer_and_in_the_evidence(question: dict[str, Any]) -> None:
    quotes = [e["quote"] for e in question["evidence"]]

    for group in question["keys"]:
        assert holds_group(question["answer"], group)
        assert any(holds_group(quote, group) for quote in quotes)
    assert all(any(holds_group(quote, group) for group in question["keys"]) for quote in quotes)


@every_answerable
def test_other_pages_that_count_as_right_carry_what_the_quote_carries(
    question: dict[str, Any],
) -> None:
    for evidence in question["evidence"]:
        pages = pdfium_pages(evidence["file"].removesuffix(".pdf"))
        carried = [g for g in question["keys"] if holds_group(evidence["quote"], g)]

        assert evidence["page"] in evidence["ok_pages"]
        for number in evidence["ok_pages"]:
            text = HYPHENS.sub("-", re.sub(r"[\u0002\ufffe]\s*", "", pages[number - 1]))
            assert all(holds_group(text, group) for group in carried)


def test_two_paper_questions_rest_on_two_papers_and_conflicts_on_two_quotes() -> None:
    for question in ANSWERABLE:
        if question["type"] == "multi-doc":
            assert len({e["file"] for e in question["evidence"]}) == 2
        if question["type"] == "conflict":
            assert len({e["quote"] for e in question["evidence"]}) == 2
    across = [
        q["id"]
        for q in ANSWERABLE
        if q["type"] == "conflict" and len({e["file"] for e in q["evidence"]}) == 2
    ]
    assert len(across) >= 5


def test_hard_questions_share_far_fewer_words_with_their_evidence_than_plain_ones() -> None:
    def words(text: str) -> set[str]:
        return {w[:6] for w in re.findall(r"[^\W\d_]{4,}", text.lower())}

    shared: dict[str, list[float]] = {"plain": [], "hard": []}
    for question in ANSWERABLE:
        asked = words(question["question"])
        said = words(" ".join(e["quote"] for e in question["evidence"]))
        shared[question["wording"]].append(len(asked & said) / len(asked))

    mean = {wording: sum(values) / len(values) for wording, values in shared.items()}
    assert mean["hard"] < 0.5 * mean["plain"]


def test_an_unanswerable_question_has_no_answer_keys_or_evidence() -> None:
    assert len(UNANSWERABLE) >= 16
    for question in UNANSWERABLE:
        assert question["answer"] == ""
        assert question["keys"] == question["evidence"] == []


@pytest.mark.parametrize(
    "absent",
    ["platinum", "CsSnI3", "ZIF-8", "Co3O4", "Li3YCl6", "LiPON", "Tanaka", "Kowalski"],
)
def test_what_the_unanswerable_questions_name_stands_in_no_paper(absent: str) -> None:
    everything = "".join(stream(page) for name in KNOWN for page in pdfium_pages(name))

    assert stream(absent) not in everything
