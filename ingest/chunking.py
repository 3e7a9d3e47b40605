"""Pages to sentences to chunks, all slices of the paper's text with their offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.citation import PageSpan
from ingest.paper import Chunk, Page, ReadPaper, Sentence

# Bumped when the same text would give other chunks: the index must then be rebuilt.
CHUNKER = "windows-3-2"

WINDOW = 3  # sentences a chunk
MAX_SENTENCE_CHARS = 700  # a longer run without a full stop is a table or a list, and is cut

REFERENCES = "references"  # the section whose sentences are other papers' titles

# Words that end in a full stop in the middle of a sentence.
_ABBREVIATIONS = frozenset(
    """
    e.g i.e al cf ca approx fig figs eq eqs eqn ref refs no nos vs viz resp tab tabs sect sec
    vol vols ed eds pp p sp spp ssp subsp var cv st dr prof mr mrs ms inc ltd co corp jr sr wt min
    max temp conc calc exp etc dept univ ch chap app suppl est jan feb mar apr jun jul aug sep sept
    oct nov dec a.m p.m b.p m.p r.t
    """.split()
)
# Of these, the ones that can also end a sentence: what follows decides.
_MAY_END = frozenset({"etc", "al", "sp", "spp", "min", "max", "co", "inc", "ltd"})

_STOP = re.compile(r"""[.!?…]["'’”)\]]*(?:\[?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]?)?(?=\s)""")
# What a sentence may begin with: all but a small Latin letter or a sign that goes on with a value.
_OPENING = re.compile(r"""["'“‘(\[]*[^\sa-z×±=<>≤≥~∼≈·/,;:)\]%°–—-]""")
# The number of a heading or of a list's entry, which belongs to what follows.
_ONLY_NUMBER = re.compile(r"[\s\d.]*(?:[IVX]+\.)?")
_YEAR = re.compile(r"\b(?:19|20)\d\d$")
# Words that begin sentences and follow no initial of a name.
_STARTER = re.compile(
    r"(?:The|This|These|Those|That|There|It|In|For|At|As|We|Our|From|By|To|On|With|When|While|Since"
    r"|After|However|Thus|Here|Both|All|An?|Its|If|No|Such|Their|They)\s"
)
_LAST_WORD = re.compile(r"[^\s(\[]+$")
_INITIAL = re.compile(r"(?:^|[\s(.])[A-Z]$")

_HEADINGS = {
    "abstract": "abstract",
    "summary": "abstract",
    "introduction": "introduction",
    "background": "introduction",
    "results": "results",
    "results and discussion": "results",
    "discussion": "discussion",
    "conclusion": "conclusion",
    "conclusions": "conclusion",
    "concluding remarks": "conclusion",
    "materials and methods": "methods",
    "methods": "methods",
    "methodology": "methods",
    "experimental": "methods",
    "experimental section": "methods",
    "experimental procedures": "methods",
    "experimental details": "methods",
    "computational details": "methods",
    "references": REFERENCES,
    "references and notes": REFERENCES,
    "bibliography": REFERENCES,
    "literature cited": REFERENCES,
    "notes and references": REFERENCES,
    "acknowledgements": "acknowledgements",
    "acknowledgments": "acknowledgements",
    "acknowledgement": "acknowledgements",
    "acknowledgment": "acknowledgements",
    "author contributions": "acknowledgements",
    "funding": "acknowledgements",
    "conflict of interest": "acknowledgements",
    "conflicts of interest": "acknowledgements",
}
_HEADING_NUMBER = re.compile(r"^\s*(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")


def split_sentences(paper: ReadPaper) -> tuple[Sentence, ...]:
    """The sentences of ``paper`` in reading order, each within one page.

    Headings, captions and table rows, which stand on lines of their own, are sentences too.
    """
    sentences: list[Sentence] = []
    section: str | None = None
    for page in paper.pages:
        for start, end in _spans(page.text):
            piece = page.text[start:end]
            section = _section_after(piece, section)
            sentences.append(
                Sentence(
                    ordinal=len(sentences),
                    start=page.start + start,
                    end=page.start + end,
                    page=page.number,
                    section=section,
                )
            )
    return tuple(sentences)


def sentence_texts(text: str) -> tuple[str, ...]:
    """The sentences of a text that is no page."""
    return tuple(text[start:end] for start, end in _spans(text))


def _section_after(line: str, section: str | None) -> str | None:
    """The section that begins with this line, if it is a heading; else the present one."""
    if len(line) > 60 or "\n" in line:
        return section
    name = _HEADING_NUMBER.sub("", line).strip(" .:■▪").casefold()
    return _HEADINGS.get(name, section)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Offsets (start, end) of the sentences of one page, without outer white space."""
    for block_start, block_end in _blocks(text):
        start = block_start
        for stop in _STOP.finditer(text, block_start, block_end):
            if not _ONLY_NUMBER.fullmatch(text, start, stop.end()) and _ends_sentence(
                text, stop, block_start, block_end
            ):
                yield from _cut(text, start, stop.end())
                start = stop.end()
        yield from _cut(text, start, block_end)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Lines, those joined that one sentence runs over (a paragraph broken by a column)."""
    start = 0
    for match in re.finditer(r"\n+", text):
        before = text[start : match.start()].rstrip()
        after = text[match.end() : match.end() + 1]
        goes_on = len(before) > 40 and after.islower() and before[-1:] not in ".!?:;"
        if goes_on:
            continue
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _ends_sentence(text: str, stop: re.Match[str], block_start: int, block_end: int) -> bool:
    """Whether a full stop at ``stop`` ends a sentence; what stands on both sides decides."""
    rest = text[stop.end() : min(stop.end() + 12, block_end)].lstrip()
    if rest and not _OPENING.match(rest):
        return False
    if text[stop.start()] != ".":
        return True
    before = text[stop.start() - 1 : stop.start()]
    if before.isdigit() and stop.group()[-1].isdigit():
        # A decimal number, unless a year ends the sentence and a reference number follows.
        return bool(_YEAR.search(text, max(block_start, stop.start() - 5), stop.start()))
    head = text[max(block_start, stop.start() - 24) : stop.start()]
    word = _LAST_WORD.search(head)
    if word is None:
        return True
    bare = word.group().casefold().rstrip(".")
    if bare in _ABBREVIATIONS:
        return bare in _MAY_END and bool(re.match(r"[A-Z][a-z]|$", rest)) and bare != "al"
    # An initial ("J. Chem.", "A. Walsh"), unless a unit or symbol stands there ("at 300 K. The").
    if _INITIAL.search(head):
        return bool(re.search(r"[\d)°−⁻¹²³]\s?[A-Z]$", head) or _STARTER.match(rest))
    return True


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """One sentence without outer white space; an overlong one in pieces, cut at line ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE_CHARS:
        limit = start + MAX_SENTENCE_CHARS
        cut = max(text.rfind("; ", start, limit), text.rfind("\n", start, limit))
        if cut <= start:
            cut = text.rfind(" ", start, limit)
        if cut <= start:
            cut = limit - 1
        stop = cut + 1
        while text[stop - 1].isspace():  # a line may end in several kinds of space
            stop -= 1
        yield start, stop
        start = cut + 1
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end


def chunk_paper(
    paper_id: str, paper: ReadPaper, sentences: Sequence[Sentence]
) -> tuple[Chunk, ...]:
    """WINDOW sentences at a time, within a page; a page's last chunk may be shorter.

    Every sentence stands in exactly one chunk, and a chunk is ``paper.text[start:end]``.
    """
    text = paper.text
    chunks: list[Chunk] = []
    for page in paper.pages:
        on_page = [sentence for sentence in sentences if sentence.page == page.number]
        for first in range(0, len(on_page), WINDOW):
            window = on_page[first : first + WINDOW]
            start, end = window[0].start, window[-1].end
            chunks.append(
                Chunk(
                    chunk_id=_chunk_id(paper_id, start, end),
                    paper_id=paper_id,
                    ordinal=len(chunks),
                    text=text[start:end],
                    start=start,
                    end=end,
                    pages=_pages_of(page),
                    section=window[0].section,
                    sentences=(window[0].ordinal, window[-1].ordinal),
                )
            )
    return tuple(chunks)


def _pages_of(page: Page) -> PageSpan:
    return PageSpan(first=page.number, last=page.number)


def _chunk_id(paper_id: str, start: int, end: int) -> str:
    return hashlib.sha256(f"{paper_id}:{start}:{end}:{CHUNKER}".encode()).hexdigest()[:32]


def mean_vectors(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], groups: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Unit vectors of groups of sentences: the weighted mean of their members', normalised.

    The mean of the sentence vectors, weighted by length, finds pages as well as an embedding of
    the window itself (docs/retrieval.md), and spares half of the embedding.

    Args:
        vectors: Shape (n, d), unit vectors of n sentences.
        weights: Shape (n,), the sentences' lengths.
        groups: Shape (n,), the group of each sentence, from 0, none left out.

    Returns:
        Shape (number of groups, d), unit vectors.
    """
    n_groups = int(groups.max()) + 1 if len(groups) else 0
    sums = np.zeros((n_groups, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, groups, vectors * weights[:, None])
    norms = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return np.asarray(sums / norms, dtype=np.float32)


def chunk_vectors(
    chunks: Sequence[Chunk], sentences: Sequence[Sentence], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Unit vectors of a paper's chunks, shape (len(chunks), d), from those of its sentences."""
    weights = np.array([s.end - s.start for s in sentences], dtype=np.float32)
    groups = np.zeros(len(sentences), dtype=np.int64)
    for chunk in chunks:
        groups[chunk.sentences[0] : chunk.sentences[1] + 1] = chunk.ordinal
    return mean_vectors(vectors, weights, groups)
