"""When to say nothing: names and numbers of the question that the papers do not bring together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent.literature.evidence import Evidence
from agent.literature.formulae import in_words
from ingest.paper import Paper
from ingest.retrieval import Retriever
from ingest.terms import fold_text

PAPERS_LOOKED_AT: Final = 3  # best papers, one of which must hold every name
# Below both of these the question shares neither words nor meaning with the best page.
LITTLE_COVERED: Final = 0.25
FAR_AWAY: Final = 0.37
OUT_OF_SIGHT: Final = 0.33  # below this the words alone do not count either

_TOKEN = re.compile(r"""[^\s,;?!"“”„]+""")
_EDGES = ".:'’‘()[]{}"
_VALUE = re.compile(
    r"\d+(?:[.,]\d+)*\s?(?:[°◦º∘˚]\s?[CFK]|K|nm|µm|μm|mm|cm|Å|V|eV|GPa|MPa|kPa|bar|atm|h|min|wt\s?%)(?!\w)"
)
# Adjectives of places, which a question may use where the paper names the place itself.
_OF_A_PLACE = re.compile(r"(?:ish|ese|ian|ean|can)s?$")
_DEGREES = str.maketrans(dict.fromkeys("◦º∘˚", "°"))


@dataclass(frozen=True)
class Silence:
    """Why no answer is given."""

    missing: tuple[str, ...]  # names of the question that no likely paper holds; may be empty
    why: str  # one sentence for the user


def reason_for_silence(evidence: Evidence, retriever: Retriever) -> Silence | None:
    """Why the library cannot answer, or None where it may."""
    papers = retriever.shelf.papers
    if not papers or not any(topic.sentences for topic in evidence.topics):
        return Silence(missing=(), why="The library holds no text that could be quoted.")
    names = question_names(evidence.question.text)
    if names:
        missing = _missing(names, evidence, retriever)
        if missing:
            return Silence(missing=missing, why=_explain(missing, retriever))
    if _is_far(evidence, retriever):
        return Silence(missing=(), why="No page of the library bears on what is asked.")
    return None


def question_names(question: str) -> tuple[str, ...]:
    """What a question names that an answer's paper must name too: formulae, codes, proper names.

    ``"What does Ti-MCM-41 yield at 500 °C?"`` gives ``("500 °C", "Ti-MCM-41")``.
    """
    names = [match.group() for match in _VALUE.finditer(question)]
    rest = _VALUE.sub(" ", question)
    for position, match in enumerate(_TOKEN.finditer(rest)):
        word = match.group().strip(_EDGES) if "(" not in match.group() else match.group()
        word = word.removesuffix("'s").removesuffix("’s")
        if len(word) > 1 and _is_name(word, first=position == 0):
            names.append(word)
    return tuple(dict.fromkeys(names))


def _is_name(word: str, *, first: bool) -> bool:
    letters = sum(char.isalpha() for char in word)
    if any(char.isdigit() for char in word):
        return letters > 1 and not re.fullmatch(r"\d+(?:st|nd|rd|th)|10\^?[-−]?\d+", word)
    capitals = sum(char.isupper() for char in word)
    if capitals >= 2:
        return not first or capitals == letters
    if first or not word[0].isupper() or len(word) < 5:
        return False
    parts = [part for part in re.split(r"[-–/]", word) if part.isalpha()]
    return not _OF_A_PLACE.search(word) and all(part[0].isupper() for part in parts)


def _missing(names: Sequence[str], evidence: Evidence, retriever: Retriever) -> tuple[str, ...]:
    """The names that the likeliest paper, or pair of papers, does not hold."""
    named = [topic.paper for topic in evidence.topics if topic.paper is not None]
    likely = list(dict.fromkeys(page.paper.paper_id for page in evidence.ranking.pages[:10]))
    by_id = {paper.paper_id: paper for paper in retriever.shelf.papers}
    groups: list[list[Paper]] = [[by_id[paper_id]] for paper_id in likely[:PAPERS_LOOKED_AT]]
    if named:
        groups.append(named)
    best: tuple[str, ...] | None = None
    for group in groups:
        texts = [folded_text(retriever.shelf.text(paper)) for paper in group]
        absent = tuple(name for name in names if not any(holds(text, name) for text in texts))
        if best is None or len(absent) < len(best):
            best = absent
    return best or ()


@lru_cache(maxsize=256)
def folded_text(text: str) -> str:
    """A paper's text as names are looked up in it."""
    return re.sub(r"\s+", " ", fold_text(text.translate(_DEGREES)))


def holds(text: str, name: str) -> bool:
    """Whether folded ``text`` holds ``name``, however its parts are spaced or hyphenated."""
    folded = folded_text(name)
    words = in_words(name)
    if words is not None and re.search(words, text):
        return True
    parts = re.findall(r"[a-z]+|\d+|[^\sa-z\d]", folded)
    parts = [part for part in parts if part not in "-'’^_"]
    pattern = r"[\s\-^_]*".join(re.escape(part) for part in parts)
    return re.search(rf"(?<![a-z\d]){pattern}(?![a-z\d])", text) is not None


def _explain(missing: Sequence[str], retriever: Retriever) -> str:
    """One sentence: what is missing altogether, or not found together."""
    texts = [folded_text(retriever.shelf.text(paper)) for paper in retriever.shelf.papers]
    nowhere = [name for name in missing if not any(holds(text, name) for text in texts)]
    if nowhere:
        return f"No paper of the library mentions {_listed(nowhere)}."
    return f"No paper that bears on the question mentions {_listed(missing)}."


def _listed(names: Iterable[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _is_far(evidence: Evidence, retriever: Retriever) -> bool:
    """Whether neither words nor meaning lead from the question to its best pages."""
    query = evidence.query
    candidates = retriever.candidates(evidence.ranking, evidence.ranking.pages[:5])
    if not candidates or not query.weight:
        return True
    by_page: dict[tuple[str, int], set[str]] = {}
    for candidate in candidates:
        by_page.setdefault((candidate.paper.paper_id, candidate.page), set()).update(
            candidate.terms
        )
    covered = max(
        sum(query.idf[term] for term in query.terms if term in terms) / query.weight
        for terms in by_page.values()
    )
    if query.vector is None:
        return covered < LITTLE_COVERED
    nearest = max(max(candidate.cosine, candidate.window) for candidate in candidates)
    return nearest < OUT_OF_SIGHT or (covered < LITTLE_COVERED and nearest < FAR_AWAY)
