"""The flags that several commands take."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Library = Annotated[
    str, typer.Option("--library", "-l", metavar="NAME", help="The library to use.")
]
SameLibrary = Annotated[
    str | None, typer.Option("--library", "-l", metavar="NAME", help="The library to use.")
]
Preset = Literal["fast", "thorough", "compare"]
BibliographyForm = Literal["bibtex", "ris", "csl-json"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
