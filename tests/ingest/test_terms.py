from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.terms import STOP_WORDS, fold_terms, fold_text, stem

# What papers are written with, beside any other character.
SCIENTIFIC = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "αβγΔΩάµμÅ°◦−–‐\u00ad\u200b₂³⁻ﬁ½×()[].,;:/ \n0123456789aeimnostABCXYZéøöțß"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(SCIENTIFIC)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    once = fold_text(text)

    assert fold_text(once) == once


@settings(deadline=None)
@given(SCIENTIFIC, SCIENTIFIC)
def test_terms_come_in_the_order_of_the_text(first: str, second: str) -> None:
    together = fold_terms(f"{first} \n {second}")

    assert together == fold_terms(first) + fold_terms(second)


@settings(deadline=None)
@given(SCIENTIFIC)
def test_terms_are_words_without_space_and_without_stop_words(text: str) -> None:
    for term in fold_terms(text):
        assert term
        assert not any(char.isspace() for char in term)
        assert term not in STOP_WORDS or stem(term) == term


@settings(deadline=None)
@given(SCIENTIFIC)
def test_case_makes_no_difference(text: str) -> None:
    assert fold_terms(text.upper()) == fold_terms(text.upper().lower())


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        pytest.param("β-sitosterol", "beta-sitosterol", id="Greek letter and its name"),
        pytest.param("ά-phase", "alpha-phase", id="accented Greek letter"),
        pytest.param("µm", "μm", id="micro sign and mu"),
        pytest.param("SiO₂", "SiO2", id="lowered digit"),
        pytest.param("cm⁻³", "cm-3", id="raised digit and minus"),
        pytest.param("ﬁlm", "film", id="ligature"),
        pytest.param("ther\u00admal", "thermal", id="soft hyphen"),
        pytest.param("metal–organic", "metal-organic", id="en dash"),
        pytest.param("Müller", "Muller", id="accent"),
        pytest.param("1,234 g", "1234 g", id="grouped thousands"),
        pytest.param("CONDUCTIVITIES", "conductivity", id="plural and case"),
        pytest.param("25 ℃", "25 °C", id="degree Celsius as one character"),
    ],
)
def test_the_same_word_gives_the_same_terms_however_it_is_printed(printed: str, typed: str) -> None:
    assert fold_terms(printed) == fold_terms(typed) != []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("β-Sitosterol (93%)", ["beta", "sitosterol", "93"], id="as the docs say"),
        pytest.param("Li7La3Zr2O12", ["li7la3zr2o12"], id="a formula stays whole"),
        pytest.param("0.26 eV at 300 K", ["0.26", "ev", "300", "k"], id="a decimal stays whole"),
        pytest.param("What is the", [], id="words of questions only"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_terms_of_a_text(text: str, terms: list[str]) -> None:
    assert fold_terms(text) == terms


def test_threads_stem_alike() -> None:
    words = [f"{root}{ending}" for root in ("conduct", "diffus", "calcul") for ending in
             ("ing", "ed", "ion", "ions", "ive", "ively", "ivity", "ivities")]  # fmt: skip
    alone = [fold_terms(word) for word in words]

    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: [fold_terms(w) for w in words], range(32)))

    assert all(each == alone for each in together)
