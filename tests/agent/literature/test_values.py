from __future__ import annotations

import pytest

from agent.literature.values import VALUE_KINDS

KINDS = {kind.name: kind for kind in VALUE_KINDS}

# As papers write a value of each kind, and a number that is none of it.
WRITTEN = [
    ("temperature", "It was calcined at 1100 °C.", "It was 12 nm thick."),
    ("temperature", "Measured at 300 K.", "A field of 300 V."),
    ("temperature", "The peak at 162.2 K.", "The 162 samples."),
    ("energy", "A barrier of 0.26 eV.", "A value of 0.26."),
    ("energy", "It is 2.61 ± 0.41 kJ mol−1.", "It took 2.61 h."),
    ("conductivity", "We found 4.0 × 10−4 S cm−1.", "We found 4.0 × 10−4 of them."),
    ("conductivity", "It reaches 32 mS cm−1.", "It reaches 32 %."),
    ("time", "Milled for 20 h.", "Heated to 20 °C."),
    ("time", "It was stirred for three hours.", "It was stirred."),
    ("length", "A film of 50 nm.", "A cell of 50 mA h."),
    ("length", "A radius of 1.423 Å.", "A charge of 1.423."),
    ("voltage", "It withstands 3.8 V.", "It weighs 3.8 g."),
    ("year", "It was described in 1967.", "It has 67 atoms."),
    ("percent", "It kept 89.3 % of it.", "It kept 89.3 g of it."),
    ("percent", "About 5 wt% was lost.", "About 5 were lost."),
    ("capacity", "It delivers 150 mAh g−1.", "It delivers 150 mg."),
    ("pressure", "Pressed at 370 MPa.", "Pressed 370 times."),
    ("rate", "Heated at 5 °C/min.", "Heated to 5 of them."),
    ("concentration", "A dose of 1.5 mg/mL.", "A dose on day 15."),
    ("mass", "A sample of 5 mg.", "A sample of 5 kinds."),
]


@pytest.mark.parametrize(("kind", "sentence", "other"), WRITTEN)
def test_a_value_is_known_by_the_way_papers_write_it(kind: str, sentence: str, other: str) -> None:
    assert KINDS[kind].written.search(sentence)
    assert not KINDS[kind].written.search(other)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_kind_is_asked_for_by_a_question_about_nothing(name: str) -> None:
    assert not KINDS[name].asked.search("Which authors wrote the paper?")


def test_the_unit_of_a_value_ends_with_the_unit() -> None:
    # "5 Verfahren", "5 Kinetics" and "5 Aspects" hold no volts, kelvins or ångströms.
    assert not KINDS["voltage"].written.search("5 Verfahren")
    assert not KINDS["temperature"].written.search("5 Kinetics")
    assert not KINDS["length"].written.search("5 Aspects")
