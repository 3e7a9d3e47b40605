from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.tools import equations
from agent.tools.equations import BalancedEquation, balance_equation
from agent.tools.errors import ArgumentError, ToolError
from agent.tools.units import Conversion, convert_units


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "eV", "kJ/mol", 96.48533),  # CODATA 2018
        (1, "kcal/mol", "eV", 0.0433641),
        (1000, "cm-1", "kJ/mol", 11.96266),
        (532, "nm", "eV", 2.330530),
        (1, "atm", "mmHg", 760),
        (25, "degC", "K", 298.15),
        (25, "°C", "°F", 77),
        (1, "Å", "pm", 100),
        (1, "M", "mmol/L", 1000),
        (100, "kJ/mol", "nm", 1196.266),
    ],
)
def test_a_value_is_converted(value: float, source: str, target: str, expected: float) -> None:
    done = convert_units(value, source, target)

    assert done.result.value == pytest.approx(expected, rel=1e-5)
    assert Conversion.model_validate_json(done.model_dump_json()) == done


def test_what_was_used_beyond_the_units_is_named() -> None:
    assert convert_units(1, "mol", "g", molar_mass=18.015).by == "a molar mass of 18.015 g/mol"
    assert "light" in (convert_units(532, "nm", "eV").by or "")
    assert "Avogadro" in (convert_units(1, "eV", "kJ/mol").by or "")
    assert convert_units(1, "km", "m").factor == pytest.approx(1000)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1, "m", "kg"), "Give a unit of the same kind"),
        ((1, "mol", "g"), "molar_mass"),
        ((1, "foo", "m"), "from_unit: 'foo' is not a unit"),
        ((1, "m", ""), "to_unit: '' is not a unit"),
        ((0, "nm", "eV"), "reciprocal"),
        ((1, "9**9**9", "m"), "not a unit"),
        ((1, "m**999999999", "m"), "not a unit"),
        ((float("nan"), "m", "m"), "finite"),
    ],
)
def test_what_cannot_be_converted_is_told(arguments: tuple[float, str, str], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        convert_units(*arguments)


@pytest.mark.parametrize(
    ("equation", "balanced"),
    [
        ("Fe + O2 -> Fe2O3", "4 Fe + 3 O2 -> 2 Fe2O3"),
        ("C3H8+O2->CO2+H2O", "C3H8 + 5 O2 -> 3 CO2 + 4 H2O"),
        (
            "MnO4^- + Fe^2+ + H^+ -> Mn^2+ + Fe^3+ + H2O",
            "MnO4^- + 5 Fe^2+ + 8 H^+ -> Mn^2+ + 5 Fe^3+ + 4 H2O",
        ),
        (
            "Cr2O72- + e- + H+ = Cr3+ + H2O",
            "Cr2O72- + 6 e- + 14 H+ -> 2 Cr3+ + 7 H2O",
        ),
        ("CuSO4·5H2O -> CuSO4 + H2O", "CuSO4·5H2O -> CuSO4 + 5 H2O"),
        ("2H2(g) + O2(g) ⇌ 2H2O(l)", "2 H2 + O2 -> 2 H2O"),
        ("Fe³⁺ + I⁻ → Fe²⁺ + I2", "2 Fe3+ + 2 I- -> 2 Fe2+ + I2"),
        (
            "K4[Fe(CN)6] + KMnO4 + H2SO4 -> KHSO4 + Fe2(SO4)3 + MnSO4 + HNO3 + CO2 + H2O",
            "10 K4[Fe(CN)6] + 122 KMnO4 + 299 H2SO4 -> 162 KHSO4 + 5 Fe2(SO4)3 + 122 MnSO4"
            " + 60 HNO3 + 60 CO2 + 188 H2O",
        ),
    ],
)
def test_an_equation_is_balanced(equation: str, balanced: str) -> None:
    done = balance_equation(equation)

    assert done.equation == balanced
    assert done.is_unique
    assert BalancedEquation.model_validate_json(done.model_dump_json()) == done


def test_an_equation_with_several_ways_says_so_and_is_balanced_all_the_same() -> None:
    done = balance_equation("H2O2 + KMnO4 + H2SO4 -> MnSO4 + K2SO4 + O2 + H2O")

    assert not done.is_unique
    assert done.n_ways == 2
    assert "not unique" in done.warnings[0]
    for symbol in "HOKMnS":
        total = sum(
            (1 if s.side == "reactant" else -1) * s.coefficient * s.elements.get(symbol, 0)
            for s in done.species
        )
        assert total == 0


@pytest.mark.parametrize(
    ("equation", "error", "said"),
    [
        ("H2 -> O2", ToolError, "H stands only on the left side"),
        ("H2 + O2 -> H2O + N2", ToolError, "only with N2 left out"),
        ("Fe3+ -> Fe2+", ToolError, "cannot be balanced"),
        ("H2 + O2", ArgumentError, "needs one arrow"),
        ("Fe203 + C -> Fe + CO2", ArgumentError, "Did you mean 'Fe2O3'"),
        ("Xx + O2 -> XxO", ArgumentError, "'Xx' is not an element"),
    ],
)
def test_what_cannot_be_balanced_is_told(equation: str, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        balance_equation(equation)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("HCNOFS"), st.integers(1, 6), min_size=1, max_size=3),
        min_size=2,
        max_size=5,
        unique_by=lambda amounts: tuple(sorted(amounts.items())),
    )
)
def test_whatever_is_called_balanced_is_balanced(molecules: list[dict[str, int]]) -> None:
    # Given: molecules on the left, and their atoms on the right.
    left = ["".join(f"{s}{n}" for s, n in sorted(m.items())) for m in molecules]
    atoms = sorted({s for m in molecules for s in m})

    names = [*left, *atoms]
    read = [equations._read_species(name) for name in names]
    sides = [1] * len(left) + [-1] * len(atoms)
    rows = equations._rows(read, sides)
    found = equations._fewest(rows, len(names))

    assert found is not None
    assert min(found) >= 1
    assert all(sum(a * c for a, c in zip(row, found, strict=True)) == 0 for row in rows)
