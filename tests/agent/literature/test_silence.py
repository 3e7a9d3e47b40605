from __future__ import annotations

from collections.abc import Callable

import pytest

from agent import Answer, AnswerStatus, Session
from agent.literature.mentions import folded_text, holds, question_names
from ingest import Library


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What BET surface area does ZIF-8 have?", "ZIF-8"),
        ("At which temperature does Co3O4 decompose in air?", "Co3O4"),
        ("What ionic conductivity does Li3YCl6 have?", "Li3YCl6"),
        ("What does Tanaka report about the ionic conductivity of LiPON films?", "LiPON"),
        ("What is the band gap of Cs2AgBiBr6?", "Cs2AgBiBr6"),
    ],
)
def test_a_name_that_no_paper_holds_is_named_instead_of_an_answer(
    answer: Callable[[str], Answer], question: str, absent: str
) -> None:
    given = answer(question)

    assert given.status is AnswerStatus.NO_EVIDENCE
    assert absent in given.text
    assert given.citations == given.claims == ()


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football world cup in 1998?",
        "How do I bake sourdough bread?",
        "Which enzyme cleaves lactose?",
        "What dose of ibuprofen is safe for children?",
        "Which restaurants near the station serve breakfast on Sunday?",
    ],
)
def test_a_question_that_has_nothing_to_do_with_the_papers_is_not_answered(
    answer: Callable[[str], Answer], question: str
) -> None:
    assert answer(question).status is AnswerStatus.NO_EVIDENCE


@pytest.mark.parametrize(
    "question",
    [
        "What is a Schottky defect in NaCl?",
        "What BET surface area was reported for MOF-210?",
        "Which activation energy does Wang recommend for LLZO?",
        "what are the surface enthalpies of rutile and anatase",
        "At what temperature does Ag2O decompose?",
        "How well does the chloride electrolyte carry current?",
        "How large is the internal surface of MOF-5?",
        "How thick is the alumina film on the garnet?",
    ],
)
def test_what_the_papers_hold_is_not_kept_back(
    answer: Callable[[str], Answer], question: str
) -> None:
    assert answer(question).status is AnswerStatus.ANSWERED


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        pytest.param(
            "What is the heat capacity of magnetite at 298 K?",
            "magnetite",
            id="other things have it",
        ),
        pytest.param(
            "What thermal conductivity does Li7La3Zr2O12 have?",
            "thermal conductivity",
            id="nothing has it",
        ),
        pytest.param(
            "What is the vacancy formation enthalpy of platinum?", "platinum", id="a metal left out"
        ),
        pytest.param(
            "What dielectric constant is used for zinc oxide?", "zinc oxide", id="that of magnesia"
        ),
        pytest.param("What is the solubility of Na3SbS4 in water?", "solubility", id="no value"),
        pytest.param(
            "What Schottky enthalpy is given for KCl?", "KCl", id="only in the references"
        ),
        pytest.param("How hard is the sintered garnet?", "hardness", id="in everyday words"),
        pytest.param(
            "How soluble is the thioantimonate in water?", "solubility", id="told of other things"
        ),
    ],
)
def test_a_near_miss_is_not_answered_and_what_is_missing_is_named(
    answer: Callable[[str], Answer], question: str, missing: str
) -> None:
    given = answer(question)

    assert given.status is AnswerStatus.NO_EVIDENCE
    assert missing in given.text


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What dielectric constant has magnesia?", id="another name of MgO"),
        pytest.param("What is the band gap of gallium arsenide?", id="a compound in words"),
        pytest.param("What standard entropy has hematite?", id="in a table, by its formula"),
        pytest.param("What is the activation energy of Na11Sn2PS12?", id="told before it is named"),
        pytest.param("What vacancy formation enthalpy has Ag?", id="an element by its symbol"),
        pytest.param(
            "What are the conductivity and the activation energy of Na3Zr2Si2PO12?",
            id="two properties of one thing",
        ),
    ],
)
def test_a_property_is_found_under_another_name_of_its_thing(
    answer: Callable[[str], Answer], question: str
) -> None:
    assert answer(question).status is AnswerStatus.ANSWERED


def test_a_property_told_of_it_is_that_of_the_papers_subject(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(
        subject="Films of CsPbI3 for solar cells. We made CsPbI3 from solution. Films were dry. "
        "They were smooth. They were black. Their refractive index is 2.5 in the red.",
        other="Glasses of SiO2 for windows. They are clear. They are hard. They are cheap.",
    )

    told = Session(library).answer("What refractive index has CsPbI3?")
    untold = Session(library).answer("What refractive index has SiO2?")

    assert told.status is AnswerStatus.ANSWERED
    assert untold.status is AnswerStatus.NO_EVIDENCE


def test_a_library_without_papers_says_so(library: Library) -> None:
    given = Session(library).answer("What is the gap of CsPbI3?")

    assert given.status is AnswerStatus.NO_EVIDENCE
    assert given.unused == given.passages == ()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What does Ti-MCM-41 yield at 500 °C?", {"500 °C", "Ti-MCM-41"}),
        ("What is the gap of CsPbI3 at 300 K?", {"300 K", "CsPbI3"}),
        ("What is the electrical conductivity of the films?", set()),
        ("Why is the yellow phase stable?", set()),
        ("How many gaps does the EM-likelihood variant cope with?", {"EM"}),
        ("At how many spots along the Dutch river was soil analysed?", set()),
        ("Which NMR-derived barrier does the Al-doped Li7La3Zr2O12 have?", {"NMR", "Li7La3Zr2O12"}),
    ],
)
def test_names_of_a_question_are_formulae_codes_and_values(question: str, names: set[str]) -> None:
    assert set(question_names(question)) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("annealed at 500°C for 2 h", "500 °C"),
        ("the LLZO- type garnet", "LLZO"),
        ("Li 7 La 3 Zr 2 O 12 pellets", "Li7La3Zr2O12"),
        ("of Ti–MCM–41", "Ti-MCM-41"),
        ("SiO₂ glass", "SiO2"),
        ("at 25 ◦C", "25 °C"),
        ("the gap of gallium arsenide", "GaAs"),
        ("anatase titanium dioxide", "TiO2"),
        ("iron(III) oxide powder", "Fe2O3"),
    ],
)
def test_a_name_is_found_however_its_parts_are_spaced(text: str, name: str) -> None:
    assert holds(folded_text(text), name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("at 1500 °C", "500 °C"),
        ("Li7La3Zr2O12Al", "Li7La3Zr2O12"),
        ("MOF-2101", "MOF-210"),
        ("CoO and NiO", "CO"),
        ("gallium nitride and indium arsenide", "GaAs"),
    ],
)
def test_a_part_of_another_name_is_not_that_name(text: str, name: str) -> None:
    assert not holds(folded_text(text), name)
