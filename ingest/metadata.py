"""What a paper says of itself: title, authors, year, DOI, journal.

The first page is asked first, for what is printed on it is what readers cite; the file's own
metadata second, and only where the page bears them out ("Microsoft Word - ..." by the typist are
common); the file's name last.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import attrgetter
from pathlib import PurePath

from ingest.imprint import JOURNAL, FileInfo, journal_name, paper_doi, publication_year
from ingest.keys import fold, fold_key
from ingest.lines import RAISED, TYPED, Line
from ingest.names import citation_key, is_name, split_names, surname
from ingest.paper import PaperMetadata

__all__ = ["FileInfo", "citation_key", "fold_key", "read_metadata"]


_TITLE_ZONE = 0.62  # share of the page, from its top, in which titles begin
_TITLE_WORDS = range(2, 45)
_ASIDE = 20.0  # points by which names may stand out from under their title
_TITLES_TRIED = 6  # of the likeliest blocks
_AUTHORS_FOUND = 1.6  # what names below a block add to its score
_PROSE_WORDS = 5  # in lower case: a line of names has fewer
_AUTHOR_LINES = 40  # below a title
_MAX_AUTHORS = 200

_BANNER = re.compile(
    r"^(?:(?:research|original|review|mini|full|short|data|case|regular|invited|brief|rapid|"
    r"feature|perspective|technical|open)\b[ -]*)*(?:article|paper|review|report|communication|"
    r"letter|note|research|contribution|access|perspective|editorial|commentary|software|draft|"
    r"protocol|preprint|manuscript|articles|reviews|letters|reports|communications|full|concept)s?"
    r"(?:\s+open access)?$|^(?:contents lists available|journal homepage|cite this|"
    r"available online|see discussions|http|www\.|doi\b|vol(?:ume)?\b|issn|received|accepted|"
    r"published|check for updates|hhs public access|author manuscript|open access|arxiv:|"
    r"citation:|edited by|reviewed by|keywords?|a ?b ?s ?t ?r ?a ?c ?t$|abstract$|copyright|"
    r"©|supporting information|downloaded|view (?:article|journal)|table of contents|"
    r"graphical abstract|highlights|\(?dated:|preprint|peer[- ]review|accepted manuscript|"
    r"proceedings of|lecture notes)",
    re.IGNORECASE,
)
_END_OF_AUTHORS = re.compile(
    r"^(?:[\W\d]*)(?:abstract\b|a b s t r a c t|summary\W*$|keywords?|key words|"
    r"introduction\W*$|article info|background\W*$|received|accepted|published|available online|"
    r"doi\b|https?:|graphical|highlights|correspond|\*? ?to whom|e-?mail|academic editor|editor:|"
    r"edited by|©|copyright|cite this|citation|how to cite|open access|this is an open|"
    r"\(?dated|purpose:|objectives?:|background:|published online|article history|contents$)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s+\d{1,2}\b|\b(?:19|20)\d\d\b",
    re.I,
)
_AFFILIATION = re.compile(
    r"\b(?:\w*universit|institut|department|dept\b|d[ée]partement|departamento|facult|laborator|"
    r"school of|college|academy|centre\b|center\b|centro\b|hospital|ministry|polytech|"
    r"cnrs|p\.? ?o\.? box|gmbh|\bltd\b|\binc\.)",
    re.IGNORECASE,
)


def read_metadata(
    pages: Sequence[list[Line]],
    info: FileInfo,
    file_name: str,
    names_of: Callable[[Line], str] = attrgetter("text"),
) -> PaperMetadata:
    """Metadata of a paper.

    Args:
        pages: Lines of the first pages, two are enough.
        info: What the file's own metadata say.
        file_name: Base name of the file, asked last.
        names_of: Text of a line of the first page with ``RAISED`` between names.
    """
    first = [line for line in (pages[0] if pages else []) if not line.turned]
    title_lines, authors = _title_and_authors(first, info, _remembered(names_of))
    title = _clean_title(" ".join(line.text for line in title_lines)) if title_lines else None
    claimed = _claimed_authors(info, first)
    if not authors or (claimed and not _agree(authors, claimed)):
        authors = claimed or authors
    authors = [_mended(name, info.author) for name in authors]
    if not title:
        title = _claimed_title(info)
    text = "\n".join(line.text for lines in pages[:2] for line in lines)
    year = publication_year(pages, info)
    if not authors or not year:
        named, file_year = _from_file_name(file_name)
        authors = authors or named
        year = year or file_year
    cited_as = _cited_as(text)
    first_surname = surname(authors[0], cited_as) if authors else None
    return PaperMetadata(
        title=title,
        authors=tuple(authors[:_MAX_AUTHORS]),
        first_surname=first_surname or None,
        year=year,
        doi=paper_doi(pages, info),
        journal=journal_name(pages, info),
    )


def _remembered(names_of: Callable[[Line], str]) -> Callable[[Line], str]:
    """``names_of`` that asks once for a line, and never for prose: asking is dear."""
    known: dict[int, str] = {}

    def ask(line: Line) -> str:
        key = id(line)
        if key not in known:
            is_prose = len(re.findall(r"\b[a-z]{2,}\b", line.text)) >= _PROSE_WORDS
            known[key] = line.text if is_prose else names_of(line)
        return known[key]

    return ask


# ------------------------------------------------------------------------- title and authors


def _title_and_authors(
    lines: list[Line], info: FileInfo, names_of: Callable[[Line], str]
) -> tuple[list[Line], list[str]]:
    """Lines of the title and the names below it, by the best reading of the page."""
    blocks = _title_blocks(lines)
    if not blocks:
        return [], []
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    body = sizes.most_common(1)[0][0] or 1.0
    scored: list[tuple[float, list[Line]]] = []
    best: tuple[float, list[Line], list[str]] | None = None
    for block in blocks:
        text = " ".join(line.text for line in block)
        score = _title_score(text, block, body, info)
        if score is not None:
            scored.append((score, block))
    for score, block in sorted(scored, key=lambda item: -item[0])[:_TITLES_TRIED]:
        if best is not None and score + _AUTHORS_FOUND <= best[0]:
            break  # nor would any later one be better
        authors = _authors_below(block, lines, names_of)
        score += _AUTHORS_FOUND if authors else 0.0
        if best is None or score > best[0]:
            best = (score, block, authors)
    return (best[1], best[2]) if best else ([], [])


def _title_blocks(lines: list[Line]) -> list[list[Line]]:
    """Runs of lines of one size under each other in the upper part of the page."""
    if not lines:
        return []
    top, foot = max(line.y1 for line in lines), min(line.y0 for line in lines)
    limit = top - _TITLE_ZONE * (top - foot)
    blocks: list[list[Line]] = []
    for line in lines:
        if line.y1 < limit:
            continue
        above = blocks[-1][-1] if blocks else None
        labelled = above is not None and _BANNER.match(above.text.strip())
        names = split_names(line.text)
        begins = labelled or (len(names) > 1 and _is_author_line(line.text, names, []))
        if above is not None and not begins and _same_title(above, line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    # A title of several lines may also be cut into parts where a line has another font.
    return [block for block in blocks if len(block) <= 8]


def _same_title(above: Line, line: Line) -> bool:
    if above.size == line.size == TYPED:
        return False  # all lines look alike: a title is one line
    low, high = sorted((above.size, line.size))
    step = above.baseline - line.baseline
    overlap = min(above.x1, line.x1) - max(above.x0, line.x0)
    return high < 1.12 * low and 0.3 * high < step < 1.95 * high and overlap > 0


def _title_score(text: str, block: list[Line], body: float, info: FileInfo) -> float | None:
    """How much a block looks like a title; None if it cannot be one."""
    bare = text.strip(" .:*†")
    words = bare.split()
    letters = sum(c.isalpha() for c in bare)
    if len(words) not in _TITLE_WORDS or letters < 8 or letters < 0.5 * len(bare.replace(" ", "")):
        return None
    if _BANNER.match(bare) or "@" in bare or _END_OF_AUTHORS.match(bare):
        return None
    score = 2.2 * min(block[0].size / body, 2.2)
    if JOURNAL.match(bare) or _VOLUME.search(bare):
        score -= 2.5
    if len(words) >= 5:
        score += 0.8
    elif len(words) <= 2:
        score -= 1.0
    if _AFFILIATION.search(bare) or split_names(bare):
        score -= 3.0
    if _DATE.search(bare) and len(words) <= 4:
        return None
    if bare.endswith(".") and len(words) > 20:
        score -= 1.0  # prose
    if _similar(bare, info.title) > 0.75:
        score += 3.0
    return score


_VOLUME = re.compile(r"\b(?:vol|no)\.\s*\d+|\d+\s*\((?:19|20)\d\d\)|\bpp\.\s*\d+", re.I)


def _similar(a: str, b: str) -> float:
    a, b = fold(a), fold(b)
    if len(a) < 8 or len(b) < 8:
        return 0.0
    if a.startswith(b) or b.startswith(a):
        return 1.0
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0.7 else 0.0


def _clean_title(text: str) -> str | None:
    title = re.sub(r"(?<=\w)[\ufffe\u0002]\s*", "", text)
    title = re.sub(r"\s+", " ", title).strip(" *∗⋆†‡§¶#,?;:")
    return title.removesuffix(".").strip() or None


def _authors_below(
    title: list[Line], lines: list[Line], names_of: Callable[[Line], str]
) -> list[str]:
    """Names in the lines below a title, until affiliations or the abstract begin."""
    foot = min(line.y0 for line in title)
    x0, x1 = min(line.x0 for line in title), max(line.x1 for line in title)
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    if abs((x0 + x1) - (left + right)) < 0.2 * (right - left):
        x0, x1 = left, right  # a title in the middle stands over all columns
    below = sorted(
        (
            line
            for line in lines
            if line.baseline < foot + 0.3 * title[0].size
            and _in_column(line, x0, x1)
            and not any(line is other for other in title)
        ),
        key=lambda line: (-round(line.baseline / 3.0), line.x0),
    )[:_AUTHOR_LINES]
    found: list[str] = []
    pending: list[str] = []  # lines that may be one list of names, broken anywhere
    missed = 0
    inline = False  # names and affiliations stand in one line
    for line in below:
        bare = line.text.strip()
        text = names_of(line)
        if _END_OF_AUTHORS.match(bare):
            break
        if (inline or not (found or pending)) and _AFFILIATION.search(text):
            heads = _heads(text)
            found.extend(heads)
            inline = inline or bool(heads)
        candidates = split_names(text)
        if _is_author_line(text, candidates, pending):
            pending.append(text)
            missed = 0
            continue
        if pending:
            found.extend(split_names(_joined(pending)))
            pending = []
        missed += 1
        # Affiliations may stand between one author and the next; prose may not.
        is_prose = len(bare) > 90 and not _AFFILIATION.search(bare)
        if missed > (6 if found else 5) or (found and is_prose):
            break
    if pending:
        found.extend(split_names(_joined(pending)))
    if not found:
        found = _leading_names(below, names_of)
    return list(dict.fromkeys(found))


def _in_column(line: Line, x0: float, x1: float) -> bool:
    """Whether a line belongs to the column of a title that runs from ``x0`` to ``x1``."""
    inside = min(line.x1, x1 + _ASIDE) - max(line.x0, x0 - _ASIDE)
    return inside > 0.5 * line.width or line.x0 < (x0 + x1) / 2 < line.x1


def _leading_names(below: list[Line], names_of: Callable[[Line], str]) -> list[str]:
    """Names at the head of lines that go on with the affiliation: "Ada Byron, Royal Society"."""
    found: list[str] = []
    for line in below[:8]:
        if _END_OF_AUTHORS.match(line.text.strip()):
            break
        found.extend(_heads(names_of(line)))
    return found


def _heads(text: str) -> list[str]:
    """Names with which a line begins, before it goes on with something else."""
    found: list[str] = []
    parts = re.split(rf"[,(;{RAISED}]|\band\b", text)
    for part in parts[:-1]:
        names = split_names(part)
        if not names and re.sub(r"[\W\d_]+", "", part):
            break
        found.extend(names)
    return found


def _is_author_line(text: str, candidates: list[str], pending: list[str]) -> bool:
    """Whether most of a line's words belong to names."""
    if _AFFILIATION.search(text) or "@" in text or _DATE.search(text):
        return False
    plain = re.sub(r"[\W\d_]+", "", text)
    if not plain:
        return bool(pending)  # only marks, between names
    named = sum(len(re.sub(r"[\W\d_]+", "", name)) for name in candidates)
    if candidates and named >= 0.55 * len(plain):
        return True
    if not pending:
        return False
    # "... Daniel W." / "Davies, Ryan Nduma": read with the line before it.
    if split_names(re.split(r"[,;&|·]|\band\b", pending[-1].strip())[-1]):
        return False  # the line before ends in a whole name
    together = split_names(_joined([pending[-1], text]))
    named_together = sum(len(re.sub(r"[\W\d_]+", "", name)) for name in together)
    before = len(re.sub(r"[\W\d_]+", "", pending[-1]))
    return len(text) < 60 and named_together >= 0.9 * (before + len(plain))


def _joined(lines: list[str]) -> str:
    """Lines of names as one, with a separator where a line holds whole names."""
    out = lines[0]
    for above, line in pairwise(lines):
        # One name a line, or a list that is broken between two names.
        whole = is_whole(above) and is_whole(line)
        out += (RAISED if whole else " ") + line
    return out


def is_whole(line: str) -> bool:
    """Whether a line is one name and nothing else."""
    parts = split_names(line)
    return len(parts) == 1 and not re.search(r"[,;&|·]|\band\b", line.strip().rstrip(",;"))


# ------------------------------------------------------------------- the file's own metadata


def _claimed_title(info: FileInfo) -> str | None:
    title = re.sub(r"\s+", " ", info.title).strip()
    title = re.sub(r"^Microsoft (?:Word|PowerPoint) - ", "", title)
    is_file = re.search(r"\.(?:dvi|docx?|tex|pdf|indd|qxd|rtf|ps|eps|p65|fm)$", title, re.I)
    if is_file or len(title) < 8 or " " not in title or title.lower().startswith("untitled"):
        return None
    return title


def _claimed_authors(info: FileInfo, lines: list[Line]) -> list[str]:
    """Authors that the file names and its first page bears out."""
    claimed = split_names(info.author)
    if not claimed:
        return []
    page = fold(" ".join(line.text for line in lines))
    borne_out = [name for name in claimed if fold(name) in page]
    return claimed if borne_out and borne_out[0] == claimed[0] else []


def _agree(authors: list[str], claimed: list[str]) -> bool:
    """Whether the page's reading has the author whom the file names first."""
    first = fold(surname(claimed[0]))
    if any(fold(surname(name)) == first for name in authors):
        return True  # the page knows the order
    # A file that names one author of many, often the one who submitted it, says little.
    return len(claimed) == 1 and len(authors) > 1


def _mended(name: str, claimed: str) -> str:
    """A name whose letters came out garbled ("SkaBa"), as the file's metadata spell it."""
    if not re.search(r"[a-zß-ÿ][A-Z][a-z]*\b|[\ufffd]", name) or not claimed:
        return name
    if re.search(r"\b(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|O['’]|Fitz|El|Al)[A-Z]", name):
        return name
    for other in split_names(claimed):
        same_shape = len(other.split()) == len(name.split())
        if same_shape and difflib.SequenceMatcher(None, name, other).ratio() > 0.7:
            return other
    return name


def _from_file_name(file_name: str) -> tuple[list[str], int | None]:
    """Author and year in names such as ``Smith2020.pdf`` and ``2019 - Smith et al - Title.pdf``."""
    stem = PurePath(file_name).stem
    year_match = re.search(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)", stem)
    year = int(year_match[1]) if year_match else None
    if not year_match:
        return [], None
    name = re.search(
        r"([A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)(?:[ _]et[ _]al\.?)?[ _,(-]*" + year_match[1], stem
    ) or re.search(year_match[1] + r"[ _)-]+([A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)", stem)
    return ([name[1]] if name and is_name(f"A. {name[1]}") else []), year


# -------------------------------------------------------------------------- how it is cited


_CITED = re.compile(r",?\s+et\s+al\b|,?\s+[A-Z]{1,3}[,;]")
_NAME_RUN = re.compile(
    r"(?:[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\s+){0,4}[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*$"
)
_NAME_CHARS = 70  # that a name of five words may have
_LEAD_IN = frozenset("copyright by in see cite of and this citation article from with".split())


def _cited_as(text: str) -> frozenset[str]:
    """Names by which the first pages may cite the paper: all words before "et al." or initials."""
    found = set()
    for cited in _CITED.finditer(text):
        match = _NAME_RUN.search(text, max(0, cited.start() - _NAME_CHARS), cited.start())
        if not match:
            continue
        words = match[0].split()
        begin = 0
        for i, word in enumerate(words):
            # Prose before the name: lower-case words that begin no surname.
            is_prose = word[0].islower() and not is_name(f"Anna {word} Muster")
            if word.casefold() in _LEAD_IN or is_prose:
                begin = i + 1
        found.add(fold(" ".join(words[begin:])))
    return frozenset(found - {""})
