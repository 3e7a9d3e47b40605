"""Text folded to search terms: the same word, however it is printed, gives the same terms."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

# Bumped when the same text would give other terms: the full-text index must then be rebuilt.
TERMS = "terms-1"

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_FOLD = str.maketrans(
    {c: f" {name} " for c, name in _GREEK.items()}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff\u2060", None)
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)


class _Accentless(dict[int, str | int | None]):
    """`_FOLD` that also drops accents; what it does to a character is worked out once."""

    def __missing__(self, code: int) -> str | int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_FOLD_DECOMPOSED = _Accentless(_FOLD)

# A decimal number, or a run of letters and digits (so that SiO2 and Li7La3Zr2O12 stay whole).
_TERM = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")

# English function words, and words of questions that papers do not use to state facts.
STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing done down during each for from further had has
    have having he her here hers him his how i if in into is it its itself just me more most my no
    nor not now of off on once only or other our out over own same she should so some such than that
    the their them then there these they this those through to too under until up us very was we
    were what when where which while who whom whose why will with would you your yours
    according given give gives per versus vs via upon within without among
    """.split()
)

# One Snowball stemmer is not safe for two threads, and making one is cheap.
_local = threading.local()


def _stemmer() -> Any:
    if not hasattr(_local, "stemmer"):
        import Stemmer

        _local.stemmer = Stemmer.Stemmer("english")
    return _local.stemmer


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Snowball stem of one folded word; words with digits stay as they are."""
    if len(word) <= 3 or not word.isalpha():
        return word
    return str(_stemmer().stemWord(word))


def fold_text(text: str) -> str:
    """``text`` in one spelling: NFKC, lower case, Greek letters by name, one dash, no accents."""
    if text.isascii():  # most sentences, and much quicker
        return text.lower().translate(_FOLD)
    folded = unicodedata.normalize("NFKC", text).lower()
    decomposed = unicodedata.normalize("NFKD", folded)
    # Decomposed, so that an accented Greek letter has its name too.
    return decomposed.translate(_FOLD_DECOMPOSED)


def fold_terms(text: str) -> list[str]:
    """The search terms of ``text`` in order, stop words left out, words stemmed.

    ``"β-Sitosterol (93%)"`` gives ``["beta", "sitosterol", "93"]``.
    """
    return [
        stem(word.replace(",", "") if word[0].isdigit() else word)
        for word in _TERM.findall(fold_text(text))
        if word not in STOP_WORDS
    ]
