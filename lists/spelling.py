"""The names that a database or the morphology of nonproprietary names adds to an entry."""

from __future__ import annotations

import re

# Endings of nonproprietary names: English, and the same in Latin, Spanish, French, German,
# Italian, Russian. WHO's own rules for INN make them regular; exceptions stand in the tables.
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ine", ("inum", "ina", "in")),
    ("one", ("onum", "ona", "on")),
    ("ide", ("idum", "ida", "id")),
    ("ate", ("atum", "ato", "at")),
    ("ole", ("olum", "ol")),
    ("ane", ("anum", "ano", "an")),
    ("ene", ("enum", "eno", "en")),
    ("ile", ("ilum", "ilo", "il")),
    ("ol", ("olum", "olo", "ole")),
    ("al", ("alum",)),
    ("am", ("amum",)),
    ("an", ("anum", "ano", "ane")),
    ("il", ("ilum", "ilo")),
    ("in", ("inum", "ina", "ine")),
    ("on", ("onum", "ona", "one")),
    ("ex", ("exum",)),
    ("ic acid", ("icum acidum",)),
)
_CYRILLIC: tuple[tuple[str, str], ...] = (
    ("sch", "ш"), ("ph", "ф"), ("th", "т"), ("ch", "х"), ("rh", "р"), ("qu", "кв"), ("ae", "е"),
    ("oe", "е"), ("ya", "я"), ("yu", "ю"), ("x", "кс"), ("ce", "це"), ("ci", "ци"), ("cy", "ци"),
    ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"),
    ("h", "г"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"),
    ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("v", "в"), ("w", "в"), ("y", "и"), ("z", "з"),
)  # fmt: skip
_RESPELLED = (("ph", "f"), ("th", "t"), ("y", "i"), ("ae", "e"), ("oe", "e"))


def inflected(name: str) -> list[str]:
    """A nonproprietary name in Latin, Spanish, French, German, Italian and Russian form."""
    name = name.lower()
    if not re.fullmatch(r"[a-z][a-z -]{4,}", name):
        return []
    found: list[str] = []
    for ending, others in _ENDINGS:
        if name.endswith(ending):
            stem = name[: -len(ending)]
            found += [stem + other for other in others]
            break
    respelled = [spelled for form in (name, *found) if (spelled := _respelled(form)) != form]
    if " " not in name:
        found.append(_cyrillic(name))
    return list(dict.fromkeys([*found, *respelled]))


def _respelled(name: str) -> str:
    for old, new in _RESPELLED:
        name = name.replace(old, new)
    return name


def _cyrillic(name: str) -> str:
    stem = re.sub(r"(?<=[nlmtd])e$", "", name)
    for latin, letter in _CYRILLIC:
        stem = stem.replace(latin, letter)
    return stem


# Registry numbers of databases and suppliers that look like names.
_REGISTRY = re.compile(
    r"""[\d\s./:-]+
    |(?:einecs|elincs|ec|un|un-?no|hsdb|ccris|nsc|nci|brn|beilstein|rcra|dea|caswell|epa|ai3|ai-3
    |zinc|chebi|chembl|schembl|mls|smr|stk|tox21|dsstox|ncgc|cid|sid|akos|mfcd|unii|rtecs|wln|fema
    |ins|ls|bdbm|cas|db|bpbio|biomol|prestwick|spectrum|kbio|spbio|divk|opera|oprea|bbl|ac1|aids|cpd
    |gnf-pf|idi1|lopac|bspbio|nchem|nchembio|ncistruc|hms|bb|ncimech|pdsp|prolysis|sddccgsbi|smp)
    [\s:.#/_-]*(?:no\.?|number|code|chemical)?[\s:.#/_]*[a-z]?\d[\w./:]*(?:[ -]\d[\w.]*)*
    |[acdstwm]\d{5,}
    |(?:agn-pc|molport|ctk|ag-[a-z]|ksc|sbb|anw|kst|ar-1[a-z]|mcule|nciopen|surecn|tl)-?\d[\w-]*
    |agn-pc-\w+
    |[\w.]+_(?:sigma|aldrich|fluka|supelco|riedel|sial|selleck|cayman|tocris|usp)
    |\d[\d-]+\s\(parent\)
    |[a-z]{14}-[a-z]{10}-[a-z]?
    |(?=(?:[a-z]*\d){3})(?=(?:\d*[a-z]){3})[a-z0-9]{10}""",
    re.VERBOSE | re.IGNORECASE,
)
_NOTE = re.compile(r"\s*[\[(](?:[^\[\]()]*:[^\[\]()]*|usan|ban|jan|inn|usp|nf|french|german|italian"
                   r"|spanish|polish|dutch|czech|russian|van|old|obsolete|tn|iso|ansi|mi|mart\.?"
                   r"|8ci|9ci|vandf|usp-rs|who-dd|dcf|dcit|latin|misnomer|free base|free acid"
                   r"|salt/mix|united states|acd/name \d[\d.]*)[\])]\s*$", re.I)  # fmt: skip


def cleaned(name: str) -> str | None:
    """A database's synonym as a name worth indexing; None for registry numbers and fragments."""
    name = " ".join(name.split()).strip(" ,;")
    while (shorter := _NOTE.sub("", name)) != name:
        name = shorter
    name = re.sub(r"\.(alpha|beta|gamma|delta|omega|epsilon|xi|psi)\.", r"\1", name)
    name = re.sub(r"\s*\(tn\)$", "", name)
    letters = sum(c.isalpha() for c in name)
    if letters < 3 or len(name) < 4 or len(name) > 200 or _REGISTRY.fullmatch(name):
        return None
    return name


# Pieces of systematic names and how other schools write them.
_PIECES: tuple[tuple[str, str], ...] = (
    (r"\{\[([^{}]+)-carbonyl\]amino\}", r"(\1-carboxamido)"),
    (r"\(\{([^{}]+)-carbonyl\}amino\)", r"(\1-carboxamido)"),
    (r"\[\(([^\[\]]+)-carbonyl\)amino\]", r"(\1-carboxamido)"),
    (r"\[\(4-fluorophenyl\)methyl\]", "(4-fluorobenzyl)"),
    (r"\[\((4-\w+)phenyl\)methyl\]", r"(\1benzyl)"),
    (r"\[\(2-methoxyphenyl\)methyl\]", "(2-methoxybenzyl)"),
    (r"2-phenylethyl", "phenethyl"),
    (r"phenyl\[1-\(2-phenylethyl\)piperidin-4-yl\]", "1-phenethylpiperidin-4-yl-N-phenyl"),
    (r"prop-2-enamide$", "acrylamide"),
    (r"2-methylpropanamide$", "isobutyramide"),
    (r"(?<!methyl)propanamide$", "propionamide"),
    (r"(?<!methyl)butanamide$", "butyramide"),
    (r"\[\(propan-2-yl\)oxy\]", "isopropoxy"),
    (r"di\(propan-2-yl\)amino", "diisopropylamino"),
    (r"propan-2-yl", "isopropyl"),
    (r"prop-2-en-1-yl", "allyl"),
    (r"ethan-1-amine", "ethanamine"),
    (r"ethan-1-amine", "ethylamine"),
    (r"ethan-1-ol", "ethanol"),
    (r"(\w+an)-1-one", r"1-\1one"),
    (r"2H-1,3-benzodioxol-5-yl", "1,3-benzodioxol-5-yl"),
    (r"2H-1,3-benzodioxol-5-yl", "3,4-methylenedioxyphenyl"),
    (r"piperidin-4-yl", "4-piperidinyl"),
    (r"piperidin-4-yl", "4-piperidyl"),
    (r"(pyrrolidin|piperidin)-1-yl", r"1-\1yl"),
    (r"pyrimidine-2,4,6\(1H,3H,5H\)-trione", "1,3-diazinane-2,4,6-trione"),
    (r"pyrimidine-2,4,6\(1H,3H,5H\)-trione", "barbituric acid"),
    (r"1,3-dihydro-2H-1,4-benzodiazepin-2-one", "1,3-dihydro-1,4-benzodiazepin-2-one"),
    (r"1,3-dihydro-2H-1,4-benzodiazepin-2-one", "3H-1,4-benzodiazepin-2-one"),
    (r"-1H-(ind|benzimid)", r"-\1"),
    (r"oxolan-2-yl", "tetrahydrofuran-2-yl"),
    (r"sulfanyl", "thio"),
    (r"(\d+)beta-hydroxy-\d+alpha-methyl", r"\1beta-hydroxy-\1-methyl"),
    (r"phenyl\(piperidin-2-yl\)acetate", "2-phenyl-2-(2-piperidyl)acetate"),
)
_STEREO = re.compile(r"\((?:\d*[RSEZ](?:,\d*[RSEZ])*)\)-")


def variants(systematic: str) -> list[str]:
    """A systematic name as other schools write it, and without its stereo descriptors."""
    found: dict[str, None] = {}
    flat = _STEREO.sub("", systematic)
    if flat != systematic:
        found[flat] = None
    for name in (systematic, flat):
        everything = name
        for old, new in _PIECES:
            if re.search(old, name):
                found[re.sub(old, new, name)] = None
            everything = re.sub(old, new, everything)
        found[everything] = None
    found.pop(systematic, None)
    return list(found)


_ACYLS = (
    "acetyl propionyl butyryl isobutyryl valeryl isovaleryl pivaloyl hexanoyl heptanoyl octanoyl "
    "nonanoyl decanoyl acryl acryloyl crotonyl senecioyl methacryloyl benzoyl phenylacetyl "
    "phenylpropionyl furanyl 2-furanyl 3-furanyl thiophene 2-thiophene 3-thiophene cyclopropyl "
    "cyclobutyl cyclopentyl cyclohexyl cyclopentenyl methoxyacetyl ethoxyacetyl tetrahydrofuranyl "
    "tetrahydrothiophene tetramethylcyclopropyl adamantyl nicotinoyl 2-ethylbutyryl hydroxyacetyl "
    "chloroacetyl trifluoroacetyl cinnamoyl naphthoyl benzodioxole methylthioacetyl"
).split()
_ON_RING = "fluoro chloro bromo iodo methyl ethyl methoxy ethoxy hydroxy nitro amino".split()
_PLACES = "ortho meta para o m p 2 3 4 2' 3' 4' alpha beta".split()


def fentanyl_names() -> list[str]:
    """How the literature and the schedules name fentanyl-related substances."""
    found = {f"{acyl} fentanyl": None for acyl in _ACYLS}
    for place in _PLACES:
        for group in _ON_RING:
            prefix = f"{place}-{group}"
            found[f"{prefix} fentanyl"] = None
            if place in ("ortho", "meta", "para", "2", "3", "4") and group in (
                "fluoro", "chloro", "bromo", "methyl", "methoxy"
            ):  # fmt: skip
                found |= {f"{prefix} {acyl} fentanyl": None for acyl in _ACYLS[:30]}
    return list(found)
