from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.name_context import ListedName
from safety.name_index import NameIndex
from safety.names import (
    _LEET,
    _MORPHEMES,
    fold,
    international,
    is_systematic,
    latinised,
    leet_shape,
    normalise,
)
from safety.substance import Level


def listed(text: str, **options: object) -> ListedName:
    settings: dict[str, object] = {
        "entry": 0,
        "kind": "common",
        "case_sensitive": False,
        "context_required": False,
        "level": Level.BLOCK,
        "preferred": True,
    }
    return ListedName(text, **{**settings, **options})  # type: ignore[arg-type]


def found(index: NameIndex, text: str) -> list[str]:
    plain = normalise(text)
    names = [m.name.text for m in index.find(plain)]
    return names or [m.name.text for m in index.find(latinised(plain))]


@pytest.mark.parametrize(
    "written",
    ["2C-B", "2c b", "２Ｃ－Ｂ", "2C\u200b-B", "2C\u2011B", "2C\u00adB"],
    ids=["hyphen", "space", "fullwidth", "zero-width", "no-break hyphen", "soft hyphen"],
)
def test_a_name_has_one_key_however_it_is_written(written: str) -> None:
    assert fold(normalise(written)) == fold("2CB")


def test_a_lone_greek_letter_is_spelt_out_and_accents_go() -> None:
    assert fold("β-Phenéthyl") == "betaphenethyl"


@pytest.mark.parametrize("form", ["phentermina", "fenterminum", "Phentermin", "fentermine"])
def test_an_inn_is_the_same_in_every_language(form: str) -> None:
    assert international(fold(form)) == international("phentermine")


def test_a_doubled_letter_is_a_slip_and_no_foreign_form() -> None:
    assert international("phenterrmine") != international("phentermine")


def test_letters_written_as_digits_have_the_shape_of_the_name() -> None:
    assert leet_shape("p3n70b4rb174l") == leet_shape("pentobarbital")


@pytest.mark.parametrize("name", ["ethylphosphonicacid", "hexachlorobutadiene", "methylaniline"])
def test_names_of_the_nomenclature_are_systematic(name: str) -> None:
    assert is_systematic(name)


@pytest.mark.parametrize("name", ["methyyl", "morphing", "hexachloroobutadiene"])
def test_slips_and_words_are_not_systematic(name: str) -> None:
    assert not is_systematic(name)


@pytest.mark.parametrize(
    "text",
    [
        "fentanyl",
        "Is FENTANYL mentioned?",
        "f e n t a n y l",
        "f.e.n.t.a.n.y.l",
        "fen-tanyl",
        "fеntаnyl",  # Cyrillic е and а
        "fentanyls",
        "the price of fentanyl, please",
    ],
)
def test_a_name_is_found_in_running_text(text: str) -> None:
    index = NameIndex([listed("fentanyl")])

    assert found(index, text) == ["fentanyl"]


WORDS = ["fentanyl", "fent", "any", "anyl", "nitrogen", "mustard", "mustards", "the", "gas",
         "fentanil", "2c", "b", "2cb", "nitro", "gen", "a"]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), max_size=8))
def test_what_is_found_does_not_depend_on_what_was_read_before(texts: list[str]) -> None:
    names = [listed("fentanyl"), listed("nitrogen mustard", entry=1), listed("2C-B", entry=2)]
    warm = NameIndex(names)

    for text in texts:
        fresh = NameIndex(names)
        assert warm.find(text) == fresh.find(text)
        assert warm.find_slips(text) == fresh.find_slips(text)


def test_a_name_that_is_learned_is_found_in_words_read_before() -> None:
    index = NameIndex([listed("fentanyl")])
    before = found(index, "some фентанил and some apache")

    index.add_aliases("fentanyl", ["фентанил", "apache"])

    assert before == []
    assert found(index, "some фентанил and some apache") == ["фентанил", "apache"]


def test_two_words_that_happen_to_spell_a_name_are_not_it() -> None:
    index = NameIndex([listed("thebacon")])

    assert found(index, "fry the bacon") == []


def test_a_hyphen_more_or_less_leaves_a_long_name_with_locants_the_same() -> None:
    index = NameIndex([listed("5-ethyl-5-methyl1,3-diazinane-2,4,6-trione")])

    assert found(index, "gives 5-ethyl-5-methyl-1,3-diazinane-2,4,6-trione") != []


def test_what_parts_two_locants_counts_in_a_long_name() -> None:
    index = NameIndex([listed("12-chloro-5-ethyl-methyldodecanoate")])

    assert found(index, "1,2-chloro-5-ethyl-methyldodecanoate") == []


def test_the_longest_name_wins() -> None:
    index = NameIndex([listed("nitrate"), listed("ammonium nitrate", entry=1)])

    assert found(index, "bags of ammonium nitrate") == ["ammonium nitrate"]


@pytest.mark.parametrize(
    "text",
    [
        "2-chlorobenzaldehyde",
        "benzaldehyde oxime",
        "benzaldehyde, 4-chloro-",
        "4-nitro-benzaldehyde",
    ],
)
def test_a_piece_of_another_compounds_name_is_not_the_watched_one(text: str) -> None:
    index = NameIndex([listed("benzaldehyde", level=Level.WARN)])

    assert found(index, text) == []


@pytest.mark.parametrize(
    "text", ["benzaldehyde", "5 kg of benzaldehyde", "benzaldehyde hydrochloride"]
)
def test_the_watched_one_itself_is_found(text: str) -> None:
    index = NameIndex([listed("benzaldehyde", level=Level.WARN)])

    assert found(index, text) == ["benzaldehyde"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LSD", True),
        ("How is LSD synthesised?", True),
        ("how is lsd synthesised?", True),
        ("the Fisher LSD test", False),
        ("LSD of the mean", False),
    ],
)
def test_an_acronym_needs_words_about_substances(text: str, expected: bool) -> None:
    index = NameIndex([listed("LSD", kind="code", case_sensitive=True, context_required=True)])

    assert bool(found(index, text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("speed", False), ("the speed of light", False), ("a dealer who sells speed", True)],
)
def test_a_word_of_every_day_needs_words_about_drugs(text: str, expected: bool) -> None:
    index = NameIndex([listed("speed", kind="street", context_required=True)])

    assert bool(found(index, text)) is expected


@pytest.mark.parametrize("text", ["VX-765", "VX-765 caspase inhibitor for a drug"])
def test_an_acronym_with_a_number_behind_is_another_code(text: str) -> None:
    index = NameIndex([listed("VX", kind="code", case_sensitive=True, context_required=True)])

    assert found(index, text) == []


@pytest.mark.parametrize(
    "slip", ["phenobrabital", "phenobarbitl", "phenobbarbital", "fenobarbitals"]
)
def test_a_slip_of_a_long_name_is_found(slip: str) -> None:
    index = NameIndex([listed("phenobarbital")])
    exact = index.find(slip)

    slips = exact or index.find_slips(slip)

    assert [m.name.text for m in slips] == ["phenobarbital"]


def test_an_innocent_name_near_a_listed_one_is_no_slip() -> None:
    index = NameIndex([listed("morphine")], innocent=["morphing"])

    assert index.find_slips("morphing") == []


def test_a_name_with_other_locants_is_no_slip() -> None:
    index = NameIndex([listed("2,5-dimethoxyamphetamine")])

    assert index.find_slips("2,4-dimethoxyamphetamine") == []


@pytest.mark.parametrize("half", ["')-amine", "cyclohexanone, (.+-.)-", "difluoro", "C6H12O3"])
def test_half_a_name_is_not_indexed(half: str) -> None:
    index = NameIndex([listed(half)])

    assert index.named(half) == []


def test_a_chinese_name_is_found_where_no_space_parts_it() -> None:
    index = NameIndex([listed("heroin")])
    index.add_aliases("heroin", ["海洛因"])

    match = index.find("请问海洛因是什么")

    assert [(m.start, m.end) for m in match] == [(2, 5)]


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    index = NameIndex([listed("fentanyl"), listed("2C-B", entry=1)])

    plain = normalise(text)

    for match in [*index.find(plain), *index.find_slips(plain)]:
        assert 0 <= match.start <= match.end <= len(plain)


@given(
    st.lists(st.sampled_from(sorted(_MORPHEMES)), min_size=1, max_size=4).map("".join),
    st.text("abeimnopty", max_size=2),
)
def test_a_key_is_systematic_if_and_only_if_some_parting_of_it_is_all_pieces(
    built: str, more: str
) -> None:
    key = built + more
    ends = {0}  # by trying every piece everywhere
    for end in range(1, len(key) + 1):
        if any(key[start:end] in _MORPHEMES for start in ends):
            ends.add(end)

    assert is_systematic(key) == (len(key) in ends)


@given(st.text(st.characters(codec="ascii")))
def test_the_quick_way_of_plain_letters_folds_as_the_long_way_does(text: str) -> None:
    assert fold(text) == "".join(filter(str.isalnum, text.lower()))
    assert leet_shape(text) == "".join(filter(str.isalnum, text.lower().translate(_LEET)))
