"""Words that turn a statement round or harden it: opposites, negation, hedges, exclusive terms.

The tables hold general English and the general vocabulary of laboratories, by meaning: a word is
read by its stem, and what counts is the pair that it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Axis -> words of its plus end / words of its minus end. A word that ends in "*" is a stem.
_AXES: Final[dict[str, tuple[str, str]]] = {
    "amount": (
        "rais* high higher highest highly large larger largest great greater greatest big bigger "
        "biggest "
        "more most many increas* rise rises rising rose risen grow* grew gain* exceed* "
        "surpass* outnumber* widen* wide wider widest broad* maximum maximal max rich richer "
        "richest dear dearer dearest expensive elevat* enhanc* enlarg* "
        "abundant ample overestimat* overstat* heavier heaviest longer longest taller thicker "
        "thickest top uppermost amplif* boost* augment* ceiling",
        "lowers lowered lowering low lower lowest small smaller smallest smalls little less "
        "lesser least few fewer fewest "
        "decreas* fall falls falling fell fallen drop drops dropped dropping declin* diminish* "
        "narrow* minimum minimal min poor poorer poorest cheap* "
        "reduc* lessen* scarce* underestimat* understat* lighter lightest shorter "
        "shortest thinner thinnest bottom lowermost attenuat* floor",
    ),
    "place": (
        "above over beyond up upward* upwards",
        "below beneath under down downward* downwards",
    ),
    "stiffness": ("stiff* rigid* brittle", "soft softer softest flexible pliable ductile"),
    "obedience": ("obey* follow* conform* adher*", "deviat* violat* depart*"),
    "speed": (
        "fast faster fastest quick* rapid* swift* accelerat* speed* hasten*",
        "slow* sluggish* retard* decelerat*",
    ),
    "quality": (
        "good better best superior improv* excellent outperform* useful wise advantageous "
        "beneficial economical efficient* favourabl* favorabl* sound",
        "bad worse worst inferior deteriorat* useless unwise disadvantageous harmful uneconomical "
        "inefficient unfavourabl* unfavorabl*",
    ),
    "strength": ("strong* intense robust tight* firm", "weak* faint* feeble loose* fragile"),
    "depth": ("deep* ", "shallow*"),
    "closeness": ("together adjacent", "apart distant remote"),
    "order": ("first earliest earlier", "last latest later"),
    "warmth": (
        "heat heats heated heating hot hotter hottest warm*",
        "cool* cold* colder chill* freez* frozen",
    ),
    "volume": (
        "expand* swell* swollen stretch*",
        "contract contracts contracted contraction shrink* shrank shrunk compress*",
    ),
    "uptake": (
        "absorb* consum* uptake endotherm* taken take takes took",
        "releas* liberat* evolv* exotherm* emit* given",
    ),
    "sign": ("positive* plus dextrorotat* ", "negative* minus levorotat* laevorotat*"),
    "stability": (
        "stable stabilis* stabiliz* stability surviv* persist* withstand* outlast* endur* intact "
        "last "
        "lasting hold holds held",
        "unstable degrad* decompos* destabili* collaps* decay* disintegrat* deteriorat* vanish* "
        "disappear* short-lived break",
    ),
    "lifetime": ("long-lived persistent", "short-lived transient fleeting vanish*"),
    "permanence": ("permanent* irreversib*", "reversib* temporar*"),
    "change": (
        "alter* chang* differ* varie* vary*",
        "unchanged unaltered constant keep keeps kept retain* preserv* same identical equal* "
        "maintain* unaffected",
    ),
    "solubility": ("soluble dissolv* miscible", "insoluble immiscible undissolved"),
    "activity": (
        "active activ* inhibit* effect* affinit* bind binds binding bound",
        "inactive ineffective",
    ),
    "enough": ("enough sufficient* suffice* adequate*", "insufficient* inadequate* lacking"),
    "ease": ("easy easier easily", "difficult* hard harder"),
    "agreement": (
        "agree* accord consistent* coincid* concord* ",
        "disagree* contradict* inconsisten* discrep* conflict*",
    ),
    "density": ("dense* compact*", "porous loose sparse"),
    "cause": ("caus* trigger* induc* promot* enabl* provok*", "prevent* suppress* hinder* imped*"),
    "purity": ("pure* clean*", "impure contaminat*"),
    "order_": ("ordered", "disorder*"),
    "presence": (
        "detected detects detectable visible observ* seen notic* present presence left appear "
        "appears "
        "appeared occur* exist* covered contains traces evident",
        "undetect* invisible absent absence disappear* vanish* avoid* missing omi* stopped ceas* "
        "lack* devoid lost gone "
        "free nil eliminat*",
    ),
    "possible": (
        "possible possibly may might can could",
        "impossible exclud* rule ruled ruling dismiss*",
    ),
    "need": ("need* requir* necess* must only", "unnecessary superfluous needless dispens*"),
    "help": ("help* useful use benefit* pays", "useless"),
}


# "not" and what works like it; words such as "absent" are ends of axes.
_NEGATORS: Final = frozenset(
    "not no never without neither nor cannot nobody nowhere hardly scarcely fail fails failed "
    "failing "
    "except no-one nothing none".split()
)


# Axes of adjectives, which only a "not" beside them turns.
GRADED: Final = frozenset(
    "place stiffness amount speed depth warmth strength order quality density".split()
)


# Axes whose minus end is a denial in itself: "insoluble" is "not soluble".
DENYING: Final = frozenset(
    {"cause", "presence", "possible", "enough", "solubility", "activity", "obedience"}
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


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, list[tuple[str, int]]], dict[str, list[tuple[str, int]]]]:
    whole: dict[str, list[tuple[str, int]]] = {}
    stems: dict[str, list[tuple[str, int]]] = {}
    for axis, ends in _AXES.items():
        for sign, words in zip((1, -1), ends, strict=True):
            for word in words.split():
                place = stems if word.endswith("*") else whole
                place.setdefault(word.rstrip("*"), []).append((axis, sign))
    return whole, stems


@lru_cache(maxsize=8192)
def poles(word: str) -> tuple[tuple[str, int], ...]:
    """The axes a word in lower case lies on, with its end."""
    whole, stems = _lexicon()
    if word in whole:
        return tuple(whole[word])
    for cut in range(len(word), 2, -1):
        if word[:cut] in stems:
            return tuple(stems[word[:cut]])
    return ()


def is_negator(word: str) -> bool:
    """Whether a word in lower case denies what stands beside it."""
    return word in _NEGATORS or word.endswith("n't")


_NO_DENIAL: Final = re.compile(
    r"\b(?:not only|no matter|no (?:more|less|later|longer|fewer|higher|lower|greater) than"
    r"|without (?:any )?doubt|no doubt|free (?:acid|base|energy|choice|electron|volume|form)|in "
    r"no time)\b"
)


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
    lowered = re.sub(r"\b(giv\w+|gave) rise\b", r"\1 way ", lowered)
    lowered = re.sub(r"^\W*no[,:;.]", "   ", lowered)
    lowered = re.sub(r"\b(neither\b[^.;]*?)\bnor\b", r"\1 or", lowered)
    lowered = re.sub(r"\bcannot\b", "can not", lowered)
    lowered = re.sub(r"\b(?:less|lower|smaller) than zero|below zero", "negative", lowered)
    lowered = re.sub(r"\b(?:more|greater|higher|larger) than zero|above zero", "positive", lowered)
    lowered = re.sub(r"\btoo (\w+) (to|for)\b", r"\1 not \2", lowered)
    tokens = [(m[0], m.start()) for m in _TOKEN.finditer(lowered)]
    found: list[Polar] = []
    denials = {i for i, (word, _) in enumerate(tokens) if is_negator(word)}
    denials -= {i for i in denials if tokens[i + 1 : i + 2] and tokens[i + 1][0] == "only"}
    denials -= {i for i in denials if tokens[i + 1 : i + 2] and tokens[i + 1][0] == "other"}
    for i, (word, at) in enumerate(tokens):
        if word == "left" and (
            not i or tokens[i - 1][0] not in ("is", "was", "are", "were", "been")
        ):
            continue
        if word == "free" and [t for t, _ in tokens[i + 1 : i + 2]] not in (["of"], ["from"]):
            continue
        for axis, sign in poles(word):
            turned: int = sign
            turning: set[int] = set()
            for back in range(i - 1, max(-1, i - (3 if axis in GRADED else 7)), -1):
                before = tokens[back][0]
                if before in (";", ":", ".", ",", "but", "while", "whereas"):
                    break
                if back in denials:
                    turning.add(tokens[back][1])
                    turned = -turned
                if before in ("less", "least", "fewer") and back == i - 1:
                    turned = -turned
            found.append(Polar(word, axis, turned, at, frozenset(turning)))
    return found, frozenset(tokens[i][1] for i in denials)
