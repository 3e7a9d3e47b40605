"""Recognising sentences of an experimental section, and the conditions that they state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

ConditionKind = Literal["temperature", "time", "solvent", "atmosphere"]


class Condition(Record):
    """A condition that a sentence states; ``quantity`` where it is a number."""

    kind: Annotated[ConditionKind, VOCABULARY]
    text: str  # as the paper writes it
    quantity: Quantity | None = None
    quote: int  # index of the quote that states it


# What is done to matter in a lab. The weak ones are also said of much else ("0.3 eV were added").
_STRONG = (
    r"synthesi[sz]ed|dissolved|dispersed|stirred|heated|annealed|calcined|sintered|ground|milled|"
    r"ball-milled|refluxed|quenched|filtered|washed|dried|recrystalli[sz]ed|precipitated|deposited|"
    r"spin-coated|spin-cast|sputtered|autoclaved|centrifuged|sonicated|degassed|pelleti[sz]ed|"
    r"evaporated|hydroly[sz]ed"
)
_WEAK = (
    r"prepared|pressed|mixed|added|cooled|crystalli[sz]ed|grown|sealed|fired|reacted|obtained|"
    r"purified|transferred|collected|fabricated|coated|soaked|aged|kept|held"
)
_PASSIVE = r"\b(?:was|were)\b[^.;]{{0,120}}?\b(?:{})\b|\bwe\s+(?:\w+ly\s+)?(?:{})\b"
_STRONG_DONE = re.compile(
    _PASSIVE.format(_STRONG, _STRONG)
    + r"|\b(?:prepared|made|obtained|synthesi[sz]ed|grown)\s+from\b"
    + r"|\b(?:prepared|made|obtained|synthesi[sz]ed|grown)\s+by\s+(?:\w+\s+)?(?:heating|annealing|"
    r"stirring|mixing|milling|grinding|sintering|calcining|dissolving|spin-coating|reacting|"
    r"precipitating|firing|quenching|melting)\b",
    re.IGNORECASE,
)
_WEAK_DONE = re.compile(_PASSIVE.format(_WEAK, _WEAK), re.IGNORECASE)
_NUMBER = r"(?<![\w.])[-−–]?\d+(?:[.,]\d+)?"
_TEMPERATURE = re.compile(
    rf"({_NUMBER})\s*(?:[-–−]|to)?\s*(?:(\d+(?:\.\d+)?)\s*)?(°\s?C|º\s?C|℃|degrees? Celsius|K\b)"
)
_TIME = re.compile(
    rf"({_NUMBER})\s*(?:[-–−]|to)?\s*(?:(\d+(?:\.\d+)?)\s*)?"
    r"(h\b|hours?\b|hrs?\b|min\b|minutes?\b|s\b|seconds?\b|days?\b|d\b|weeks?\b)"
)
_TIME_UNITS = {"h": "h", "m": "min", "s": "s", "d": "day", "w": "week"}
# An oven's and a solution's words; "K" of a property ("conductivity at 300 K") is no oven.
_THERMAL = re.compile(
    r"heat|anneal|calcin|sinter|fir(?:ed|ing)|furnace|oven|stir|reflux|dried|drying|cool|quench|"
    r"react|autoclav|hydrothermal|kept|held|crystalli|grown|melt|coat|temperature",
    re.IGNORECASE,
)
_SOLVENTS = (
    "N,N-dimethylformamide|dimethylformamide|dimethyl sulfoxide|dimethylsulfoxide|deionized water|"
    "distilled water|water|ethanol|methanol|isopropanol|2-propanol|1-butanol|acetone|acetonitrile|"
    "toluene|benzene|xylene|chlorobenzene|dichlorobenzene|chloroform|dichloromethane|hexane|heptane|"
    "octane|1-octadecene|octadecene|tetrahydrofuran|diethyl ether|ethyl acetate|ethylene glycol|"
    "gamma-butyrolactone|γ-butyrolactone|N-methyl-2-pyrrolidone|acetic acid|pyridine|DMF|DMSO|THF|"
    "NMP|GBL|IPA|DCM|EtOH|MeOH"
)
_SOLVENT = re.compile(rf"(?<![\w-])(?:{_SOLVENTS})(?![\w-])", re.IGNORECASE)
_ATMOSPHERE = re.compile(
    r"\b(?:under|in|within)\s+(?:an?\s+|flowing\s+|dry\s+|static\s+|dynamic\s+|the\s+)*"
    r"(argon|nitrogen|oxygen|hydrogen|helium|ambient air|air|vacuum|ammonia|Ar|N2|N₂|O2|O₂|H2|H₂|"
    r"inert (?:gas|atmosphere)|glove\s?box|Ar/H2|Ar-H2|forming gas)\b"
    r"(?:[-\s](?:filled\s+)?(?:atmosphere|flow|gas|glove\s?box))?",
    re.IGNORECASE,
)
_CASED = frozenset({"ar", "n2", "o2", "h2"})  # "in ar" is a misprint, "in Ar" is argon


def is_procedure(sentence: str) -> bool:
    """Whether a sentence tells what was done in a lab."""
    if _STRONG_DONE.search(sentence):
        return True
    # "were mixed" alone may be a mixture of opinions; with an oven, a time or a solvent it is not.
    return bool(_WEAK_DONE.search(sentence)) and any(conditions(sentence, source="-", quote=0))


def conditions(sentence: str, *, source: str, quote: int) -> Iterator[Condition]:
    """The temperatures, times, solvents and atmospheres that a sentence states.

    Args:
        sentence: Verbatim.
        source: Its citation, e.g. "(Li2020 page 3)".
        quote: Index of the sentence among the quotes.
    """
    if _THERMAL.search(sentence):
        for match in _TEMPERATURE.finditer(sentence):
            unit = "K" if match[3].startswith("K") else "degC"
            yield from _numbers("temperature", match, unit, source, quote)
    for match in _TIME.finditer(sentence):
        unit = _TIME_UNITS[match[3][0].lower()]
        yield from _numbers("time", match, unit, source, quote)
    seen = set()
    for match in _SOLVENT.finditer(sentence):
        if match[0].lower() not in seen:
            seen.add(match[0].lower())
            yield Condition(kind="solvent", text=match[0], quote=quote)
    for match in _ATMOSPHERE.finditer(sentence):
        gas = match[1]
        if not (gas.lower() in _CASED and gas.islower()):
            yield Condition(kind="atmosphere", text=gas, quote=quote)


def _numbers(
    kind: ConditionKind, match: re.Match[str], unit: str, source: str, quote: int
) -> Iterator[Condition]:
    """One quantity, or the two ends of a range."""
    for text in (match[1], match[2]):
        if text is None:
            continue
        cleaned = text.replace("−", "-").replace("–", "-").replace(",", ".")
        quantity = Quantity(value=float(cleaned), unit=unit, method="measured", source=source)
        yield Condition(kind=kind, text=match[0].strip(), quantity=quantity, quote=quote)
