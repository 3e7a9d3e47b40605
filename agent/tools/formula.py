"""Reading a chemical formula: ``Fe2O3``, ``CuSO4·5H2O``, ``Li0.5CoO2``, ``(Fe3+)2(O2-)3``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent.tools.errors import ToolError

SYMBOLS: tuple[str, ...] = tuple(
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy "
    "Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf "
    "Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og".split()
)
"""Element symbols in order of atomic number; ``SYMBOLS[0]`` is hydrogen."""

ATOMIC_NUMBERS: Mapping[str, int] = {symbol: z for z, symbol in enumerate(SYMBOLS, start=1)}

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# Ion first, so that the charge in "(Fe3+)2" is not read as an amount.
_TOKEN = re.compile(
    r"(?P<ion>\((?P<species>[A-Z][a-z]?\d*[+-])\))"
    r"|(?P<element>[A-Z][a-z]?)"
    r"|(?P<amount>\d+\.?\d*|\.\d+)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<dot>[·•⋅*])"
)
_SPECIES = re.compile(r"([A-Z][a-z]?)(\d*)([+-])")


class FormulaError(ToolError):
    """A text that is not a chemical formula."""


def parse_formula(formula: str) -> dict[str, float]:
    """Amounts of the elements (or ions) in a formula, in the order in which they first stand.

    Args:
        formula: Symbols with amounts, brackets, fractions and hydrate dots. Ions stand in brackets
            with their charge, ``(Fe3+)2(O2-)3``; then the keys are ions, ``Fe3+`` and ``O2-``.

    Raises:
        FormulaError: Not a formula, an unknown element, or an amount of zero; a likely misprint
            such as ``Fe203`` (a zero for the letter O) is named with what was probably meant.
    """
    text = "".join(formula.split()).translate(_SUBSCRIPTS)
    if not text:
        raise FormulaError("a formula is empty. Write for example Fe2O3")
    try:
        amounts = _amounts(text)
    except FormulaError as error:
        meant = suggest_formula(text)
        if meant is None:
            raise FormulaError(f"cannot read {formula!r} as a formula: {error}") from None
        raise FormulaError(
            f"cannot read {formula!r} as a formula: {error}. Did you mean {meant!r} "
            "(the letter O, not the digit 0)?"
        ) from None
    meant = suggest_formula(text)
    if meant is not None:
        raise FormulaError(
            f"{formula!r} has an amount that looks like a misprint: a zero stands where the letter "
            f"O is usual. Did you mean {meant!r}? If the amount is meant, write a decimal point"
        )
    return amounts


def suggest_formula(text: str) -> str | None:
    """The formula that was probably meant where a digit 0 stands for the letter O, or None.

    ``Fe203`` is ``Fe2O3``: no compound has 203 iron atoms and no oxygen. Large molecules do have
    such amounts of carbon and hydrogen, so behind C and H a zero is not suspect.
    """
    if "O" in re.sub(r"O[a-z]", "", text):
        return None
    candidate = re.sub(r"(?<=[A-Za-z])(?<![CH])(\d?)0(\d?)(?![\d.])", _letter_o, text)
    if candidate == text:
        return None
    try:
        _amounts(candidate)
    except FormulaError:
        return None
    return candidate


def _letter_o(match: re.Match[str]) -> str:
    # Fe203 and Ti02, but not Na10, W20 or Mg120: there the zero ends a plain number.
    if match[1] and not match[2]:
        return match[0]
    return f"{match[1]}O{match[2]}"


def parse_species(species: str) -> tuple[str, int]:
    """Element and charge of an ion: ``Fe3+`` is ("Fe", 3), ``Cl-`` is ("Cl", -1)."""
    match = _SPECIES.fullmatch(species)
    if match is None or match[1] not in ATOMIC_NUMBERS:
        raise FormulaError(f"{species!r} is not an ion. Write symbol, charge, sign: Fe3+")
    size = int(match[2]) if match[2] else 1
    return match[1], size if match[3] == "+" else -size


def _amounts(text: str) -> dict[str, float]:
    total: dict[str, float] = {}
    for part in re.split(r"[·•⋅*]", text):
        # "5H2O" behind a hydrate dot: the number in front counts for the whole part.
        match = re.match(r"(\d+\.?\d*|\.\d+)(?=\D)", part)
        factor = float(match[1]) if match else 1.0
        _add(total, _part_amounts(part[match.end() :] if match else part), factor)
    return total


def _part_amounts(text: str) -> dict[str, float]:
    stack: list[tuple[str, dict[str, float]]] = [("", {})]
    unit: dict[str, float] = {}  # the element or group that an amount would count
    for kind, token in _tokens(text):
        if kind == "amount":
            if not unit:
                raise FormulaError(f"the number {token} follows no element")
            if float(token) == 0:
                raise FormulaError(f"{'/'.join(unit)} has an amount of zero")
            _add(stack[-1][1], unit, float(token))
            unit = {}
            continue
        _add(stack[-1][1], unit, 1.0)
        unit = {}
        if kind == "open":
            stack.append((_CLOSING[token], {}))
        elif kind == "close":
            if token != stack[-1][0]:
                raise FormulaError(f"the bracket {token!r} closes nothing")
            unit = stack.pop()[1]
        elif kind == "element" and token not in ATOMIC_NUMBERS:
            raise FormulaError(f"{token!r} is not an element")
        else:
            if kind == "ion":
                parse_species(token)
            unit = {token: 1.0}
    _add(stack[-1][1], unit, 1.0)
    if len(stack) > 1:
        raise FormulaError(f"a bracket is opened and never closed (missing {stack[-1][0]!r})")
    if not stack[0][1]:
        raise FormulaError("it names no element")
    return stack[0][1]


def _add(amounts: dict[str, float], more: Mapping[str, float], factor: float) -> None:
    for key, value in more.items():
        amounts[key] = amounts.get(key, 0.0) + value * factor


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"{text[at]!r} at position {at + 1} has no place in it")
        kind = next(name for name in ("ion", "element", "amount", "open", "close") if match[name])
        yield kind, match["species"] if kind == "ion" else match[kind]
        at = match.end()
