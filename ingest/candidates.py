"""The sentences of ranked pages, with what speaks for each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.chunking import WINDOW
from ingest.paper import Paper
from ingest.ranking import Floats, PageScore, Query, Ranking
from ingest.shelf import Shelf


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence of a ranked page, with what speaks for it."""

    paper: Paper
    ordinal: int
    page: int
    start: int
    end: int
    text: str  # white space folded to single spaces
    section: str | None
    terms: tuple[str, ...]
    cosine: float  # of the sentence
    window: float  # the best cosine of the windows it stands in
    met: float  # how well it meets the question word by word; 0 where that was not looked at
    window_met: float  # the same of the best window it stands in
    lexical: float  # share of the query's terms that it holds
    page_score: float

    @classmethod
    def at(
        cls,
        shelf: Shelf,
        row: int,
        page_score: float,
        *,
        cosine: float = 0.0,
        window: float = 0.0,
        met: float = 0.0,
        window_met: float = 0.0,
        lexical: float = 0.0,
    ) -> Candidate:
        """The sentence in one row of the shelf; what is not given does not speak for it."""
        paper, ordinal, text, terms = shelf.sentence(row)
        sentence = shelf.place(paper, ordinal)
        return cls(
            paper,
            ordinal,
            sentence.page,
            sentence.start,
            sentence.end,
            text,
            sentence.section,
            terms,
            cosine,
            window,
            met,
            window_met,
            lexical,
            page_score,
        )


def candidates_of(
    shelf: Shelf, ranking: Ranking, pages: Sequence[PageScore]
) -> Iterator[Candidate]:
    """The quotable sentences of ``pages``, in reading order page by page."""
    spans = [
        shelf.rows_of(shelf.page_row[shelf.paper_row[page.paper.paper_id], page.page])
        for page in pages
    ]
    rows = [(np.flatnonzero(shelf.quotable[span]) + span.start).tolist() for span in spans]
    sentences = [
        (page.paper.paper_id, shelf.sentence(row)[3])
        for page, rows_of_page in zip(pages, rows, strict=True)
        for row in rows_of_page
    ]
    shares = iter(_shares(sentences, ranking.query))
    for page, span, rows_of_page in zip(pages, spans, rows, strict=True):
        cosines, windows = _of_page(ranking.cosines, ranking.windows, span)
        met, windows_met = _of_page(ranking.met, ranking.windows_met, span)
        for row in rows_of_page:
            at = row - span.start
            first = max(at - WINDOW + 1, 0)
            yield Candidate.at(
                shelf,
                row,
                page.score,
                cosine=cosines[at],
                window=max(windows[first : at + 1]),
                met=met[at],
                window_met=max(windows_met[first : at + 1]),
                lexical=next(shares),
            )


def _of_page(
    values: Floats | None, windows: Floats | None, span: slice
) -> tuple[list[float], list[float]]:
    """Scores of a page's sentences and of the windows that begin at them; zeros without any."""
    if values is None or windows is None:
        zeros = [0.0] * (span.stop - span.start)
        return zeros, zeros
    return values[span].tolist(), windows[span].tolist()


def _shares(sentences: Sequence[tuple[str, tuple[str, ...]]], query: Query) -> list[float]:
    """How much of ``query`` each sentence holds, a rare term counting more than a common one.

    Rare is meant within the paper: what the whole paper is about tells its sentences apart no
    more, so the words of the property asked for weigh more than those of its subject.

    Args:
        sentences: Each by its paper's id and its terms.
        query: Whose terms are looked for.

    Returns:
        One share in [0, 1] a sentence; 1 where it holds every term that its paper holds.
    """
    asked = frozenset(query.terms)
    held = [asked.intersection(terms) for _, terms in sentences]
    lengths: Counter[str] = Counter(paper_id for paper_id, _ in sentences)
    counts: dict[str, Counter[str]] = {paper_id: Counter() for paper_id in lengths}
    for (paper_id, _), terms in zip(sentences, held, strict=True):
        if terms:
            counts[paper_id].update(terms)
    weights = {
        paper_id: {
            term: math.log(1 + n / counts[paper_id][term])
            for term in query.terms
            if counts[paper_id][term]
        }
        for paper_id, n in lengths.items()
    }
    wholes = {paper_id: sum(known.values()) for paper_id, known in weights.items()}
    return [
        # In the order of the question's terms, so that equal sentences have equal sums.
        sum(weight for term, weight in weights[paper_id].items() if term in terms)
        / wholes[paper_id]
        if terms
        else 0.0
        for (paper_id, _), terms in zip(sentences, held, strict=True)
    ]
