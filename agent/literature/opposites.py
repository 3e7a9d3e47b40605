"""Pairs of opposites: general English and the general vocabulary of laboratories, by meaning.

Each axis has a plus and a minus end. What counts is that two words lie on one axis and at which
end; which end is called plus matters only where axes are measured (more, faster, stronger).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ingest.terms import stem

# Axis -> words of its plus end / words of its minus end. A word that ends in "*" is a stem.
_AXES: Final[dict[str, tuple[str, str]]] = {
    "amount": (
        "rais* high higher highest highly large larger largest great greater greatest big bigger "
        "biggest much more most many increas* rise rises rising rose risen grow* grew gain* "
        "exceed* surpass* outnumber* widen* wide wider widest broad* maximum maximal max rich "
        "richer richest elevat* enhanc* enlarg* abundant ample overestimat* overstat* heavier "
        "heaviest longer longest taller twice thicker thickest top uppermost "
        "amplif* boost* augment* "
        "ceiling climb* dear dearer dearest expensive double doubles doubled "
        "doubling tripl* upper majority strengthen*",
        "lowers lowered lowering low lower lowest small smaller smallest smalls little less "
        "lesser least few fewer fewest decreas* fall falls falling fell fallen drop drops dropped "
        "dropping declin* diminish* narrow* minimum minimal min poor poorer poorest reduc* "
        "lessen* scarce* underestimat* understat* lighter lightest shorter shortest thinner "
        "thinnest bottom lowermost attenuat* floor shrink* shrank shrunk halv* dwindl* lower "
        "minority cheap* weaken* curtail* limited meagre sink sinks sank",
    ),
    "place": (
        "above over beyond up upward* upwards",
        "below beneath under down downward* downwards",
    ),
    "stiffness": ("stiff* rigid* brittle", "soft softer softest flexible pliable ductile"),
    "obedience": ("obey* follow* conform* adher*", "deviat* violat* depart*"),
    "speed": (
        "fast faster fastest quick* rapid* swift* accelerat* speed* hasten*",
        "slow* sluggish* retard* decelerat* lag lags",
    ),
    "quality": (
        "good better best well superior improv* excellent outperform* wise "
        "economical efficient* favourabl* favorabl* sound optimal ideal promising",
        "bad badly worse worst inferior deteriorat* unwise uneconomical poor poorly "
        "inefficient unfavourabl* unfavorabl* disappoint* poorer poorest",
    ),
    "strength": (
        "strong* strength* intense robust tight* firm powerful",
        "weak* faint* feeble loose* loosely fragile",
    ),
    "depth": ("deep* ", "shallow*"),
    "closeness": ("together adjacent nearer closer", "apart distant remote farther"),
    "order": ("first earliest", "last latest"),
    "warmth": (
        "heat heats heated heating hot hotter hottest warm*",
        "cool* cold* colder chill* freez* frozen",
    ),
    "volume": (
        "expand* expansion swell* swollen stretch* elongat* lengthen*",
        "contract contracts contracted contraction shrink* shrank shrunk compress* shorten*",
    ),
    "uptake": (
        "absorb* consum* uptake endotherm* taken take takes took",
        "releas* liberat* evolv* exotherm* emit* given",
    ),
    "sorption": ("adsorb* adsorption", "desorb* desorption emit*"),
    "sign": ("positive* plus dextrorotat* ", "negative* minus levorotat* laevorotat*"),
    "stability": (
        "stable stabilis* stabiliz* stability surviv* persist* withst* outlast* endur* intact "
        "last lasting hold holds held resist resists resisted resisting resistant robust",
        "unstable instabilit* degrad* decompos* destabili* collaps* decay* disintegrat* "
        "deteriorat* vanish* disappear* short-lived break breaks destroy* destruct* labile",
    ),
    "keeping": (
        "keep keeps kept retain* retention preserv* maintain* conserv*",
        "lose loses lost losing loss forfeit* discard* shed sheds",
    ),
    "lifetime": ("long-lived persistent", "short-lived transient fleeting vanish*"),
    "permanence": ("permanent* irreversib*", "reversib* temporar* revers*"),
    "change": (
        "alter* chang* varie* vary* affect* influenc* sensitive depend* govern*",
        "unchanged unaltered constant keep keeps kept retain* preserv* "
        "maintain* unaffected independent* insensitive regardless irrespective invariant "
        "tolerat* toleran*",
    ),
    "sameness": (
        "same identical* equal* alike similar* comparab* equivalent* indistinguishabl* agree* "
        "accord accords coincid* concord* consistent* match matches matched share shares shared",
        "different* differ differs differed differing another distinct* dissimilar* unlike "
        "disagree* contradict* inconsisten* discrep* conflict* distinguish* deviat* unequal* "
        "contrast mismatch*",
    ),
    "solubility": ("soluble dissolv* miscible", "insoluble immiscible undissolved precipitat*"),
    "activity": (
        "active activ* effect* effective effectiv* affinit* bind binds binding bound",
        "inactive ineffective ineffectiv*",
    ),
    "enough": ("enough sufficient* suffice* adequate*", "insufficient* inadequate* lacking"),
    "ease": (
        "easy easier easily easiest readily simple simpler cheap* inexpensive effortless*",
        "difficult* hard harder hardest demanding challeng* dear dearer dearest costl* expensive",
    ),
    "density": ("dense* compact*", "porous loose sparse"),
    "cause": (
        "caus* trigger* induc* promot* enabl* provok* facilitat* favour favours favoured favor "
        "favors favored allow* let lets permit* assist* encourag* accelerat* stimulat*",
        "prevent* suppress* hinder* imped* inhibit* block* hamper* avoid* obstruct* forbid* "
        "preclud* thwart* restrict* stop stops stopped disrupt*",
    ),
    "purity": ("pure* clean*", "impure contaminat*"),
    "regularity": ("ordered uniform* evenly regular* homogeneous*", "disorder* uneven* "
                   "random* irregular* inhomogeneous* heterogeneous*"),
    "presence": (
        "detected detects detectable visible observ* seen notic* present presence left appear "
        "appears appeared occur* exist* covered contain* includ* inclusion traces evident "
        "possess* feature features contribut*",
        "undetect* invisible absent absence disappear* vanish* avoid* missing omi* stopped ceas* "
        "lack* devoid lost gone free nil eliminat* exclud* excludes leaves-out neglect* ignor*",
    ),
    "success": (
        "succeed* success* achiev* accomplish* attain* reach reaches reached",
        "fail fails failed failing failure* unsuccess* unable",
    ),
    "possible": (
        "possible possibly may might can could",
        "impossible exclud* rule ruled ruling dismiss*",
    ),
    "need": (
        "need* requir* necess* must only",
        "unnecessary superfluous needless dispens* optional",
    ),
    "help": (
        "help* profit* useful use harmless benign benefit* pays advantag* valuable "
        "worthwhile merit* gain* aid aids",
        "useless disadvantag* drawback* harm* detriment* damag* impair* worsen* "
        "hurt* problem* suffer* "
        "penalt*",
    ),
    "weight": (
        "significant* important* appreciabl* pronounced noticeabl* noteworthy marked* substantial* "
        "considerabl* matters matter major measurabl* main mainly chief* dominant* dominat* "
        "decisive crucial",
        "negligibl* insignificant* unimportant* trivial minor marginal* immaterial secondary "
        "subordinate",
    ),
    "frequency": (
        "frequent* common commonly often usual* abundant prevalent widespread likely "
        "probable",
        "rare rarely seldom uncommon* infrequent* unusual* unlikely improbable",
    ),
    "slope": ("steep* ", "flat flatter flattest flatten* gentle"),
    "sharpness": ("sharp* ", "broad* diffuse blunt"),
    "light": ("illuminat* irradiat* lit", "dark darkness"),
    "wetness": ("moist wet humid damp", "dry dried anhydrous"),
    "openness": ("open opens opened opening outward*", "close closed closes closing inward*"),
    "addition": ("add adds added adding addition insert* incorporat* introduc*",
                 "remov* extract* withdraw* withdrawn subtract* delet* eliminat*"),
    "charging": ("charging", "discharge discharging discharged"),
    "redox": ("oxidis* oxidiz* oxidation oxidant", "reduced reduction reductant reductive*"),
    "affinity": ("attract* ", "repel* repuls*"),
    "polarity": ("hydrophilic polar", "hydrophobic nonpolar apolar"),
    "saturation": ("saturated", "unsaturated polyunsaturated monounsaturated"),
    "symmetry": ("symmetric*", "asymmetric* unsymmetric*"),
    "directness": ("direct directly", "indirect indirectly"),
    "phase": ("melts melted melting liquef*", "solidif* freez* frozen"),
    "vapour": ("evaporat* vaporis* vaporiz* boil*", "condens*"),
    "heat sign": ("exothermic* exergonic", "endothermic* endergonic"),
    "side": ("inner interior internal inside", "outer exterior external outside"),
    "number": ("multiple several plural", "single sole lone"),
    "support": ("support* confirm* corroborat* verif* substantiat*",
                "refut* contradict* disprov* reject* challeng* oppos*"),
    "excess": ("excess* surplus overabund*", "deficien* shortage deficit"),
    "delay": ("early earlier prematur*", "late later delay* postpone*"),
    "rate order": ("increasing ascending", "decreasing descending"),
}  # fmt: skip


# Axes of adjectives and of circumstances, which only a "not" beside them turns.
GRADED: Final = frozenset(
    "place stiffness amount speed depth warmth strength order quality density slope sharpness "
    "ease frequency closeness delay number excess side light wetness phase vapour openness "
    "directness addition purity regularity help saturation polarity".split()
)


# Axes whose minus end is a denial in itself: "insoluble" is "not soluble".
DENYING: Final = frozenset(
    {"cause", "presence", "possible", "enough", "solubility", "activity", "obedience", "success",
     "keeping", "need", "help", "weight", "sameness", "stability"}
)  # fmt: skip


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
    found = dict(whole.get(word, ()))
    for cut in range(len(word), 2, -1):
        if word[:cut] in stems:
            for axis, sign in stems[word[:cut]]:
                found.setdefault(axis, sign)
            break
    return tuple(found.items())


_PREFIXES: Final = ("un", "in", "im", "ir", "il", "non", "dis", "mis", "de", "anti")


@lru_cache(maxsize=8192)
def opposed_by_form(left: str, right: str) -> bool:
    """Whether one word is the other behind a prefix that denies: favourable, unfavourable."""
    short, long = sorted((left, right), key=len)
    if len(short) < 5:
        return False
    return any(
        long.startswith(prefix) and stem(long[len(prefix) :].lstrip("-")) == stem(short)
        for prefix in _PREFIXES
    )
