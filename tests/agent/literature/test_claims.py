from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.answer import ClaimVerdict
from agent.literature.claims import ClaimCheck, check_claim
from agent.tools.substance_keys import substance_keys
from benchmarks.claims import (
    CLAIMS,
    PARTS,
    SECOND,
    SECOND_PARTS,
    THIRD,
    THIRD_PARTS,
    Outcome,
    check_rows,
    part_of,
    share_marked,
)


def checked(claim: str, *quotes: str) -> ClaimCheck:
    return check_claim(claim, quotes, substance_keys=substance_keys)


def supported(claim: str, *quotes: str) -> bool:
    return checked(claim, *quotes).verdict == ClaimVerdict.SUPPORTED


# Numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        pytest.param("It conducts 0.2 mS/cm.", "It conducts 2.0 × 10−4 S cm−1.", id="flat-power"),
        pytest.param("It conducts 2.0e-4 S/cm.", "It conducts 0.20 mS cm−1.", id="e-notation"),
        pytest.param("It melts at 127 °C.", "It melts at 400 K.", id="kelvin-to-celsius"),
        pytest.param("The barrier is 48 kJ/mol.", "The barrier is 0.50 eV.", id="ev-to-mole"),
        pytest.param("It absorbs at 620 nm.", "It absorbs at 2.00 eV.", id="ev-to-wavelength"),
        pytest.param("About 5100 square metres per gram.", "It has 5120 m2 g−1.", id="rounded"),
        pytest.param("Yields were about 80 %.", "Yields were 82%.", id="about"),
        pytest.param("Yields were from 70 to 75 %.", "Yields were 70–75%.", id="range"),
        pytest.param("It lies between 3.1 and 3.5 eV.", "It is 3.3 ± 0.2 eV.", id="spread"),
        pytest.param("It took a third of an hour.", "It took 20 min.", id="fraction"),
        pytest.param("Some 10 % were empty.", "One in ten was empty.", id="one-in-ten"),
        pytest.param("A factor of 1000.", "Three orders of magnitude.", id="orders"),
        pytest.param("1.5 g of CO2 for each gram.", "It holds 1500 mg g−1 of CO2.", id="each"),
        pytest.param("45 and 72 meV were found.", "Levels lie at 45, 61 and 72 meV.", id="list"),
        pytest.param("Doping was 10^17 per cm3.", "Doping was 1017 cm−3.", id="raised-plus"),
    ],
)  # fmt: skip
def test_a_number_may_be_converted_rounded_and_spelt_out(claim: str, quote: str) -> None:
    check = checked(claim, quote)

    assert check.verdict == ClaimVerdict.SUPPORTED, check.why


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        pytest.param("The gap is 1.43 eV.", "The gap is 1.34 eV.", id="digits"),
        pytest.param("The gap is 1.34 meV.", "The gap is 1.34 eV.", id="prefix"),
        pytest.param("It melts at 400 °C.", "It melts at 400 K.", id="scale"),
        pytest.param("It conducts 2 × 10−3 S cm−1.", "It conducts 2 × 10−4 S cm−1.", id="power"),
        pytest.param("The shift is +30 mV.", "The shift is −30 mV.", id="sign"),
        pytest.param("The gap is 1.342 eV.", "The gap is 1.34 eV.", id="more-digits"),
        pytest.param("It lies between 3.1 and 3.6 eV.", "It is 3.3 ± 0.2 eV.", id="spread"),
        pytest.param("The gap is 1.3 eV.", "The gap is 1.34 nm.", id="another-dimension"),
        pytest.param("A few micrometres thick.", "A few nanometres thick.", id="vague"),
    ],
)
def test_a_number_that_the_quote_does_not_hold_is_marked(claim: str, quote: str) -> None:
    assert not supported(claim, quote)


def test_the_reason_names_both_numbers() -> None:
    check = checked("The barrier is 0.43 eV.", "The barrier is 0.34 eV.")

    assert check.why == "The quote gives 0.34 eV, the claim 0.43 eV."


_UNITS = ["eV", "meV", "K", "nm", "S cm−1", "kJ mol−1", "mg L−1", "%", "MPa", "m2 g−1"]


@given(value=st.integers(1, 9999), unit=st.sampled_from(_UNITS))
def test_a_verbatim_copy_is_supported(value: int, unit: str) -> None:
    quote = f"For the second sample the value was {value / 10} {unit} after a week."

    assert supported(quote, quote)


@given(value=st.integers(1, 9999), other=st.integers(1, 9999), unit=st.sampled_from(_UNITS))
def test_a_changed_number_is_never_supported(value: int, other: int, unit: str) -> None:
    assume(value != other)
    quote = f"For the second sample the value was {value / 10} {unit} after a week."
    claim = f"For the second sample the value was {other / 10} {unit} after a week."

    assert not supported(claim, quote)


_PAIRS = [
    ("eV", "meV", 1e3),
    ("S cm−1", "mS/cm", 1e3),
    ("MPa", "bar", 10.0),
    ("h", "min", 60.0),
    ("nm", "Å", 10.0),
    ("g cm−3", "kg/m3", 1e3),
    ("A cm−2", "A/m2", 1e4),
    ("mol/L", "mM", 1e3),
]


@given(value=st.integers(1, 999), pair=st.sampled_from(_PAIRS))
def test_a_converted_number_is_supported_both_ways(
    value: int, pair: tuple[str, str, float]
) -> None:
    first, second, factor = pair
    here = f"The sample gave {value} {first} here."
    there = f"The sample gave {value * factor:.0f} {second} here."

    assert supported(there, here)
    assert supported(here, there)


@given(text=st.text(max_size=60), quote=st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_gets_a_verdict_and_a_reason_unless_supported(text: str, quote: str) -> None:
    check = check_claim(text, [quote])

    assert bool(check.why) == (check.verdict != ClaimVerdict.SUPPORTED)


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        pytest.param("Fe was found.", "Iron was found.", id="symbol"),
        pytest.param("The film was magnesia.", "The film was MgO.", id="trivial-name"),
        pytest.param("Lithium fluoride was used.", "LiF was used.", id="binary"),
        pytest.param("Cu2O formed.", "Copper(I) oxide formed.", id="oxidation-state"),
        pytest.param("It was run in THF.", "It was run in tetrahydrofuran.", id="solvent"),
        pytest.param("Seen by SAXS.", "Seen by small angle X-ray scattering.", id="abbreviation"),
        pytest.param("Kim's group saw it.", "Kim and co-workers saw it.", id="person"),
    ],
)
def test_a_name_may_be_another_name_of_the_same(claim: str, quote: str) -> None:
    check = checked(claim, quote)

    assert check.verdict == ClaimVerdict.SUPPORTED, check.why


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        pytest.param("Cobalt was found.", "Iron was found.", id="element"),
        pytest.param("CuO formed.", "Copper(I) oxide formed.", id="oxidation-state"),
        pytest.param("It was run in ethanol.", "It was run in methanol.", id="solvent"),
        pytest.param("The cubic phase formed.", "The hexagonal phase formed.", id="lattice"),
        pytest.param("Seen by SANS.", "Seen by small angle X-ray scattering.", id="method"),
        pytest.param("Park's group saw it.", "Kim and co-workers saw it.", id="person"),
        pytest.param("It is 2 eV for ZnO.", "The gap is 2 eV for ZnS, 3 eV for ZnO.", id="owner"),
    ],
)  # fmt: skip
def test_a_name_that_the_quote_does_not_hold_is_marked(claim: str, quote: str) -> None:
    assert not supported(claim, quote)


# Comparisons, denials, hedges ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Tin is softer than zinc.", "Tin is softer than zinc, as indents show."),
        ("NaF has a larger gap than KI.", "The gap is 11.5 eV for NaF and 6.3 eV for KI."),
        ("KI has a smaller gap than NaF.", "The gap is 11.5 eV for NaF and 6.3 eV for KI."),
        ("Copper is poorer in voids than zinc.", "Zinc has nine times as many voids as copper."),
    ],
)
def test_a_comparison_may_be_turned_round_with_its_word(claim: str, quote: str) -> None:
    check = checked(claim, quote)

    assert check.verdict == ClaimVerdict.SUPPORTED, check.why


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("NaF has a smaller gap than KI.", "The gap is 11.5 eV for NaF and 6.3 eV for KI."),
        ("Copper is richer in voids than zinc.", "Zinc has nine times as many voids as copper."),
        ("The salt dissolves in water.", "The salt is insoluble in water."),
        ("The film is not stable in air.", "The film is stable in air."),
        ("The level lies 30 meV above the band.", "The level lies 30 meV below the band."),
        ("Oxygen always blocks the site.", "Oxygen usually blocks the site."),
        ("The result proves tunnelling.", "The result suggests tunnelling."),
        ("Grain size changes the result.", "Grain size may change the result."),
        ("All batches cracked.", "Some batches cracked."),
    ],
)
def test_a_claim_turned_into_its_contrary_or_hardened_is_marked(claim: str, quote: str) -> None:
    assert not supported(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Below the glass transition it flows.", "Above the glass transition it flows."),
        ("A sulfide powder has to be sintered above 1000 °C.",
         "A sulfide powder can be pressed cold, whereas an oxide garnet has to be sintered above "
         "1000 °C."),
        ("The factor knows temperature and entropy.",
         "The factor knows neither temperature nor entropy."),
        ("It is 253 pm for methylammonium.",
         "It is 217 pm for methylammonium, 253 pm for formamidinium."),
    ],
)  # fmt: skip
def test_what_the_quote_says_of_another_side_or_thing_is_marked(claim: str, quote: str) -> None:
    assert not supported(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The old value was larger than 0.67 eV.", "0.67 eV is lower than old work suggested."),
        ("Anatase is favoured when the grains are small.",
         "A powder with a large surface therefore prefers anatase."),
        ("The phases are hard to tell apart.", "The phases are all alike."),
    ],
)  # fmt: skip
def test_other_words_for_the_same_are_no_contradiction(claim: str, quote: str) -> None:
    check = checked(claim, quote)

    assert check.verdict == ClaimVerdict.SUPPORTED, check.why


def test_a_claim_that_says_less_is_supported() -> None:
    quote = "At 300 K the undoped film conducts 4 S/cm, and its gap is 1.9 eV."

    assert supported("The gap of the film is 1.9 eV.", quote)


def test_a_claim_may_rest_on_two_quotes() -> None:
    quotes = ("The first film conducts 4 S/cm.", "The second film conducts 9 S/cm.")

    assert supported("The films conduct 4 and 9 S/cm.", *quotes)


def test_closeness_of_meaning_is_asked_only_where_no_word_is_shared() -> None:
    claim, quote = "Warmth shrinks the lattice.", "Unit cells contract upon heating."

    near = check_claim(claim, [quote], closeness=lambda _a, _b: 0.9)
    far = check_claim(claim, [quote], closeness=lambda _a, _b: 0.0)

    assert near.verdict == ClaimVerdict.SUPPORTED
    assert far.verdict == ClaimVerdict.UNSUPPORTED


def test_a_claim_longer_than_a_sentence_is_not_checked() -> None:
    check = checked("The gap is 1.9 eV. " * 200, "The gap is 1.9 eV.")

    assert check.verdict == ClaimVerdict.UNSUPPORTED


@pytest.mark.parametrize(
    "text", ["10^99999999 K", "1e999 eV", "9" * 400, "Ca(OH).", "10−", "5 ± eV", "× 10 4"]
)
def test_a_broken_number_or_formula_stops_nothing(text: str) -> None:
    assert checked(f"The value is {text}", "The value is 5 eV.").why


def test_nothing_quoted_supports_nothing() -> None:
    assert checked("The gap is 1.9 eV.").verdict == ClaimVerdict.UNSUPPORTED


# The frozen set -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes() -> dict[Path, list[Outcome]]:
    return {path: check_rows(path=path) for path in (CLAIMS, SECOND, THIRD)}


@pytest.mark.parametrize(
    ("path", "part", "true", "altered"),
    [
        pytest.param(CLAIMS, PARTS[0], 0.04, 0.92, id="frozen, developed on"),
        pytest.param(CLAIMS, PARTS[1], 0.04, 0.91, id="frozen, looked at later"),
        pytest.param(CLAIMS, PARTS[2], 0.18, 0.79, id="frozen, never looked at"),
        pytest.param(SECOND, SECOND_PARTS[0], 0.05, 0.88, id="second, developed on"),
        pytest.param(SECOND, SECOND_PARTS[1], 0.06, 0.88, id="second, looked at later"),
        pytest.param(SECOND, SECOND_PARTS[2], 0.16, 0.78, id="second, held back"),
        pytest.param(THIRD, THIRD_PARTS[0], 0.23, 0.62, id="third, first batch"),
        pytest.param(THIRD, THIRD_PARTS[1], 0.21, 0.51, id="third, second batch"),
        pytest.param(THIRD, THIRD_PARTS[2], 0.19, 0.47, id="third, held back"),
    ],
)
def test_no_part_is_judged_worse_than_the_docs_say(
    outcomes: dict[Path, list[Outcome]], path: Path, part: str, true: float, altered: float
) -> None:
    chosen = [one for one in outcomes[path] if part_of(one.row) == part]

    assert share_marked(chosen, true=True) <= true
    assert share_marked(chosen, true=False) >= altered


def test_words_that_a_claim_shares_with_its_quote_mark_nothing_by_themselves() -> None:
    quote = "The sulfide conducts lithium better than the oxide, and it reacts with moist air."

    assert supported("The sulfide conducts lithium better than the oxide.", quote)
    assert supported("In moist air the sulfide reacts.", quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It shrank thirtyfold.", "The current dropped from 12 to 0.4 µA cm−2."),
        ("It rose by 6.7 K.", "It unfolds at 64.5 °C, with the sugar at 71.2 °C."),
        ("It fell by 29 degrees.", "It lowered the transition from 61 to 32 °C."),
        ("Together they make up 55 %.", "Found were carene (31.7 %) and pinene (23.6 %)."),
        ("Voids are 5 % of it.", "It has 95 % of the theoretical density."),
        ("The edge is 1.16 nm long.", "The edge is 11.602(3) Å long."),
        ("It grew by nearly 30 %.", "It was 9.4 mS cm−1 and is 12.0 mS cm−1 now."),
    ],
)
def test_one_step_of_arithmetic_over_the_quote_is_no_other_number(claim: str, quote: str) -> None:
    check = checked(claim, quote)

    assert check.verdict == ClaimVerdict.SUPPORTED, check.why


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It shrank fortyfold.", "The current dropped from 12 to 0.4 µA cm−2."),
        ("Together they make up 65 %.", "Found were carene (31.7 %) and pinene (23.6 %)."),
        ("Voids are 15 % of it.", "It has 95 % of the theoretical density."),
    ],
)
def test_a_wrong_step_of_arithmetic_is_marked(claim: str, quote: str) -> None:
    assert not supported(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Retention: gum 89 %, maltodextrin 71 %.",
         "Retention was 89% with maltodextrin but only 71% with gum."),
        ("α → β at 457 K, β → γ at 539 K.",
         "They located α → β at 539 K and β → γ at 457 K by diffraction."),
    ],
)  # fmt: skip
def test_two_values_that_have_changed_places_are_marked(claim: str, quote: str) -> None:
    assert "the other way round" in checked(claim, quote).why


def test_a_changed_number_unit_or_power_of_ten_is_marked_in_every_row(
    outcomes: dict[Path, list[Outcome]],
) -> None:
    kinds = {"number", "unit", "power_of_ten", "swapped_citation"}

    missed = [
        one.row["id"] for one in outcomes[CLAIMS] if one.row["kind"] in kinds and not one.right
    ]

    assert missed == []


def test_a_claim_is_checked_in_twenty_milliseconds(outcomes: dict[Path, list[Outcome]]) -> None:
    del outcomes  # tables are read by now
    quote = "The glass conducts 2.0 × 10−4 S cm−1 at 298 K, and lithium fluoride 10−9 S cm−1."
    claim = "Lithium fluoride conducts worse than the glass, which has 0.2 mS/cm."
    started = time.process_time()
    for _ in range(20):
        checked(claim, quote)

    assert (time.process_time() - started) / 20 < 0.02
