"""The part of a long sentence that answers: whole clauses, verbatim, the rest marked as left out."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from agent.literature.question import Question
from ingest.terms import fold_terms

ELLIPSIS: Final = "…"

# Where a sentence can be cut: before or after these, never inside a number or a bracket.
_BOUNDARY: Final = re.compile(
    r"[,;:](?=\s)\s*"
    r"|\s+(?=(?:and|but|or|which|where|whereas|while|with|when|whose|that|because|since|although"
    r"|thereby|resulting|indicating|suggesting|compared|due to|owing to|as well as|followed by)\s)"
    r"|\s+(?=\()"
)
VALUE: Final = 1.0  # what a value of the kind asked for counts beside all the question's words


def excerpt(text: str, question: Question, limit: int) -> str:
    """At most ``limit`` characters of ``text``, about: the clauses side by side that answer best.

    ``text`` itself where it is short enough, or where no clause fits.
    """
    if len(text) <= limit:
        return text
    cuts = [0, *(match.end() for match in _BOUNDARY.finditer(text) if _is_level(text, match))]
    cuts = [*dict.fromkeys(cuts), len(text)]
    asked = set(fold_terms(question.text))
    best: tuple[float, int, int] | None = None
    for first, start in enumerate(cuts[:-1]):
        for end in cuts[first + 1 :]:
            if end - start > limit:
                break
            worth = _worth(text[start:end], question, asked)
            # Of two runs of clauses that hold as much, the longer one says more.
            key = (worth + 0.2 * (end - start) / limit, start, end)
            if best is None or key[0] > best[0]:
                best = key
    if best is None:
        return text
    _, start, end = best
    kept = text[start:end].strip().rstrip(",;:")
    before = f"{ELLIPSIS} " if start > 0 else ""
    after = f" {ELLIPSIS}" if end < len(text) else ""
    return f"{before}{kept}{after}"


def _is_level(text: str, match: re.Match[str]) -> bool:
    """Whether the cut stands outside of brackets."""
    before = text[: match.end()]
    return before.count("(") <= before.count(")") and before.count("[") <= before.count("]")


def _worth(piece: str, question: Question, asked: Set[str]) -> float:
    terms = set(fold_terms(piece))
    share = len(terms & asked) / len(asked) if asked else 0.0
    kinds = question.kinds
    value = any(kind.written.search(piece) for kind in kinds) if kinds else False
    if not kinds and question.wants_number:
        value = re.search(r"(?<![A-Za-z\d])\d", piece) is not None
    return share + VALUE * value
