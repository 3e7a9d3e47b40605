"""Passages to evidence: the sentences that answer a question, for each thing it asks about."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.literature.question import Question, answers_form, answers_kind
from ingest.candidates import Candidate
from ingest.paper import Paper
from ingest.ranking import PageScore, Query, Ranking
from ingest.retrieval import Retriever

PAGES_READ: Final = 8  # best pages whose sentences are weighed
PAGES_READ_IN_PAPER: Final = 6  # the same inside one paper of a question about several

Floats = NDArray[np.float64]


# What speaks for a sentence, in the order of the columns of `signals`.
SIGNALS: Final = (
    "cosine",
    "window",  # the best cosine of the windows it stands in
    "met",  # how it meets the question word by word
    "window_met",  # the same of the best window it stands in
    "terms",  # share of the question's terms it holds, rare ones of the paper most
    "terms_found",  # the same, times the share that the best sentence holds of all its terms
    "page",  # its page's score, less that of the best page
    "kind",  # holds a value of the kind asked for
    "form",  # defines where a definition is asked, reasons where a reason is
    "furniture",  # is a caption, an address, a heading or a row of figures
    "cut",  # is the second half of a sentence
)
_WEIGHTS_FILE: Final = "data/sentence_weights.tsv"


def _weights(**given: float) -> Floats:
    """A weight for each of SIGNALS; 0 where none is given."""
    unknown = given.keys() - set(SIGNALS)
    if unknown:
        raise ValueError(f"no such signals: {', '.join(sorted(unknown))}")
    return np.array([given.get(name, 0.0) for name in SIGNALS])


def read_weights(text: str) -> Floats:
    """The weights of a file with a signal and its weight a line, a tab between.

    Raises:
        ValueError: A line names no signal, or no number.
    """
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return _weights(**{name: float(weight) for name, weight in rows})


# Which sentence answers: learned by benchmarks.sentence_weights. docs/retrieval.md has the trials.
ANSWERING: Final = read_weights(resources.files("agent").joinpath(_WEIGHTS_FILE).read_text("utf-8"))
# Which sentences complete the answer, and which answer inside one paper of several: by hand.
COMPLETING: Final = _weights(
    window=0.3, met=0.5, window_met=0.4, terms=0.2, page=0.25, kind=0.4, form=0.2,
    furniture=-0.15, cut=-0.08,
)  # fmt: skip
# Where the embedder tells nothing of a text's words, or there is none.
UNMET: Final = _weights(
    cosine=0.15, window=0.6, terms=0.25, page=0.4, kind=0.35, form=0.12,
    furniture=-0.15, cut=-0.08,
)  # fmt: skip

READ: Final = 0.75  # of a page's best sentence in the final ranking of pages
UNREAD_LOSS: Final = 0.1  # below the worst sentence read: the score of pages that were not read

TOPIC_SHARE: Final = 0.3  # of a topic's own words in the score of its sentences
# How much better a second paper must fit parts of the question for it to be about two papers.
SECOND_PAPER_GAIN: Final = 0.12
# What share of the first paper's fit to the whole question makes a second one as likely.
AS_LIKELY: Final = 0.93

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
    completing: float  # how well it completes an answer that another sentence gives


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


def find_evidence(
    question: Question, retriever: Retriever, answering: Floats = ANSWERING
) -> Evidence:
    """The sentences of the library that bear on ``question``, by topic.

    Args:
        question: What is asked.
        retriever: Searches the library.
        answering: Weights of SIGNALS by which the sentence that answers is found.
    """
    query = retriever.query(question.text)
    ranking = retriever.rank(query)
    candidates = retriever.candidates(ranking, ranking.pages[:PAGES_READ])
    scored = _sorted(_scored(candidates, question, ranking, answering))
    topics = _topics(question, query, retriever)
    if not topics:
        topics = (Topic(text=question.text, paper=None, sentences=scored),)
    return Evidence(
        question=question,
        query=query,
        ranking=ranking,
        pages=_reranked(ranking, topics, answering),
        topics=topics,
    )


def _reranked(
    ranking: Ranking, topics: Iterable[Topic], answering: Floats
) -> tuple[PageScore, ...]:
    """The pages by what they hold and the best sentence that was read on them."""
    # A sentence's score holds its page's, which counts here by itself.
    of_page = 0.0 if ranking.met is None else float(answering[SIGNALS.index("page")])
    first = ranking.pages[0].score if ranking.pages else 0.0
    best: dict[tuple[str, int], float] = {}
    for topic in topics:
        for scored in topic.sentences:
            place = (scored.candidate.paper.paper_id, scored.candidate.page)
            alone = scored.score
            if topic.paper is None:
                alone -= of_page * (scored.candidate.page_score - first)
            best[place] = max(best.get(place, alone), alone)
    unread = min(best.values(), default=0.0) - UNREAD_LOSS
    pages = [
        PageScore(
            page.paper,
            page.page,
            page.read + READ * best.get((page.paper.paper_id, page.page), unread),
            page.lexical,
            page.read,
        )
        for page in ranking.pages
    ]
    return tuple(sorted(pages, key=lambda page: -page.score))


def _scored(
    candidates: Sequence[Candidate],
    question: Question,
    ranking: Ranking,
    weights: Floats = ANSWERING,
) -> list[Scored]:
    """The sentences with their scores, in their order."""
    values = signals(candidates, question, ranking)
    met = ranking.met is not None
    answering = values @ (weights if met else UNMET)
    completing = values @ (COMPLETING if met else UNMET)
    return [
        Scored(candidate, float(first), float(second))
        for candidate, first, second in zip(candidates, answering, completing, strict=True)
    ]


def signals(candidates: Sequence[Candidate], question: Question, ranking: Ranking) -> Floats:
    """What speaks for each sentence, shape (sentences, len(SIGNALS))."""
    if not candidates:
        return np.zeros((0, len(SIGNALS)))
    best_page = ranking.pages[0].score
    found = _share_found(candidates, ranking.query)
    return np.array(
        [
            (
                each.cosine,
                each.window,
                each.met,
                each.window_met,
                each.lexical,
                each.lexical * found,
                each.page_score - best_page,
                answers_kind(question, each.text),
                answers_form(question, each.text),
                is_furniture(each.text),
                _CUT_OFF.match(each.text) is not None,
            )
            for each in candidates
        ]
    )


def _share_found(candidates: Iterable[Candidate], query: Query) -> float:
    """The share of the question's terms, by rarity, that the best of the sentences holds.

    A question in other words than the paper's finds few; the terms it does find tell less then.
    """
    if not query.weight:
        return 0.0
    wanted = set(query.terms)
    held = {frozenset(wanted.intersection(candidate.terms)) for candidate in candidates}
    # In the order of the question's terms, so that every process has the same sum.
    return (
        max(sum(query.idf[term] for term in query.terms if term in terms) for terms in held)
        / query.weight
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
    whole = retriever.affinities(query)
    first = _best_index(whole)
    queries = retriever.queries(question.segments)
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
        second = _best_index([-math.inf if n == first else fit for n, fit in enumerate(whole)])
        if second == first or whole[second] < AS_LIKELY * whole[first]:
            return None
        return [(papers[index], question.text) for index in (first, second)]
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
    parts = [(query, 1.0)]
    if topic != question.text:
        parts = [(query, 1 - TOPIC_SHARE), (retriever.query(topic), TOPIC_SHARE)]
    for part, share in parts:
        ranking = retriever.rank(part, paper)
        found = retriever.candidates(ranking, ranking.pages[:PAGES_READ_IN_PAPER])
        each = {s.candidate.ordinal: s.completing for s in _scored(found, question, ranking)}
        lowest = min(each.values(), default=0.0)
        candidates |= {c.ordinal: c for c in found}
        for ordinal in candidates:
            scores[ordinal] = scores.get(ordinal, 0.0) + share * each.get(ordinal, lowest)
    return _sorted(Scored(candidates[ordinal], score, score) for ordinal, score in scores.items())


def _best_index(values: Sequence[float]) -> int:
    return max(range(len(values)), key=lambda index: values[index])


def _sorted(sentences: Iterable[Scored]) -> tuple[Scored, ...]:
    return tuple(sorted(sentences, key=lambda scored: -scored.score))
