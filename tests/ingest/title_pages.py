"""Title pages with names that are hard to cite, set by ``tests/data/title_pages.typ``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import typst

SOURCE = Path(__file__).parent.parent / "data" / "title_pages.typ"
LAYOUTS = tuple(re.findall(r"^  ([a-z-]+): \(\) => paper", SOURCE.read_text("utf-8"), re.M))
TITLE = "Ionic conductivity and thermal stability of a layered sodium electrolyte"
OTHERS = ("Peter A. Thomsen", "Giulia Rossi", "Rosa Jiménez-Soto")
YEAR = 2018


@dataclass(frozen=True)
class Named:
    """A first author: given names, surname, what follows it."""

    given: str
    surname: str
    suffix: str = ""

    @property
    def printed(self) -> str:
        return f"{self.given} {self.surname}{self.suffix}"

    @property
    def key(self) -> str:
        return re.sub(r"[\W\d_]", "", self.surname) + str(YEAR)


# Made up of common given names and surnames.
NAMES = (
    Named("Kaixuan", "Chen"),
    Named("Ana", "da Silva"),
    Named("Angélica", "Plata-Rueda"),
    Named("Fataneh", "Hashempour-Baltork"),
    Named("Jens", "Jørgensen"),
    Named("Johannes D.", "van der Waals"),
    Named("Mary", "O’Brien"),
    Named("Magdalena", "Skała"),
    Named("Aleksander", "Łukaszewicz"),
    Named("Ahmed M.", "El-Sayed"),
    Named("Nguyễn Thị Lan", "Anh"),
    Named("Xiao-Ming", "Li"),
    Named("José A.", "Rodríguez"),
    Named("María", "de la Cruz"),
    Named("Zeynep", "Özdemir"),
    Named("Ludwig", "von Hohenberg"),
    Named("Chukwuemeka", "Okonkwo"),
    Named("R. K.", "Sharma"),
    Named("Jean-Pierre", "Lefèvre"),
    Named("Håkon", "Sæther"),
    Named("Szczepan", "Brzęczyszczykiewicz"),
    Named("Giovanni", "D’Angelo"),
    Named("Duncan", "MacDonald"),
    Named("Fiona", "McGregor"),
    Named("Martin L.", "King", " Jr."),
    Named("Sun-Young", "Park"),
    Named("Birgitta", "Åkesson"),
    Named("Tomáš", "Novotný"),
    Named("Mohammad Reza", "Ghasemi"),
    Named("Ho", "Ng"),
    Named("Wei", "An"),
    Named("Erzsébet", "Szűcs"),
    Named("Pieter", "ten Brink"),
    Named("Carlos", "dos Santos"),
    Named("Ibrahim", "Al-Hashimi"),
    Named("Ioana", "Ștefănescu"),
    Named("Ragnar", "Þórsson"),
    Named("Ferdinand", "de Saussure"),
    Named("Yuki", "Ōtani"),
    Named("John", "Short"),
)


def render(layout: str, named: Named) -> bytes:
    """The PDF of a paper of one or two pages."""
    pdf = typst.compile(
        str(SOURCE),
        format="pdf",
        sys_inputs={
            "layout": layout,
            "name": named.printed,
            "surname": named.surname,
            "initial": named.given[0],
            "year": str(YEAR),
            "title": TITLE,
        },
    )
    assert isinstance(pdf, bytes)
    return pdf
