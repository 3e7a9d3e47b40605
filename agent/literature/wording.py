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
        "rais* high higher highest highly large larger largest great greater greatest big bigger biggest "
        "more most many increas* rise rises rising rose risen grow* grew gain* exceed* "
        "surpass* outnumber* widen* wide wider widest broad* maximum maximal max rich richer "
        "richest dear dearer dearest expensive elevat* enhanc* enlarg* "
        "abundant ample overestimat* overstat* heavier heaviest longer longest taller thicker "
        "thickest top uppermost amplif* boost* augment* ceiling",
        "lowers lowered lowering low lower lowest small smaller smallest smalls little less lesser least few fewer fewest "
        "decreas* fall falls falling fell fallen drop drops dropped dropping declin* diminish* "
        "narrow* minimum minimal min poor poorer poorest cheap* "
        "reduc* lessen* scarce* underestimat* understat* lighter lightest shorter "
        "shortest thinner thinnest bottom lowermost attenuat* floor",
    ),
    "place": ("above over beyond up upward* upwards", "below beneath under down downward* downwards"),
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
        "stable stabilis* stabiliz* stability surviv* persist* withstand* outlast* endur* intact last "
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
    "activity": ("active activ* inhibit* effect* affinit* bind binds binding bound", "inactive ineffective"),
    "enough": ("enough sufficient* suffice* adequate*", "insufficient* inadequate* lacking"),
    "ease": ("easy easier easily", "difficult* hard harder"),
    "agreement": ("agree* accord consistent* coincid* concord* ", "disagree* contradict* inconsisten* discrep* conflict*"),
    "density": ("dense* compact*", "porous loose sparse"),
    "cause": ("caus* trigger* induc* promot* enabl* provok*", "prevent* suppress* hinder* imped*"),
    "purity": ("pure* clean*", "impure contaminat*"),
    "order_": ("ordered", "disorder*"),
    "presence": (
        "detected detects detectable visible observ* seen notic* present presence left appear appears "
        "appeared occur* exist* covered contains traces evident",
        "undetect* invisible absent absence disappear* vanish* avoid* missing omi* stopped ceas* lack* devoid lost gone "
        "free nil eliminat*",
    ),
    "possible": ("possible possibly may might can could", "impossible exclud* rule ruled ruling dismiss*"),
    "need": ("need* requir* necess* must only", "unnecessary superfluous needless dispens*"),
    "help": ("help* useful use benefit* pays", "useless"),
}  # fmt: skip
# "not" and what works like it; words such as "absent" are ends of axes.
_NEGATORS: Final = frozenset(
    "not no never without neither nor cannot nobody nowhere hardly scarcely fail fails failed failing "
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
_CLAUSE: Final = re.compile(r"[;:.,](?=\s|$)|\s(?:but|while|whereas|although|though|so that)\s")
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
    r"|without (?:any )?doubt|no doubt|free (?:acid|base|energy|choice|electron|volume|form)|in no time)\b"
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


# Hedges -------------------------------------------------------------------------------------------

_HEDGES: Final = re.compile(
    r"\b(?:may|might|could|can|possibl[ey]|possibility|probabl[ey]|likely|perhaps|seems?|seemed|appears?"
    r"|appeared|apparent(?:ly)?|suggest\w*|indicat\w*|hints?|hinted|points? to|pointed to|presumabl[ey]"
    r"|supposed(?:ly)?|potentially|would|should|conceivabl[ey]|tentativ\w+|thought to|believed"
    r"|expected|assum\w+|propos\w+|attribut\w+|interpret\w+|plausib\w+|warn\w*|said to|put down to"
    r"|ascrib\w+|usual explanation|usually explained|remain\w* possible|cannot be (?:ruled out|excluded"
    r"|dismissed)|not (?:been )?(?:ruled out|excluded)|according to|argu\w+|suspect\w*|speculat\w+"
    r"|predict\w*|estimat\w+|calculat\w*|comput\w+|simulat\w*|theor\w+|threaten\w*|risk\w*)\b",
    re.IGNORECASE,
)
_MODAL: Final = re.compile(
    r"\b(?:(?<!that )(?<!which )(?<!who )(?<!that they )(?:may|might|could)|possibl[ey]|probabl[ey]|likely|perhaps|seems?|seemed|appears? to|suggest\w*"
    r"|hints? at|presumabl[ey]|potentially|conceivabl[ey]|cannot be (?:ruled out|excluded)|tentativ\w+"
    r"|would)\b",
    re.IGNORECASE,
)
_ALWAYS: Final = (
    r"always|invariabl[ey]|without exception|in every (?:case|run|instance)|every time|never fails?"
    r"|inevitabl[ey]|necessarily|in all cases|all|entire(?:ly)?|complete(?:ly)?|wholly|fully"
    r"|perfect(?:ly)?|absolutely|everywhere|totally|throughout"
)
_PROVED: Final = (
    r"prov(?:e|es|ed|en|ing)|proofs?|establish\w*|demonstrat\w+|confirm\w*|certain(?:ly)?"
    r"|definite(?:ly)?|undoubted\w*|unambiguous\w*|conclusive\w*|beyond (?:any )?doubt"
    r"|without (?:any )?doubt|undeniabl[ey]|unquestionabl[ey]|surely"
)
# What hardens a claim -> what the quote must hold for it -> only where the quote holds this.
_HARD: Final = tuple(
    tuple(re.compile(rf"(?<!not )(?<!no )\b(?:{part})\b", re.IGNORECASE) for part in row)
    for row in (
        (_PROVED, _PROVED + r"|doubt|show(?:s|ed|n)?|found|find", ""),
        (
            _ALWAYS,
            _ALWAYS + r"|every|each|any|none|never|both|100\s?%",
            r"almost|nearly|mostly|chiefly|mainly|largely|usual(?:ly)?|often|generally|typically|some"
            r"|several|many|most|partly|partially|predominantly|sometimes|frequently|majority|may|might"
            r"|\d+\s?%|can|could|practically|virtually|occasionally|at least|a few|up to|half|likely|probably",
        ),
        (
            r"exact(?:ly)?|precise(?:ly)?|identical(?:ly)?",
            r"exact(?:ly)?|precise(?:ly)?|identical(?:ly)?",
            "",
        ),
        (
            r"sole(?:ly)?|exclusive(?:ly)?|nothing but|the only",
            r"sole(?:ly)?|exclusive(?:ly)?|nothing but|only|alone|unique(?:ly)?|no other|pure(?:ly)?|just",
            "",
        ),
        (
            r"measured|observed|determined experimentally|has been (?:seen|found|shown)|experimental(?:ly)?",
            r"measur\w+|observ\w+|experiment\w*|found|saw|seen|record\w*|detect\w+|shows?|showed|shown",
            r"calculat\w+|comput\w+|simulat\w+|theor\w+|predict\w+|estimat\w+|extrapolat\w+|would|expected"
            r"|model\w*|may|might|could",
        ),
        (
            r"must|has to|have to|impossible",
            r"must|ha[sd] to|have to|need\w*|requir\w*|impossib\w+|cannot|necess\w+",
            r"may|might|can|could|should|suggest\w*|seem\w*|possib\w+|probab\w+|likely|recommend\w*",
        ),
    )
)
_SOFT: Final = re.compile(
    r"\b(?:almost|nearly|about|roughly|approximately|mostly|chiefly|mainly|largely|usual(?:ly)?|often"
    r"|generally|typically|some|several|many|most|partly|partially|predominantly|sometimes"
    r"|frequently|majority|main|principal|primarily|around|close to|practically|virtually)\b",
    re.IGNORECASE,
)


def overclaims(claim: str, quote: str) -> str | None:
    """The word by which the claim says more than the quote; None where it does not."""
    for hard, basis, only in _HARD:
        match = hard.search(claim)
        if match is None or basis.search(quote) or not only.search(quote):
            continue
        if not _SOFT.search(claim[max(0, match.start() - 12) : match.start()]):
            return match[0]
    return None


def drops_hedge(claim: str, clause: str) -> str | None:
    """The hedge of the quote's clause that the claim leaves out; None where there is none."""
    hedge = _MODAL.search(clause)
    if hedge is None or _HEDGES.search(claim) or _SOFT.search(claim):
        return None
    return hedge[0]


def softened(quote: str) -> bool:
    """Whether the quote says "almost", "most" or the like."""
    return _SOFT.search(quote) is not None


# Terms that exclude each other --------------------------------------------------------------------

_EXCLUSIVE: Final = tuple(
    tuple(re.compile(rf"(?<![A-Za-z])(?:{term})", re.IGNORECASE) for term in group.split(" / "))
    for group in (
        "cubic / tetragonal / orthorhombic / hexagonal / trigonal|rhombohedral / monoclinic / triclinic"
        " / amorphous|glassy",
        "amorphous|non-?crystalline|glassy / (?:well|poly|single|highly|fully)?[- ]?crystalli[sz]ed|crystalline",
        "electron(?!eg) / ion(?!is|iz)|ionic / proton / hole / photon / neutron / positron / phonon / muon",
        "x-?rays?|synchrotron / neutrons?(?= )",
        "impedance / molecular dynamics|first-principles|ab initio / monte carlo / calorimetr / dilatometr"
        " / chromatograph / voltammetr / thermogravimetr / titrat / ellipsometr / mass spectromet"
        " / infrared / raman / nuclear magnetic|NMR / electron paramagnetic|EPR / photoelectron|XPS"
        " / light scattering|DLS / porosimetr / microscop|micrograph|TEM|SEM / density functional|DFT",
        "ferromagnet / antiferromagnet / ferrimagnet / paramagnet(?!ic reson) / diamagnet",
        "monovalent|univalent|1\\+ / divalent|bivalent|[A-Z][a-z]?2\\+|[a-z]+\\(II\\) / trivalent|[A-Z][a-z]?3\\+|[a-z]+\\(III\\)"
        " / tetravalent|quadrivalent|[A-Z][a-z]?4\\+|[a-z]+\\(IV\\) / pentavalent|[A-Z][a-z]?5\\+|[a-z]+\\(V\\)"
        " / hexavalent|[A-Z][a-z]?6\\+|[a-z]+\\(VI\\)",
        "single|singly|mono- / double|doubly / triple|triply / quadruple",
        "n[- ]type|type n|of n type / p[- ]type|type p",
        "anode|negative electrode / cathode|positive electrode",
        "donor / acceptor",
        "anion|negative ion / cation|positive ion",
        "cis- / trans-",
        "isotactic / syndiotactic / atactic",
        "surface / bulk / interface|interfacial / grain bound",
        "red\\b / green\\b / blue\\b / yellow\\b / orange\\b / black\\b / white\\b / colou?rless",
        "linear(?:ly)?\\b / exponential / quadratic / logarithmic",
        "zero-order / first-order / second-order / third-order",
        "singlet / doublet / triplet / quartet",
        "left\\b / right\\b",
        "number[- ]average / weight[- ]average",
        "alkaline|basic (?:solution|medium|condition) / acidic|in acid\\b / neutral (?:solution|medium|condition)",
        "(?:in|under)\\s(?:\\w+\\s)?(?:inert|argon|Ar\\b|nitrogen|N2\\b) / (?:in|under)\\s(?:\\w+\\s)?(?:oxygen|O2\\b)"
        " / (?:in|under)\\s(?:\\w+\\s)?vacuum / (?:in|under)\\s(?:\\w+\\s)?air\\b",
        "with heat|under heat|hot-press / without heat|cold-press",
    )
)
_HEADED: Final = re.compile(r"[\s-]+([a-z]{4,})", re.IGNORECASE)
_FROM_TO: Final = re.compile(r"\bfrom (?:the )?([a-zα-ω]+) to (?:the )?([a-zα-ω]+)", re.IGNORECASE)


def excluded(claim: str, quote: str) -> tuple[str, str] | None:
    """A term of the claim and the one that the quote has in its place; None where none is."""
    for group in _EXCLUSIVE:
        held = [term for term in group if term.search(quote)]
        for term in group:
            match = term.search(claim)
            if match is None or not held:
                continue
            if term not in held:
                others = [
                    m[0] for one in held if not one.search(claim) and (m := one.search(quote))
                ]
                if others:
                    return match[0], others[0]
                continue
            # "electron conductor" where the quote has an "ion conductor" and other electrons.
            if head := _HEADED.match(claim, match.end()):
                stem = head[1][:6].lower()
                mine = re.search(rf"{term.pattern}\w*[\s-]+{stem}", quote, re.IGNORECASE)
                for other in held:
                    if other.search(claim):
                        continue
                    theirs = re.search(rf"({other.pattern})\w*[\s-]+{stem}", quote, re.IGNORECASE)
                    if other is not term and theirs and not mine:
                        return f"{match[0]} {head[1]}", theirs[0]
    return _other_step(claim, quote)


def _other_step(claim: str, quote: str) -> tuple[str, str] | None:
    """A transition "from A to B" where the quote goes from A to something else."""
    quoted = [(a.lower(), b.lower()) for a, b in _FROM_TO.findall(quote)]
    for start, stop in _FROM_TO.findall(claim):
        pair = (start.lower(), stop.lower())
        ends = {end for one in quoted for end in one}
        if quoted and set(pair) <= ends and pair not in quoted and pair[::-1] not in quoted:
            other = next((one for one in quoted if one[0] == pair[0]), quoted[0])
            return f"from {start} to {stop}", f"from {other[0]} to {other[1]}"
    return None
