"""Words that turn a statement round or harden it: opposites, negation, hedges, exclusive terms.

The tables hold general English and the general vocabulary of laboratories, by meaning: a word is
read by its stem, and what counts is the pair that it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Final

from agent.literature.opposites import GRADED, poles
from ingest.terms import STOP_WORDS, stem

# "not" and what works like it; words such as "absent" are ends of axes.
_NEGATORS: Final = frozenset(
    "not no never without neither nor cannot nobody nowhere hardly scarcely fail fails failed "
    "failing "
    "except no-one nothing none".split()
)


_TOKEN: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*(?:n't)?|[;:.,]|\d[\d.]*")


@dataclass(frozen=True)
class Polar:
    """A word with an opposite, read with what turns it."""

    word: str
    axis: str
    sign: int
    at: int  # its place in the text
    denials: frozenset[int] = frozenset()  # which of the text's denials turn it

    @property
    def negated(self) -> bool:
        """Whether it is denied."""
        return len(self.denials) % 2 == 1


def is_negator(word: str) -> bool:
    """Whether a word in lower case denies what stands beside it."""
    return word in _NEGATORS or word.endswith("n't")


_NO_DENIAL: Final = re.compile(
    r"\b(?:not only|no matter|no (?:more|less|later|longer|fewer|higher|lower|greater) than"
    r"|without (?:any )?doubt|no doubt|free (?:acid|base|energy|choice|electron|volume|form)|in "
    r"no time)\b"
)


# Verbs in two words, read as the one word that means the same.
_PHRASES: Final = tuple(
    (re.compile(rf"\b(?:{words})\b"), word)
    for words, word in (
        (r"leav(?:es?|ing) out|left out|kept away|keeps? away|kept out|keeps? out", "avoid"),
        (r"tak(?:es?|en|ing) up|took up", "absorb"),
        (r"gives? off|given off|gave off", "emit"),
        (r"tell(?:s|ing)? (?:apart|(?=\w+ from))|told apart", "differ"),
        (r"within (?:the )?(?:error|uncertaint\w+)", "agree"),
        (r"in (?:good |close )?(?:agreement|accord\w*|line|keeping) with", "agree"),
        (r"at odds with", "differ"),
        (r"tak(?:es?|ing) away|took away|taken away", "remove"),
        (r"no less", "also"),
        (r"(?:push|driv|pull|mov|bring|shift)\w*(?= (?:\w+ ){1,4}up\b)", "raise"),
        (r"(?:push|driv|pull|mov|bring|shift)\w*(?= (?:\w+ ){1,4}down\b)", "lower"),
    )
)

# Words that deny the noun or verb behind them without being a "not".
_NEARLY: Final = frozenset("little few barely seldom rarely low poor".split())


def _padded(word: str, match: re.Match[str]) -> str:
    return word.ljust(len(match[0]))


# "Deviations do not occur": denied by the verb behind.
_OCCURS: Final = re.compile(
    r"[^,;.:]{0,40}? (?:do|does|did|is|are|was|were|have|has) (?P<deny>not) "
    r"(?:been )?(?:occur|arise|appear|observed|seen|found|detected|exist)"
)

_WHOLLY: Final = frozenset("all every always necessarily completely entirely fully wholly".split())


def read_polar(text: str) -> tuple[list[Polar], frozenset[int]]:
    """The words of ``text`` that have an opposite, turned by "not" and "less"; and its denials."""
    lowered = _NO_DENIAL.sub(lambda m: " " * len(m[0]), text.lower())
    lowered = re.sub(
        r"\b(?:go|goes|going|went|comes?|came|coming|br\w+) down\b",
        lambda m: "falls".ljust(len(m[0])),
        lowered,
    )
    lowered = re.sub(
        r"\b(?:go|goes|going|went|comes?|came|coming|br\w+) up\b",
        lambda m: "rise".ljust(len(m[0])),
        lowered,
    )
    for phrase, word in _PHRASES:
        lowered = phrase.sub(partial(_padded, word), lowered)
    lowered = re.sub(r"\b(giv\w+|gave) rise\b", r"\1 way ", lowered)
    lowered = re.sub(r"^\W*no[,:;.]", "   ", lowered)
    lowered = re.sub(r"\b(neither\b[^.;]*?)\bnor\b", r"\1 or", lowered)
    lowered = re.sub(r"\bcannot\b", "can not", lowered)
    lowered = re.sub(
        r"\b(hard|difficult|tough) to (?=tell|distinguish|discriminat|separat|differ|differentiat)",
        r"\1 not ",
        lowered,
    )
    lowered = re.sub(r"^absent(?= [^,]*,)", "without", lowered)
    lowered = re.sub(r"\b(?:less|lower|smaller) than zero|below zero", "negative", lowered)
    lowered = re.sub(r"\b(?:more|greater|higher|larger) than zero|above zero", "positive", lowered)
    lowered = re.sub(r"\btoo (\w+) (to|for)\b", r"\1 not \2", lowered)
    tokens = [(m[0], m.start()) for m in _TOKEN.finditer(lowered)]
    found: list[Polar] = []
    denials = {i for i, (word, _) in enumerate(tokens) if is_negator(word)}
    denials -= {i for i in denials if tokens[i + 1 : i + 2] and tokens[i + 1][0] == "only"}
    denials -= {i for i in denials if tokens[i + 1 : i + 2] and tokens[i + 1][0] == "other"}
    # "Not all" denies nothing of some.
    denials -= {
        i
        for i in denials
        if _WHOLLY & {word for word, _ in tokens[i + 1 : i + 4]} and tokens[i][0] != "no"
    }
    for i, (word, at) in enumerate(tokens):
        if word == "left" and (
            not i or tokens[i - 1][0] not in ("is", "was", "are", "were", "been")
        ):
            continue
        if word == "free" and [t for t, _ in tokens[i + 1 : i + 2]] not in (["of"], ["from"]):
            continue
        step = tokens[i - 1][0] if i else ""
        own = poles(word) or poles(word.partition("-")[0])
        if not own and step in ("more", "less") and len(word) > 3 and word not in STOP_WORDS:
            own = ((f"={stem(word)}", 1),)  # "more selective" against "less selective"
        for axis, sign in own:
            turned: int = sign
            turning: set[int] = set()
            for back in range(i - 1, max(-1, i - (3 if axis in GRADED else 7)), -1):
                if i - back > 3 and tokens[back][0] in ("not", "cannot", "never"):
                    continue
                before = tokens[back][0]
                if before in (";", ":", ".", ",", "but", "and", "while", "whereas"):
                    break
                if before in _NEARLY and back == i - 1 and (axis not in GRADED or axis == "help"):
                    turned = -turned
                if back in denials:
                    turning.add(tokens[back][1])
                    turned = -turned
                if before in ("less", "least", "fewer") and back == i - 1:
                    turned = -turned
            if axis not in GRADED and (none := _OCCURS.match(lowered, at + len(word))):
                turning.add(none.start("deny"))
                turned = -turned
            found.append(Polar(word, axis, turned, at, frozenset(turning)))
    return found, frozenset(tokens[i][1] for i in denials)
