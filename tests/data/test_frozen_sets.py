"""The frozen evaluation sets keep their form, their counts and their bytes.

They were written before the code that they judge. A change of one byte is a new set: it needs a
reason in the commit, the new digest here, and new figures wherever the old ones are printed.
"""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAPERS = ROOT / "examples" / "papers"

DIGESTS = {
    "routing.jsonl": "39d4c6fb4f99445ed95a9f94e21d9ce8ff7d2ce691840bf0d30afac1b49b3933",
    "claims.jsonl": "cbea4c9094539d3ab94f3d089b1a487c11296743ac2fc9038fb839fa0fafacbd",
}
READINGS = {
    "literature",
    "property",
    "featurize",
    "generate",
    "convert",
    "screen",
    "synthesis",
    "help",
}
TRUE_KINDS = {
    "approximate",
    "comparative",
    "conversion",
    "copy",
    "hedging",
    "negation",
    "paraphrase",
    "range",
    "rounding",
    "spelled_number",
    "synonym",
    "two_quotes",
    "voice",
}
ALTERED_KINDS = {
    "number",
    "unit",
    "sign",
    "power_of_ten",
    "name",
    "negation",
    "comparative",
    "swapped_citation",
    "overclaim",
    "condition",
}
CHANGE = re.compile(r'"([^"]*)" -> "([^"]*)"')

# A line-end hyphen is U+0002 or U+FFFE to pdfium.
HYPHENS = re.compile(r"[\-\u00ad\u2010-\u2015\u2212\u0002\ufffe]")
# Words that two sentences share whatever they say.
COMMON = frozenset(
    "the and for from with without was are were been have has had its this that these those than "
    "which who whose their his her not nor only but also about some any all both near roughly "
    "around approximately according more less most least between into over under above below "
    "down out per one two mol kcal mev ppm bar kpa mpa gpa min mah".split()
)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


ROUTING = rows("routing.jsonl")
CLAIMS = rows("claims.jsonl")
TRUE = [row for row in CLAIMS if row["true"]]
ALTERED = [row for row in CLAIMS if not row["true"]]


@cache
def stream(text: str) -> str:
    """The text without white space, hyphens, case and compatibility forms."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = folded.replace("\u2019", "'").replace("\u2018", "'")
    return re.sub(r"\s+", "", HYPHENS.sub("", folded))


@cache
def paper_text(file: str) -> str:
    document = pypdfium2.PdfDocument(PAPERS / file)
    try:
        texts = []
        for number in range(len(document)):
            page = document[number]
            textpage = page.get_textpage()
            texts.append(textpage.get_text_bounded())
            textpage.close()
            page.close()
        return stream("\n".join(texts))
    finally:
        document.close()


def content_words(text: str) -> set[str]:
    """Words of three letters or more, without the common ones and without simple endings."""
    words = re.findall(r"[a-z\u00e0-\u017e]{3,}", text.lower())
    return {re.sub(r"(ies|es|s|ed|ing)$", "", word) for word in words if word not in COMMON}


def shared_words(row: dict[str, Any]) -> float:
    """Share of the claim's content words that stand in its quotes."""
    claim = content_words(row["claim"])
    return len(claim & content_words(" ".join(row["quotes"]))) / max(1, len(claim))


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_frozen_set_has_the_bytes_it_was_written_with(name: str) -> None:
    assert sha256((HERE / name).read_bytes()).hexdigest() == DIGESTS[name]


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_no_id_stands_twice(name: str) -> None:
    ids = Counter(row["id"] for row in rows(name))

    assert [key for key, n in ids.items() if n > 1] == []


def test_each_request_has_a_reading_and_other_readings_as_seconds() -> None:
    for row in ROUTING:
        assert set(row) == {"id", "request", "reading", "also", "note"}, row["id"]
        assert row["request"].strip(), row["id"]
        assert row["reading"] in READINGS, row["id"]
        assert set(row["also"]) <= READINGS - {row["reading"]}, row["id"]
        assert row["note"] or not row["also"], row["id"]


def test_each_reading_has_its_share_of_the_requests() -> None:
    counts = Counter(row["reading"] for row in ROUTING)

    assert len(ROUTING) >= 160
    assert set(counts) == READINGS
    assert min(counts.values()) >= 20


def test_requests_do_not_come_in_series() -> None:
    whole = Counter(row["request"].casefold() for row in ROUTING)
    openings = Counter(tuple(row["request"].casefold().split()[:3]) for row in ROUTING)

    assert max(whole.values()) == 1
    assert max(openings.values()) <= 2


def test_no_request_was_used_to_train_what_the_set_judges() -> None:
    shipped = [
        path.read_text(encoding="utf-8").casefold()
        for package in ("agent", "ingest", "safety", "ui")
        for path in sorted((ROOT / package).rglob("*"))
        if path.suffix in {".py", ".yaml", ".yml", ".toml"}
    ]

    # A greeting or "what can you do" may well be thought of twice.
    long = [row["request"].casefold() for row in ROUTING if len(row["request"].split()) > 5]
    assert len(shipped) > 50
    assert [text for text in long if any(text in file for file in shipped)] == []


def test_each_claim_has_quotes_a_kind_and_a_source() -> None:
    for row in CLAIMS:
        assert set(row) == {"id", "quotes", "claim", "true", "kind", "note", "source"}, row["id"]
        assert row["quotes"], row["id"]
        assert all(quote.strip() == quote != "" for quote in row["quotes"]), row["id"]
        assert row["claim"].endswith("."), row["id"]
        assert row["kind"] in (TRUE_KINDS if row["true"] else ALTERED_KINDS), row["id"]


def test_there_are_enough_claims_of_each_kind() -> None:
    counts = Counter(row["kind"] for row in ALTERED)

    assert len(TRUE) >= 230
    assert len(ALTERED) >= 240
    assert set(counts) == ALTERED_KINDS
    assert min(counts.values()) >= 25


def test_quotes_from_the_example_papers_are_verbatim() -> None:
    from_papers = [row for row in CLAIMS if row["source"] != "own"]

    assert len({row["source"] for row in from_papers}) == 12
    for row in from_papers:
        for quote in row["quotes"]:
            assert stream(quote) in paper_text(row["source"]), row["id"]


def test_the_quotes_of_the_second_set_are_verbatim() -> None:
    for row in rows("claims_second.jsonl"):
        papers = [paper_text(file) for file in row["source"].split()]
        for quote in row["quotes"]:
            assert any(stream(quote) in paper for paper in papers), row["id"]


def test_every_quote_of_the_third_set_is_verbatim_or_our_own() -> None:
    for row in rows("claims_third.jsonl"):
        papers = [paper_text(file) for file in row["source"].split() if file != "own"]
        for quote in row["quotes"] if papers else ():
            assert any(stream(quote) in paper for paper in papers), row["id"]


def test_no_claim_stands_twice_under_the_same_quotes() -> None:
    seen = Counter((tuple(row["quotes"]), row["claim"]) for row in CLAIMS)

    assert [claim for (_, claim), n in seen.items() if n > 1] == []


def test_most_true_claims_share_less_than_half_their_words_with_the_quotes() -> None:
    free = [row for row in TRUE if shared_words(row) < 0.5]

    assert len(free) >= 200
    assert len(free) > 0.6 * len(TRUE)


def test_an_altered_claim_says_what_was_changed_and_holds_the_change() -> None:
    for row in ALTERED:
        if row["kind"] == "swapped_citation":
            continue
        changes = CHANGE.findall(row["note"])

        assert changes, row["id"]
        for was, now in changes:
            assert was != now, row["id"]
            assert now in row["claim"], row["id"]


def test_a_swapped_claim_is_true_of_other_quotes_and_not_of_its_own() -> None:
    true_of: dict[str, list[list[str]]] = {}
    for row in TRUE:
        true_of.setdefault(row["claim"], []).append(row["quotes"])

    swapped = [row for row in ALTERED if row["kind"] == "swapped_citation"]
    for row in swapped:
        assert true_of.get(row["claim"]), row["id"]
        assert row["quotes"] not in true_of[row["claim"]], row["id"]
