"""Questions that a library can answer, drawn from sentences of its papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.library import Library
    from ingest.paper import Paper

PAPERS_READ: Final = 24  # of a large library only the newest are looked at
_CHARS_READ: Final = 40_000  # of each paper's text

# A property and what it is of, in a sentence that gives a number: "the band gap of MAPbI3 is 1.55".
_SAID: Final = re.compile(
    r"\b(?P<property>(?:optical |electronic |indirect |direct |ionic |electrical |thermal "
    r"|specific |apparent |standard |total )?(?:band gap|activation energy|conductivity"
    r"|surface area|capacity|pore volume|lattice parameter|melting point|boiling point"
    r"|glass transition temperature|formation energy|formation enthalpy|enthalpy of formation"
    r"|migration barrier|yield|viscosity|density|overpotential|refractive index"
    r"|dielectric constant|solubility|hardness|half-life|binding energy|diffusion coefficient"
    r"|ionization potential|work function))"
    r" (?:of|in|for) (?P<subject>(?:the )?(?:[\w().,+-]+ ){0,2}?[A-Z][\w().+-]*\d[\w().+-]*)"
    r"(?=[,.;:)]| [a-z])(?=[^?!]{0,120}\d)"  # a formula that the file's text cuts is none
)
_EFFECT: Final = re.compile(
    r"\b(?P<cause>[A-Z]?[a-z]{4,}(?:ing|ment|tion|ity|ure)) (?P<verb>increases|decreases|lowers"
    r"|raises|doubles|improves|reduces|suppresses|stabilises|stabilizes) (?P<effect>the [a-z]+"
    r"(?: [a-z]+)?)\b"
)
_NO_TOPIC: Final = frozenset(
    {"From", "How", "On", "To", "Towards", "Toward", "Why", "When", "What"}
)
_BASE: Final = {
    "increases": "increase", "decreases": "decrease", "lowers": "lower", "raises": "raise",
    "doubles": "change", "improves": "improve", "reduces": "reduce", "suppresses": "suppress",
    "stabilises": "stabilise", "stabilizes": "stabilize",
}  # fmt: skip


def suggest_questions(library: Library, limit: int = 4) -> tuple[str, ...]:
    """Up to ``limit`` questions, at most one a paper, the newest papers first."""
    found: dict[str, None] = {}
    spare: list[str] = []
    for paper in list(reversed(library.papers()))[:PAPERS_READ]:
        made = list(dict.fromkeys(_questions(library.catalog.text(paper.paper_id)[:_CHARS_READ])))
        fresh = [question for question in made if question not in found]
        if fresh:
            found[fresh[0]] = None
            spare += fresh[1:]
        elif title := _about(paper):
            spare.append(title)
        if len(found) >= limit:
            break
    for question in spare:
        found.setdefault(question, None)
    return tuple(found)[:limit]


def _questions(text: str) -> Iterator[str]:
    folded = re.sub(r"\s+", " ", text)
    for match in _SAID.finditer(folded):
        subject = match["subject"].strip(" ,.")
        if len(subject) > 2 and subject.count("(") == subject.count(")"):
            yield f"What is the {match['property'].lower()} of {subject}?"
    for match in _EFFECT.finditer(folded):
        yield f"How does {match['cause'].lower()} {_BASE[match['verb']]} {match['effect']}?"


def _about(paper: Paper) -> str | None:
    """A question made of a title, where it is short enough to be read as one."""
    title = (paper.title or "").split(":")[0].strip()
    first = title.split(" ")[0]
    if not 12 <= len(title) <= 70 or first in _NO_TOPIC or first.endswith("ing"):
        return None
    return f"What is reported on {title[0].lower() + title[1:]}?"
