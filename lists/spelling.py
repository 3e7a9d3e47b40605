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
    |[acdstwm]\d{5,}""",
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
