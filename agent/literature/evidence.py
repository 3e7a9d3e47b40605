"""Passages to evidence: the sentences that answer a question, for each thing it asks about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from agent.literature.question import Question, answers_form, answers_kind
from ingest.paper import Paper
from ingest.retrieval import Candidate, PageScore, Query, Ranking, Retriever

PAGES_READ: Final = 8  # best pages whose sentences are weighed
PAGES_READ_IN_PAPER: Final = 6  # the same inside one paper of a question about several


@dataclass(frozen=True)
class Weights:
    """Weights of a sentence's score; docs/retrieval.md has the trials behind them."""

    cosine: float
    window: float
    lexical: float  # share of the question's terms, rare ones of the paper most
    page: float
    kind: float  # holds a value of the kind asked for
    form: float  # defines where a definition is asked, reasons where a reason is
    met: float = 0.0  # met word by word
    window_met: float = 0.0


MET: Final = Weights(
    cosine=0, window=0.3, lexical=0.2, page=0.25, kind=0.4, form=0.2, met=0.5, window_met=0.4
)
# Where the embedder tells nothing of a text's words, or there is none.
UNMET: Final = Weights(cosine=0.15, window=0.6, lexical=0.25, page=0.4, kind=0.35, form=0.12)

FURNITURE_LOSS: Final = 0.15
CUT_LOSS: Final = 0.08

READ: Final = 0.75  # of a page's best sentence in the final ranking of pages
UNREAD_LOSS: Final = 0.1  # below the worst sentence read: the score of pages that were not read

TOPIC_SHARE: Final = 0.3  # of a topic's own words in the score of its sentences
# How much better a second paper must fit parts of the question for it to be about two papers.
SECOND_PAPER_GAIN: Final = 0.12

_FURNITURE = re.compile(
    r"^(?:Figure|Fig\.|Table|TABLE|Scheme|FIGURE)\s*S?\d|@|https?://|doi\.org|\bDOI\b|Copyright|©"
    r"|Creative Commons|^Keywords|\bReceived:|et al\.,? \d{4}\)?;.*et al"
    r"|^\W*\d?\s*(?:Department|Departamento|Institute?|Faculty|School|Laborator\w+|College|Centre"
    r"|Center|Universit\w+)\b.*\b(?:University|Universit\w+|Institute|Academy|College|School)\b"
    r"|^(?:Correspond|E-?mail|Tel\b|Fax\b|\*\s?Correspond)|\ufffd"
)
# The second half of a sentence that a page, column or picture cut in two.
_CUT_OFF = re.compile(r"[a-z]{2,}[\s,;]")
_POINTING_BACK = re.compile(
    r"\b(?:that word|it|its|they|this|these|those|the (?:figure|value|number|two|latter|former)"
    r"|which one|which ones)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Scored:
    """A sentence and how well it answers; scores compare within one question only."""

    candidate: Candidate
    score: float


@dataclass(frozen=True, eq=False)
class Topic:
    """One thing the question asks about, and the sentences on it, best first."""

    text: str
    paper: Paper | None  # the paper it is looked for in; None: any
    sentences: tuple[Scored, ...]


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that was found for one question."""

    question: Question
    query: Query
    ranking: Ranking
    pages: tuple[PageScore, ...]  # ranked, with the sentences they hold taken into account
    topics: tuple[Topic, ...]


def find_evidence(question: Question, retriever: Retriever) -> Evidence:
    """The sentences of the library that bear on ``question``, by topic."""
    query = retriever.query(question.text)
    ranking = retriever.rank(query)
    candidates = retriever.candidates(ranking, ranking.pages[:PAGES_READ])
    scored = _sorted(Scored(c, sentence_score(c, question, ranking)) for c in candidates)
    topics = _topics(question, query, retriever)
    if not topics:
        topics = (Topic(text=question.text, paper=None, sentences=scored),)
    return Evidence(
        question=question,
        query=query,
        ranking=ranking,
        pages=_reranked(ranking, topics),
        topics=topics,
    )


def _reranked(ranking: Ranking, topics: Iterable[Topic]) -> tuple[PageScore, ...]:
    """The pages by their own score and the best sentence that was read on them."""
    best: dict[tuple[str, int], float] = {}
    for topic in topics:
        for scored in topic.sentences:
            page = (scored.candidate.paper.paper_id, scored.candidate.page)
            best[page] = max(best.get(page, scored.score), scored.score)
    unread = min(best.values(), default=0.0) - UNREAD_LOSS
    pages = [
        replace(page, score=page.score + READ * best.get((page.paper.paper_id, page.page), unread))
        for page in ranking.pages
    ]
    return tuple(sorted(pages, key=lambda page: -page.score))


def sentence_score(candidate: Candidate, question: Question, ranking: Ranking) -> float:
    """How well one sentence answers ``question``."""
    weights = UNMET if ranking.met is None else MET
    best_page = ranking.pages[0].score
    return (
        weights.cosine * candidate.cosine
        + weights.window * candidate.window
        + weights.met * candidate.met
        + weights.window_met * candidate.window_met
        + weights.lexical * candidate.lexical
        + weights.page * (candidate.page_score - best_page)
        + weights.kind * answers_kind(question, candidate.text)
        + weights.form * answers_form(question, candidate.text)
        - FURNITURE_LOSS * is_furniture(candidate.text)
        - CUT_LOSS * bool(_CUT_OFF.match(candidate.text))
    )


@lru_cache(maxsize=65_536)  # the same sentences are weighed for many questions
def is_furniture(text: str) -> bool:
    """Whether a line is a caption, an address, a heading or a row of figures, not a statement."""
    letters = sum(map(str.isalpha, text))
    return len(text) < 35 or letters < 0.45 * len(text) or bool(_FURNITURE.search(text))


def _topics(question: Question, query: Query, retriever: Retriever) -> tuple[Topic, ...]:
    """The topics of a question about several things; none where it is about one."""
    segments = question.segments
    if not question.may_name_several or len(segments) < 2:
        return ()
    pair = _two_papers(question, query, retriever)
    if pair is None:
        return ()
    return tuple(
        Topic(text=text, paper=paper, sentences=_in_paper(question, query, text, paper, retriever))
        for paper, text in pair
    )


def _two_papers(
    question: Question, query: Query, retriever: Retriever
) -> list[tuple[Paper, str]] | None:
    """The two papers that parts of the question are about, with those parts, in its order."""
    papers = retriever.shelf.papers
    first = _best_index(retriever.affinities(query))
    queries = [retriever.query(segment) for segment in question.segments]
    fits = [retriever.affinities(part) for part in queries]
    weights = [
        min(1.0, len(part.terms) / 3) * (0.3 if _POINTING_BACK.search(part.text) else 1.0)
        for part in queries
    ]
    gains = [
        sum(
            weight * max(0.0, fit[other] - fit[first])
            for weight, fit in zip(weights, fits, strict=True)
        )
        for other in range(len(papers))
    ]
    second = _best_index(gains)
    if gains[second] <= SECOND_PAPER_GAIN:
        return None
    parts: dict[int, list[str]] = {}
    for part, fit in zip(queries, fits, strict=True):
        parts.setdefault(first if fit[first] >= fit[second] else second, []).append(part.text)
    for paper in (first, second):
        parts.setdefault(paper, [question.text])
    return [(papers[index], " ".join(texts)) for index, texts in parts.items()]


def _in_paper(
    question: Question, query: Query, topic: str, paper: Paper, retriever: Retriever
) -> tuple[Scored, ...]:
    """Sentences of one paper by the whole question and by the topic's own words."""
    scores: dict[int, float] = {}
    candidates: dict[int, Candidate] = {}
    for text, share in ((None, 1 - TOPIC_SHARE), (topic, TOPIC_SHARE)):
        part = query if text is None else retriever.query(text)
        ranking = retriever.rank(part, paper)
        found = retriever.candidates(ranking, ranking.pages[:PAGES_READ_IN_PAPER])
        each = {c.ordinal: sentence_score(c, question, ranking) for c in found}
        lowest = min(each.values(), default=0.0)
        candidates |= {c.ordinal: c for c in found}
        for ordinal in candidates:
            scores[ordinal] = scores.get(ordinal, 0.0) + share * each.get(ordinal, lowest)
    return _sorted(Scored(candidates[ordinal], score) for ordinal, score in scores.items())


def _best_index(values: Sequence[float]) -> int:
    return max(range(len(values)), key=lambda index: values[index])


def _sorted(sentences: Iterable[Scored]) -> tuple[Scored, ...]:
    return tuple(sorted(sentences, key=lambda scored: -scored.score))
