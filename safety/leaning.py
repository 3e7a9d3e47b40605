"""Towards what the words of a request lean: to be told how, or to be told facts.

The patterns of `safety.lexicon` know the wordings that somebody thought of. This is their second
reader, for the wordings that nobody did: a logistic sum over the words, pairs of words and
beginnings of words of a request, in which every listed substance is one and the same mark. So it
knows how people ask and nothing of any substance. `benchmarks.request_weights` learns the weights
and prints how they do on requests kept out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from safety.lexicon import S

SURE: Final = 0.5
"""Above it a request is taken for one to be told how; chosen on requests kept out."""
_FILE: Final = Path(__file__).with_name("data") / "request_weights.tsv"
_MAX_CHARS: Final = 1_500
"""What is asked stands in the first or the last words of a longer text."""
_BEGINNING: Final = 5
_SHORT: Final = 4

_VOWEL_SIGNS: Final = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0591-\u05c7]")
"""Of Arabic and Hebrew, which are written or left out as one likes."""
_TOKEN: Final = re.compile(
    rf"{S}|\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)?|->|[?!:>]", re.IGNORECASE
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def features(marked: str) -> set[str]:
    """What is counted of a request.

    Args:
        marked: Its text with a mark where each listed substance stands (`safety.intent.masked`).
    """
    return set(_features(marked))


def _features(marked: str) -> Iterator[str]:
    if len(marked) > _MAX_CHARS:
        marked = f"{marked[: _MAX_CHARS // 2]} {marked[-_MAX_CHARS // 2 :]}"
    if not marked.isascii():
        marked = _VOWEL_SIGNS.sub("", marked)
    words = ["<", *(_plain(token) for token in _TOKEN.findall(marked)), ">"]
    for first, second in pairwise(words):
        yield f"{first} {second}"
    for word in words[1:-1]:
        yield word
        if _CJK.search(word):
            yield from (f"~{word[i : i + 2]}" for i in range(len(word) - 1))
        elif len(word) > _BEGINNING:
            yield f"{word[:_BEGINNING]}-"
    if len(words) - 2 <= _SHORT:
        yield "<short>"


def _plain(token: str) -> str:
    if token == S:
        return "S"
    return "0" if token[0].isdigit() else token.lower().replace("’", "'")


def leaning(marked: str) -> float:
    """The logarithm of the odds that a request asks to be told how, by its words alone."""
    weights = _weights()
    return weights.get("<>", 0.0) + sum(weights.get(name, 0.0) for name in features(marked))


def strange_words(text: str) -> list[str]:
    """The words of a text that no known wording of a request has: what it is about."""
    weights = _weights()
    found = []
    for token in _TOKEN.findall(text):
        word = _plain(token)
        if len(word) < _BEGINNING and not token[1:].isupper():
            continue
        word = word.partition("'")[0]
        known = (word, word.removesuffix("s"), f"{word}s", f"{word[:_BEGINNING]}-")
        if not any(each in weights for each in known) and token != S:
            found.append(token)
    return found


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    weights: dict[str, float] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, weight = line.split("\t")
            weights[name] = float(weight)
    return weights
