"""Papers as a bibliography: BibTeX, RIS and CSL-JSON, as reference managers read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from ingest.names import surname
from ingest.paper import Paper


class BibliographyFormat(StrEnum):
    """A form that reference managers read."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"


SUFFIXES: Final[Mapping[str, BibliographyFormat]] = {
    ".bib": BibliographyFormat.BIBTEX,
    ".ris": BibliographyFormat.RIS,
    ".json": BibliographyFormat.CSL_JSON,
}


def bibliography(papers: Iterable[Paper], form: BibliographyFormat) -> str:
    """``papers`` in that form, in the order given, with a line feed at the end.

    A paper whose journal is not known is a ``misc`` (BibTeX), ``GEN`` (RIS) or ``document``
    (CSL-JSON). What is not known of a paper is left out.
    """
    return _WRITERS[form](papers)


def split_name(name: str) -> tuple[str, str]:
    """Surname and given names of an author as printed, in either order; given may be empty."""
    name = " ".join(name.split())
    family, comma, given = name.partition(",")
    if comma:
        return family.strip(), given.strip()
    if " " not in name:
        return name, ""
    family = surname(name)
    folded, wanted = name.casefold(), family.casefold()
    if folded.endswith(" " + wanted):
        return family, name[: -len(family)].strip()
    if folded.startswith(wanted + " "):
        return family, name[len(family) :].strip()
    return name, ""


# --------------------------------------------------------------------------------------- BibTeX

# What LaTeX would take for a command. Letters beyond ASCII stay: BibTeX files are UTF-8 by now.
_LATEX: Final = {
    "\\": r"{\textbackslash}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"{\textasciitilde}", "^": r"{\textasciicircum}",
}  # fmt: skip
_LATEX_SIGN = re.compile("|".join(map(re.escape, _LATEX)))
# Two of these in a row are one sign to LaTeX: "--" a dash, "''" a quotation mark.
_LIGATURES = re.compile(r"(?<=[-`'])(?=[-`'])|(?<=[?!])(?=`)")


def bibtex(papers: Iterable[Paper]) -> str:
    """A ``.bib`` file of ``papers`` in UTF-8; titles keep their capitals."""
    from bibtexparser.library import Library as BibLibrary
    from bibtexparser.model import Block, Entry, Field
    from bibtexparser.writer import write

    entries: list[Block] = []
    for paper in papers:
        fields = {
            "title": f"{{{_latex(paper.title)}}}" if paper.title else None,
            "author": " and ".join(_bibtex_name(name) for name in paper.authors),
            "year": str(paper.year) if paper.year else None,
            "journal": _latex(paper.journal) if paper.journal else None,
            "doi": paper.doi,
            "file": _bibtex_path(paper.paths[0]) if paper.paths else None,
        }
        entries.append(
            Entry(
                entry_type="article" if paper.journal else "misc",
                key=paper.key,
                fields=[Field(key=k, value=f"{{{v}}}") for k, v in fields.items() if v],
            )
        )
    return write(BibLibrary(entries))


def _latex(text: str) -> str:
    signs = _LATEX_SIGN.sub(lambda match: _LATEX[match[0]], " ".join(text.split()))
    return _LIGATURES.sub("{}", signs)


def _bibtex_name(name: str) -> str:
    family, given = split_name(name)
    # A name of one part in braces, so that BibTeX takes no word of it for a given name.
    return f"{_latex(family)}, {_latex(given)}" if given else f"{{{_latex(family)}}}"


def _bibtex_path(path: str) -> str:
    """A path as JabRef and Zotero write it: ``:path:PDF`` with its own colons escaped."""
    escaped = re.sub(r"([\\:;{}])", r"\\\1", path)
    return f":{escaped}:{path.rpartition('.')[2].upper()}"


# ------------------------------------------------------------------------------------------ RIS


def ris(papers: Iterable[Paper]) -> str:
    """A ``.ris`` file of ``papers`` in UTF-8."""
    records = ("\n".join(f"{tag}  - {value}" for tag, value in _ris(paper)) for paper in papers)
    return "".join(record + "\n\n" for record in records)


def _ris(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if paper.journal else "GEN"
    yield "ID", paper.key
    if paper.title:
        yield "TI", _one_line(paper.title)
    for name in paper.authors:
        family, given = split_name(name)
        yield "AU", f"{family}, {given}" if given else family
    if paper.year:
        yield "PY", str(paper.year)
    if paper.journal:
        yield "JO", _one_line(paper.journal)
    if paper.doi:
        yield "DO", paper.doi
    for path in paper.paths[:1]:
        yield "L1", _one_line(path)
    yield "ER", ""


# ------------------------------------------------------------------------------------- CSL-JSON


def csl_json(papers: Iterable[Paper]) -> str:
    """A CSL-JSON file of ``papers``: what Zotero, pandoc and citeproc read."""
    return json.dumps([csl_item(paper) for paper in papers], ensure_ascii=False, indent=2) + "\n"


def csl_item(paper: Paper) -> dict[str, Any]:
    """One paper as an item of CSL-JSON."""
    item: dict[str, Any] = {
        "id": paper.key,
        "type": "article-journal" if paper.journal else "document",
        "title": paper.title and _one_line(paper.title),
        "author": [_csl_name(name) for name in paper.authors],
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "container-title": paper.journal and _one_line(paper.journal),
        "DOI": paper.doi,
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    family, given = split_name(name)
    return {"family": family, "given": given} if given else {"literal": family}


def _one_line(text: str) -> str:
    return " ".join(text.split())


_WRITERS: Final[Mapping[BibliographyFormat, Callable[[Iterable[Paper]], str]]] = {
    BibliographyFormat.BIBTEX: bibtex,
    BibliographyFormat.RIS: ris,
    BibliographyFormat.CSL_JSON: csl_json,
}
