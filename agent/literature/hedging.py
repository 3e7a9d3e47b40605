"""Hedges, hard words, and terms that exclude each other."""

from __future__ import annotations

import re
from typing import Final

_HEDGES: Final = re.compile(
    r"\b(?:may|might|could|can|possibl[ey]|possibility|probabl[ey]|likely|perhaps|seems?|seemed"
    r"|appears?"
    r"|appeared|apparent(?:ly)?|suggest\w*|indicat\w*|hints?|hinted|points? to|pointed to"
    r"|presumabl[ey]"
    r"|supposed(?:ly)?|potentially|would|should|conceivabl[ey]|tentativ\w+|thought to|believed"
    r"|expected|assum\w+|propos\w+|attribut\w+|interpret\w+|plausib\w+|warn\w*|said to|put down to"
    r"|ascrib\w+|usual explanation|usually explained|remain\w* possible|cannot be (?:ruled out"
    r"|excluded"
    r"|dismissed)|not (?:been )?(?:ruled out|excluded)|according to|argu\w+|suspect\w*|speculat\w+"
    r"|predict\w*|estimat\w+|calculat\w*|comput\w+|simulat\w*|theor\w+|threaten\w*|risk\w*"
    r"|(?:not|nor|never) (?:yet |been |directly ){0,3}"
    r"(?:shown|proved|proven|established|demonstrated)"
    r")\b",
    re.IGNORECASE,
)


_MODAL: Final = re.compile(
    r"\b(?:(?<!that )(?<!which )(?<!who )(?<!that they )(?<!one )(?<!you )(?<!we )"
    r"(?:may|might|could)|possibl[ey]"
    r"|probabl[ey]|(?<!more )(?<!less )(?<!most )(?<!least )likely|perhaps|seems?"
    r"|seemed|appears? to|suggest\w*"
    r"|hints? at|presumabl[ey]|potentially|conceivabl[ey]|cannot be (?:ruled out|excluded)"
    r"|tentativ\w+)\b",
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
    tuple(
        re.compile(rf"(?<!not )(?<!no )\b(?:{part})(?<=[\w%])(?!\w)", re.IGNORECASE) for part in row
    )
    for row in (
        (_PROVED, _PROVED + r"|doubt|show(?:s|ed|n)?|found|find", ""),
        (
            _ALWAYS,
            _ALWAYS + r"|every|each|any|none|never|both|100\s?%",
            r"almost|nearly|mostly|chiefly|mainly|largely|usual(?:ly)?|often|generally|typically"
            r"|some"
            r"|several|many|most|partly|partially|predominantly|sometimes|frequently|majority|may"
            r"|might"
            r"|\d+\s?%|can|could|practically|virtually|occasionally|at least|a few|up to|half"
            r"|likely|probably|only|except\w*",
        ),
        (
            r"never|at no time|under no circumstances",
            r"never|at no time|under no|none|nothing",
            r"need not|not always|not necessarily|not generally|may not|might not|rarely|seldom"
            r"|hardly",
        ),
        (r"^no(?= \w+)|none", r"none|neither|no one", r"most|some|many|several|few"),
        (
            r"only(?= \w+)",
            r"only|solely|alone|nothing but|just",
            r"mainly|mostly|chiefly|largely|partly|primarily|usual(?:ly)?|predominantly",
        ),
        (
            r"exact(?:ly)?|precise(?:ly)?|identical(?:ly)?",
            r"exact(?:ly)?|precise(?:ly)?|identical(?:ly)?",
            "",
        ),
        (
            r"sole(?:ly)?|exclusive(?:ly)?|nothing but|the only",
            r"sole(?:ly)?|exclusive(?:ly)?|nothing but|only|alone|unique(?:ly)?|no other"
            r"|pure(?:ly)?|just",
            "",
        ),
        (
            r"measured|observed|determined experimentally|has been (?:seen|found|shown)"
            r"|experimental(?:ly)?",
            r"measur\w+|observ\w+|experiment\w*|found|saw|seen|record\w*|detect\w+|shows?|showed"
            r"|shown",
            r"calculat\w+|comput\w+|simulat\w+|theor\w+|predict\w+|estimat\w+|extrapolat\w+|would"
            r"|expected"
            r"|model\w*|may|might|could",
        ),
        (
            r"must|has to|have to|impossible",
            r"must|ha[sd] to|have to|need\w*|requir\w*|impossib\w+|cannot|necess\w+",
            r"may|might|can|could|should|suggest\w*|seem\w*|possib\w+|probab\w+|likely"
            r"|recommend\w*",
        ),
    )
)


_SOFT: Final = re.compile(
    r"\b(?:almost|nearly|about|roughly|approximately|mostly|chiefly|mainly|largely|usual(?:ly)?"
    r"|often"
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
    if hedge and re.search(r"\bthan\b[^,;.:]*$", clause[: hedge.start()]):
        return None  # "lower than the old ones suggested"
    if hedge is None or _HEDGES.search(claim) or _SOFT.search(claim):
        return None
    return hedge[0]


_EXCLUSIVE: Final = tuple(
    tuple(re.compile(rf"(?<![A-Za-z])(?:{term})", re.IGNORECASE) for term in group.split(" / "))
    for group in (
        "cubic / tetragonal / orthorhombic / hexagonal / trigonal|rhombohedral / monoclinic / "
        "triclinic"
        " / amorphous|glassy",
        "amorphous|non-?crystalline|glassy / (?:well|poly|single|highly|fully)?[- "
        "]?crystalli[sz]ed|crystalline",
        "electron(?!eg) / ion(?!is|iz)|ionic / proton / hole / photon / neutron / positron / "
        "phonon / muon",
        "x-?rays?|synchrotron / neutrons?(?= )",
        "impedance / molecular dynamics|first-principles|ab initio / monte carlo / calorimetr / "
        "dilatometr"
        " / chromatograph / voltammetr / thermogravimetr / titrat / ellipsometr / mass spectromet"
        " / infrared / raman / nuclear magnetic|NMR / electron paramagnetic|EPR / photoelectron|XPS"
        " / light scattering|DLS / porosimetr / microscop|micrograph|TEM|SEM / density functional"
        "|DFT",
        "ferromagnet / antiferromagnet / ferrimagnet / paramagnet(?!ic reson) / diamagnet",
        "monovalent|univalent|1\\+ / divalent|bivalent|[A-Z][a-z]?2\\+|[a-z]+\\(II\\) / trivalent"
        "|[A-Z][a-z]?3\\+|[a-z]+\\(III\\)"
        " / tetravalent|quadrivalent|[A-Z][a-z]?4\\+|[a-z]+\\(IV\\) / pentavalent|[A-Z][a-z]?5\\+"
        "|[a-z]+\\(V\\)"
        " / hexavalent|[A-Z][a-z]?6\\+|[a-z]+\\(VI\\)",
        "single|singly|mono- / double|doubly / triple|triply / quadruple",
        "n[- ]type|type n|of n type / p[- ]type|type p",
        "anod(?:e|ic)|negative electrode / cathod(?:e|ic)|positive electrode",
        "donor / acceptor",
        "anion|negative ion / cation|positive ion",
        "cis- / trans-",
        "isotactic / syndiotactic / atactic",
        "surface / bulk / interface|interfacial / grain bound",
        "red\\b / green\\b / blue\\b / yellow\\b / orange\\b / black\\b / white\\b / colou?rless",
        "linear(?:ly)?\\b|straight line / exponential / quadratic|parabol / logarithmic",
        "rutile / anatase / brookite",
        "calcite / aragonite / vaterite",
        "wurtzite / zinc ?blende|sphalerite",
        "lanthanide / actinide / noble gas / halogen / alkali(?:ne earth)? metal",
        "superconduct / thermoelectric / ferroelectric / piezoelectric / photovoltaic",
        "(?:one|1)[- ]?dimension / (?:two|2)[- ]?dimension / (?:three|3)[- ]?dimension",
        "corner[- ]shar|shar\\w+ corners / edge[- ]shar|shar\\w+ edges / face[- ]shar",
        "(?<!\\d )seconds / (?<!\\d )minutes / (?<!\\d )hours / (?<!\\d )days"
        " / (?<!\\d )weeks / (?<!\\d )months / (?<!\\d )years",
        "zero-order / first-order / second-order / third-order",
        "singlet / doublet / triplet / quartet",
        "left\\b / right\\b",
        "number[- ]average / weight[- ]average",
        "alkaline|basic (?:solution|medium|condition) / acidic|in acid\\b / neutral (?:solution"
        "|medium|condition)",
        "(?:in|under)\\s(?:\\w+\\s)?(?:inert|argon|Ar\\b|nitrogen|N2\\b) / (?:in"
        "|under)\\s(?:\\w+\\s)?(?:oxygen|O2\\b)"
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
            if re.search(
                r"\b(?:not|no|never|n't|nor|rather than)\b",
                claim[max(0, match.start() - 25) : match.start()],
            ):
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
