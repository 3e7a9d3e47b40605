"""When and where a paper was published: the year, the DOI, the journal, and what the file says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.lines import Line


@dataclass(frozen=True)
class FileInfo:
    """What the file's own metadata say; often wrong."""

    title: str = ""
    author: str = ""
    subject: str = ""
    created: str = ""


# Lines that are a journal's name, as banners above titles are.
JOURNAL = re.compile(
    r"^(?:the\s+)?(?:(?:international|european|american|asian|african|chinese|indian|iranian|"
    r"brazilian|arabian|korean|turkish|new|open|world|royal society|saudi)\s+)*(?:journal|"
    r"archives?|annals|bulletin|transactions|advances|proceedings|acta|frontiers|letters|reviews|chimica|"
    r"revista|zeitschrift)\b[^.:]{0,70}$|^(?:plos one|scientific reports|rsc advances|"
    r"nature communications|heliyon|peerj|nanoscale|chem(?:ical)? sci(?:ence)?|acs omega|"
    r"advanced \w+(?: \w+)?|applied \w+(?: \w+)?|angewandte(?: chemie)?|materials|molecules|"
    r"polymers|sensors|energies|catalysts|nanomaterials|foods|sustainability)$",
    re.IGNORECASE,
)

# -------------------------------------------------------------------------------------- year


_Y = r"((?:19[3-9]|20[0-4])\d)"
_YEAR_SIGNS: tuple[tuple[float, re.Pattern[str]], ...] = (
    # Journal, year, volume, page: how the paper is cited.
    (5.0, re.compile(rf"\b{_Y}\s*[,;]\s*(?:vol\.?\s*)?[A-Z]?\d{{1,4}}\s*[,(:]", re.I)),
    (5.0, re.compile(rf"\b\d{{1,4}}\s*(?:\([\d–-]+\)\s*)?\({_Y}\)\s*[A-Ze]?\d+", re.I)),
    (5.0, re.compile(rf"\({_Y}\)\s*\d{{1,4}}\s*[:,(]\s*\d+", re.I)),
    (5.0, re.compile(rf"\bvol(?:ume|\.)?\s*{_Y}\b", re.I)),
    (4.0, re.compile(rf"\bvol(?:ume|\.)?\s*\d+[^\n]{{0,40}}?\b{_Y}\b", re.I)),
    (4.0, re.compile(rf"\bpublished(?:\s+online)?\b[^\n]{{0,45}}?\b{_Y}\b", re.I)),
    (4.0, re.compile(rf"(?:©|\(c\)|copyright)[^\n]{{0,40}}?\b{_Y}\b", re.I)),
    (3.0, re.compile(rf"\bcite this[^\n]{{0,80}}?\b{_Y}\b", re.I)),
    (2.5, re.compile(rf"\bavailable online\b[^\n]{{0,25}}?\b{_Y}\b", re.I)),
    (2.5, re.compile(rf"arXiv:[^\n]{{0,40}}?\b{_Y}\b")),
    (2.0, re.compile(rf"10\.\d{{4,9}}/\S*?[./-]{_Y}[./-]")),
    (1.5, re.compile(rf"\baccepted\b[^\n]{{0,25}}?\b{_Y}\b", re.I)),
    (
        1.5,
        re.compile(
            r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:\d{1,2},?\s+)?"
            + _Y,
            re.I,
        ),
    ),
)
_EDGE_SIGNS = (  # in running heads and feet
    (4.0, re.compile(rf"\bet\s+al\.?,?\s*\(?{_Y}\b", re.I)),
    (3.0, re.compile(rf"\b\d{{1,4}}\s*(?:\([\d–-]+\)\s*)?\({_Y}\)")),
    (2.0, re.compile(rf"^\W*(?:\w+\W+){{0,7}}?(?:vol|no|issue)\b.*\b{_Y}\b", re.I)),
)
_OTHER_DATES = re.compile(rf"\b(?:received|submitted|revised)\b[^\n;.|]{{0,40}}?\b{_Y}\b", re.I)


def publication_year(pages: Sequence[list[Line]], info: FileInfo) -> int | None:
    """Year of publication: the one that most signs on the first pages speak for."""
    created_match = re.search(r"(?:D:)?((?:19|20)\d\d)", info.created)
    created = int(created_match[1]) if created_match else None
    votes: defaultdict[int, float] = defaultdict(float)
    for page in pages[:2]:
        for line in _edge(page):
            for weight, pattern in _EDGE_SIGNS:
                for match in pattern.finditer(line.text):
                    votes[int(match[1])] += weight
    for lines in (*map(_front_matter, pages[:1]), *map(_edge, pages[1:2])):
        text = _OTHER_DATES.sub(" ", "\n".join(line.text for line in lines))
        for weight, pattern in _YEAR_SIGNS:
            for year in {int(match[1]) for match in pattern.finditer(text)}:
                votes[year] += weight
    if created:
        for year in list(votes):
            if year > created + 2:
                votes[year] -= 4.0  # a file is seldom older than its paper
        votes[created] += 0.5
    if not votes:
        return None
    year, weight = max(votes.items(), key=lambda item: (item[1], item[0]))
    return year if weight > 0 else None


def _front_matter(lines: list[Line]) -> list[Line]:
    """Lines of the first page without its prose and references, where other years stand."""
    end = next(
        (i for i, line in enumerate(lines) if re.match(r"\W*references\b", line.text, re.I)), None
    )
    kept = []
    for line in lines[:end]:
        prose = len(line.text) > 60 and not re.search(
            r"doi|©|copyright|\bvol|publish|cite|citation|arxiv|received|\bISSN|www\.",
            line.text,
            re.I,
        )
        if not prose:
            kept.append(line)
    return kept


def _edge(lines: list[Line]) -> list[Line]:
    """The outermost lines of a page, its running heads and feet."""
    upright = sorted((line for line in lines if not line.turned), key=lambda line: -line.baseline)
    return [*upright[:3], *upright[-3:]]


# --------------------------------------------------------------------------- DOI and journal


_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^`\[\]‘’“”]+", re.I)


def paper_doi(pages: Sequence[list[Line]], info: FileInfo) -> str | None:
    """The paper's DOI: the first on its first pages, but not one of the works it cites."""
    for source in (*map(_front_matter, pages[:1]), *map(_edge, pages[1:2])):
        text = "\n".join(line.text for line in source)
        found = [_trimmed(match[0]) for match in _DOI.finditer(text)]
        # The international edition's, where a paper has two.
        marked = re.search(r"International Edition: DOI:\s*(10\.\d{4,9}/\S+)", text) or re.search(
            r"doi(?:\.org/|:|\s)\s*(10\.\d{4,9}/\S+)", text, re.I
        )
        if marked and (match := _DOI.match(marked[1])):
            found.insert(0, _trimmed(match[0]))
        for doi in found:
            if not re.search(r"x{4,}|/s\d+$|suppl", doi, re.I):
                return doi
    match = _DOI.search(f"{info.subject} {info.title}")
    return _trimmed(match[0]) if match else None


def _trimmed(doi: str) -> str:
    doi = doi.rstrip(".,;:'\"")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    return doi


_JOURNAL_YEAR = re.compile(
    rf"^(?:\d+\s+)?([A-Z][A-Za-z&.,: -]{{2,70}}?)[,.]?\s+"
    rf"(?:\(?{_Y}\)?\s*[,;:]|\d{{1,4}}\s*(?:\([\d–-]+\))?\s*\({_Y}\)|Vol)"
)


_NO_JOURNAL = re.compile(
    r"\bet al\b|received|accepted|published|^(?:in|on|since|by|during|from|at|until)\b", re.I
)


def journal_name(pages: Sequence[list[Line]], info: FileInfo) -> str | None:
    """The journal's name in a citation line or banner, else in the file's subject."""
    front = [line for page in pages[:1] for line in _front_matter(page)]
    for line in [*front, *(line for page in pages[1:2] for line in _edge(page))]:
        match = _JOURNAL_YEAR.match(line.text)
        if match and not _NO_JOURNAL.search(match[1]):
            return match[1].strip(" ,.:-")
    for line in front:
        if JOURNAL.match(line.text.strip()) and len(line.text) > 8:
            return line.text.strip()
    match = _JOURNAL_YEAR.match(info.subject)
    return match[1].strip(" ,.:-") if match else None
