"""Members of a generic definition by their systematic name, where no reader of such names is there.

A systematic name spells its structure, and each definition has a skeleton that its members' names
spell the same way, whatever stands on it. A pattern here says what must stand in one name; it is
written narrower than the definition, so that it takes in no compound outside it. OPSIN, where it
is installed, reads the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

# One to three carbons, as the schedules of the Chemical Weapons Convention say.
_SMALL = r"(?:methyl|ethyl|propyl|propan-[12]-yl|isopropyl|1-methylethyl)"
_DIALKYL = rf"(?:n,\s?n-)?\(?(?:di-?\(?{_SMALL}\)?|(?:n-)?{_SMALL}\)?-?\(?(?:n-)?{_SMALL})\)?-?"
_AMINO = (
    r"\(?\[?(?:(?:di)?(?:methyl|ethyl|propyl|butyl)amino|(?:ethyl|propyl|propan-2-yl)\(methyl\)amino"
    r"|methylethylamino|dipropan-2-ylamino|di\(propan-2-yl\)amino|diisopropylamino)\]?\)?"
)
_RING_AMINE = r"\(?(?:pyrrolidin-1-yl|piperidin-1-yl|morpholin-4-yl)\)?"
_FREE = r"(?<![\w)\]}(\[-])"  # nothing of the name stands before: aminomethyl is no methyl
_HALO = r"(?:fluor|chlor|brom|iod)(?:o|anyl)-?"
_SUBSTITUTED = (
    rf"[2-6]-(?:{_HALO}|methoxy|ethoxy|methyl|ethyl|propyl|methylsulfanyl|trifluoromethyl)"
)
_DIOXOLE = r"(?:1,3-|2h-1,3-)?benzodioxol-5-yl"
_INDOLYL = (
    rf"[(\[](?:[4-7]-(?:methoxy|hydroxy|acetyloxy|methyl|ethyl|{_HALO})-?)?1h-indol-3-yl[)\]]"
)
_OTHER = rf"{_HALO}|hydroxy|nitro|amino|piperidin"  # no carbon: not of the definition

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "cwc-1.a.1",
        rf"{_FREE}(?:p-)?\(?{_SMALL}\)?phosphonofluorid(?:o)?ate\b"
        rf"|\[(?:fluor(?:o|anyl)\({_SMALL}\)|{_SMALL}\(fluor(?:o|anyl)\))phosphoryl\]oxy",
    ),
    (
        "cwc-1.a.2",
        rf"{_FREE}{_DIALKYL}phosphoramidocyanidate\b"
        r"|\[(?:di\w+amino\(\w+oxy\)|\w+oxy\(di\w+amino\))phosphoryl\](?:methanenitrile|formonitrile)",
    ),
    (
        "cwc-1.a.3",
        rf"s-\[?\(?\{{?2-{_AMINO}ethyl[\])}}]*\s(?:o-\w+\s|\w+\s)?(?:p-)?{_SMALL}phosphonothio(?:l)?ate\b"
        rf"|\[(?:\w+oxy\({_SMALL}\)|{_SMALL}\([\w-]+oxy\))phosphoryl\]sulfanyl(?:ethyl\]|-n,n-)",
    ),
    ("cwc-1.b.9", rf"{_FREE}{_SMALL}phosphon(?:yl|ic) difluoride\b"),
    (
        "cwc-2.b.4",
        rf"{_FREE}(?:p-)?\(?{_SMALL}\)?phosphon(?:ic (?:acid|di\w+ide)|ate\b|yl di(?:chlor|brom)ide"
        r"|o(?:chlorid|thio|dithio)o?(?:ate|ic))"
        rf"|\[(?:[\w-]+oxy\({_SMALL}\)|{_SMALL}\([\w-]+oxy\))phosphoryl\]oxy",
    ),
    ("cwc-2.b.5", rf"{_FREE}{_DIALKYL}phosphoramid(?:ic |o)di(?:chlor|fluor|brom)id(?:e|ate)\b"),
    (
        "cwc-2.b.6",
        rf"{_FREE}(?:di-?{_SMALL}|di\({_SMALL}\)|{_SMALL} {_SMALL})\s?{_DIALKYL}phosphoramidate\b"
        rf"|{_FREE}n-di(?:meth|eth|prop)oxyphosphoryl-n-{_SMALL}-?(?:meth|eth|prop)anamine",
    ),
    (
        "us-fentanyl-related",
        r"(?<!\S)(?=\S*piperidin-4-yl)(?=\S*n-[(\[]?(?:\S{1,24}?phenyl|phenyl))"
        r"(?=\S*(?:2-phenylethyl|phenethyl|2-[(\[](?:\d-\w{2,20}phenyl)[)\]]ethyl|1-phenylpropan-2-yl"
        r"|2-phenylpropyl|2-hydroxy-2-phenylethyl|2-oxidanyl-2-phenyl-?ethyl"
        r"|2-(?:thiophen-\d|furan-\d)-ylethyl|2-\((?:thiophen-\d|furan-\d)-yl\)ethyl))"
        r"\S*(?:amide|carbamate)\b",
    ),
    (
        "uk-nitazenes",
        r"(?<!\S)(?=\S*benz(?:o)?imidazol)(?=\S*(?:2-[(\[](?:\d-\w+)?benzyl[)\]]|phenyl\)methyl\]|2-benzyl))"
        rf"(?=\S*(?:1-[(\[]+2-(?:{_AMINO}|{_RING_AMINE})[)\]]?ethyl|benz(?:o)?imidazol-1-yl\]\S*ethan))"
        r"\S*(?:imidazole?|amine|imidazol-5-yl\]ethanone)\b",
    ),
    (
        "us-cannabimimetic",
        r"(?<!\S)(?=\S*indol-3-yl)(?=\S*naphthalen-1-yl)(?=\S*(?:pent|but|hex|hept|morpholin|piperidin)\S*)\S*methanone\b",
    ),
    (
        "uk-synthetic-cannabinoids",
        r"(?<!\S)(?=\S*(?:pentyl|butyl|hexyl|cyclohexylmethyl|fluorophenyl\)methyl|fluorobenzyl|pent-4-en\S*yl))"
        r"(?=\S*(?:1-amino|methyl-1-oxobutan-2-yl|dimethyl-1-oxobutan-2-yl|2-phenylpropan-2-yl"
        r"|adamantan-1-yl|quinolin-8-yl|naphthalen-1-yl))"
        r"\S*(?:1h-)?(?:indazole|indole)-3-carbox(?:amide|ylate)\b",
    ),
    (
        "uk-cathinones",
        rf"2-(?:{_AMINO}|{_RING_AMINE})-?1-[(\[]?(?:phenyl|\d(?:,\d)?-\w+phenyl|{_DIOXOLE})"
        r"[)\]]?-?(?:prop|but|pent|hex)an-1-one\b"
        rf"|1-[(\[]?(?:phenyl|\d(?:,\d)?-\w+phenyl|{_DIOXOLE})[)\]]?-2-"
        rf"(?:{_AMINO}|{_RING_AMINE})-?(?:prop|but|pent|hex)an-1-one\b",
    ),
    (
        "uk-tryptamines",
        rf"2-{_INDOLYL}-(?:n,\s?n-di-?\(?{_SMALL}\)?|n-{_SMALL}-n-{_SMALL}|n-{_SMALL})-?ethan(?:-1-)?amine\b"
        rf"|(?:n,\s?n-di-?\(?{_SMALL}\)?|n-{_SMALL}-n-{_SMALL}|n-{_SMALL})-2-{_INDOLYL}-?ethan(?:-1-)?amine\b"
        rf"|3-[(\[]2-{_AMINO}ethyl[)\]]-1h-indol-[4-7]-ol\b",
    ),
    (
        "uk-phenethylamines",
        r"2-[(\[](?:2,5-dimethoxy-4-\(?\w+(?:\)?sulfanyl)?\)?phenyl|4-\w+-2,5-dimethoxyphenyl)[)\]]-?ethan(?:-1-)?amine\b"
        rf"|(?:n-{_SMALL}-)?1-[(\[](?:2,5-dimethoxy-4-\w+phenyl|4-\w+-2,5-dimethoxyphenyl|{_DIOXOLE}"
        rf"|{_SUBSTITUTED}phenyl|\d,\d-dimethoxyphenyl)[)\]]-?(?:n-{_SMALL}-?|n-hydroxy-?)?propan-2-amine\b",
    ),
    (
        "uk-nbome",
        r"2-[(\[](?:\d-\w+-2,5-dimethoxy|2,5-dimethoxy-4-\w+)phenyl[)\]]-n-[(\[]{1,2}2-(?:methoxy|hydroxy|fluoro)"
        r"(?:phenyl[)\]]methyl|benzyl)[)\]]-?ethan(?:-1-)?amine\b",
    ),
    (
        "uk-arylcyclohexylamines",
        rf"2-[(\[](?:\d-\w+)?phenyl[)\]]-2-(?:{_AMINO}|\(?amino\)?)-?cyclohexan(?:-1-)?one\b"
        r"|2-phenyl-2-\(\w+amino\)cyclohexan(?:-1-)?one\b"
        r"|1-\(1-phenyl-?cyclohexyl\)(?:piperidine|pyrrolidine|morpholine)\b"
        rf"|{_FREE}(?:n,n-di{_SMALL}|n-{_SMALL})-1-phenyl-?cyclohexan(?:-1-)?amine\b",
    ),
    (
        "us-barbiturates",
        rf"(?:5,5-(?:di|bis)(?!\(?(?:{_HALO}|hydroxy|oxidanyl))[\w()-]{{2,60}}?|5-(?!{_OTHER})[^\s;]{{3,40}}?-5-(?!yl|{_OTHER})[^\s;]{{3,40}}?)-?"
        r"(?:1,3-diazinane-2,4,6-trione|pyrimidine-2,4,6\(1h,3h,5h\)-trione|(?:1h,3h,5h-)pyrimidine-2,4,6-trione)",
    ),
)  # fmt: skip

# A word of every one of these names; without one of them no pattern is tried.
_HINTS = (
    "phosph", "piperidin", "imidazol", "indol", "indazol", "an-1-one", "amine", "cyclohexan",
    "trione",
)  # fmt: skip


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(pattern)) for rule, pattern in _PATTERNS)


def systematic_members(text: str) -> Iterator[tuple[str, int, int]]:
    """Ids of definitions, and where a member's name stands in a lower-case text."""
    if any(hint in text for hint in _HINTS):
        for rule_id, pattern in _compiled():
            for m in pattern.finditer(text):
                yield rule_id, m.start(), m.end()
