"""Texts written so that a reader must decode them first: base64, hex, URL, ciphers, spelling.

Every form is tried only where it looks like itself, what comes out must be readable text, and the
number and depth of decodings is bounded, so that a text cannot be made expensive.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote

DecodingKind = Literal[
    "base64", "base32", "hex", "url", "html", "escape", "binary", "decimal", "rot13", "reversed",
    "morse", "spelt", "alphabet", "letters", "ordinals", "signs", "shifted", "atbash",
]  # fmt: skip


class Decoded(NamedTuple):
    """What a text says once it is decoded."""

    kind: DecodingKind
    text: str


MAX_DECODED = 12
_MAX_DEPTH = 2
_MAX_CHARS = 20_000

_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{6,}={0,2}(?![\w+/=])")
_BASE32 = re.compile(r"\b[A-Z2-7]{16,}={0,6}(?![\w=])")
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,]{0,2}){4,}(?![0-9a-zA-Z])")
_ESCAPES = re.compile(r"\\u\{?[0-9a-fA-F]{4,6}\}?|\\x[0-9a-fA-F]{2}")
_BINARY = re.compile(r"(?<!\d)(?:[01]{8}[\s,]{0,2}){3,}(?!\d)")
_DECIMAL = re.compile(r"(?<![\d.])(?:(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])[\s,;-]{1,2}){3,}\d{2,3}")
_MORSE = re.compile(r"(?<![\w.-])[.-]{1,5}(?:[ /|]{1,3}[.-]{1,5}){3,}(?![\w.-])")
# A word with a mark behind each letter; two spaces or another mark part the words.
_SPELT = re.compile(r"(?<!\w)(?:[^\W\d_]([-._*~|/ ])\1*){3,}[^\W\d_](?!\w)")
_MORSE_LETTERS = dict(
    zip(
        ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...-"
        " .-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.".split(),
        "abcdefghijklmnopqrstuvwxyz0123456789",
        strict=True,
    )
)

_CODE_WORDS: Final = {
    word: word[0]
    for word in (
        "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike"
        " november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray x-ray"
        " yankee zulu"
    ).split()
}
_CODE_WORD: Final = "|".join(sorted(_CODE_WORDS, key=len, reverse=True))
_ALPHABET = re.compile(
    rf"\b(?:{_CODE_WORD})(?:[^\w\n]{{1,3}}(?:{_CODE_WORD})){{2,}}\b", re.IGNORECASE
)

# Letters by their English names, as one says them: "EmDee" or "em-dee". Names that are also words
# of every day (are, see, you, why) count only where the letters are written into one.
_LETTER_NAMES: Final = {
    **dict.fromkeys(("ay", "eh"), "a"),
    "bee": "b", "cee": "c", "see": "c", "dee": "d", "ee": "e", "eff": "f", "ef": "f", "gee": "g",
    "aitch": "h", "haitch": "h", "eye": "i", "jay": "j", "kay": "k", "ell": "l", "el": "l",
    "em": "m", "en": "n", "oh": "o", "pee": "p", "cue": "q", "queue": "q", "ar": "r", "are": "r",
    "ess": "s", "tee": "t", "tea": "t", "you": "u", "yoo": "u", "vee": "v", "doubleyou": "w",
    "doubleu": "w", "ex": "x", "eks": "x", "why": "y", "wye": "y", "zee": "z", "zed": "z",
}  # fmt: skip
_SAID: Final = "|".join(sorted(_LETTER_NAMES, key=len, reverse=True))
_SAID_APART: Final = "|".join(
    sorted(set(_LETTER_NAMES) - {"see", "eye", "oh", "are", "you", "why", "tea", "queue"}, key=len)[
        ::-1
    ]
)
_IN_ONE = re.compile(rf"\b(?=\w*[a-z][A-Z])(?:{_SAID}){{2,}}\b", re.IGNORECASE)
_APART = re.compile(
    rf"\b(?:{_SAID})(?:-(?:{_SAID})){{2,}}\b|\b(?:{_SAID_APART})(?: (?:{_SAID_APART})){{2,}}\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"[a-z][A-Z]")
_ONE_NAME = re.compile(_SAID, re.IGNORECASE)

_ORDINALS = re.compile(
    r"(?<![\d.])(?:[1-9]|1\d|2[0-6])(?:\s?(?:[,/-]|,?\s(?:and|then|und|et|y))\s?(?:[1-9]|1\d|2[0-6])){2,}(?![\d.])"
)
_OF_THE_ALPHABET = re.compile(r"\balphabet|\bletters?\b|\bA1Z26\b|\ba ?= ?1\b", re.IGNORECASE)

# A word in which a sign or a digit of another script stands for a letter.
_SIGN: Final = "@!$¥€£"
_WITH_SIGNS = re.compile(
    rf"(?<![\w{_SIGN}\[\]().=#+/\\-])(?=[^\s]*[A-Za-z])[A-Za-z\d{_SIGN}]*(?:[{_SIGN}]|(?![0-9])\d)"
    rf"(?=[A-Za-z\d{_SIGN}]*\w)[A-Za-z\d{_SIGN}]*(?![\[\]()=#+/\\])"
)
_SIGNS = str.maketrans("@!$¥€£0134578", "aisyeloieastb")


def decodings(text: str) -> list[Decoded]:
    """The readable texts hidden in a text, those inside them included; at most `MAX_DECODED`."""
    found: list[Decoded] = []
    seen = {text}
    layer = [text[:_MAX_CHARS]]
    for _ in range(_MAX_DEPTH):
        inner: list[str] = []
        for outer in layer:
            for decoded in _explicit(outer):
                if decoded.text not in seen and len(found) < MAX_DECODED:
                    seen.add(decoded.text)
                    found.append(decoded)
                    inner.append(decoded.text)
        layer = inner
    return found


def mirrorings(text: str) -> Iterator[Decoded]:
    """The text in rot13 and reversed; these always give something, seldom something readable."""
    text = text[:_MAX_CHARS]
    if any("a" <= c <= "z" or "A" <= c <= "Z" for c in text):
        yield Decoded("rot13", codecs.decode(text, "rot13"))
    yield Decoded("reversed", text[::-1])
    yield from _ciphers(text)


_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_TABLES: Final = (
    *(
        str.maketrans(_LOWER + _LOWER.upper(), moved + moved.upper())
        for moved in (_LOWER[n:] + _LOWER[:n] for n in range(1, 26))
    ),
    str.maketrans(_LOWER + _LOWER.upper(), _LOWER[::-1] + _LOWER[::-1].upper()),
)
_ROT13: Final = 12
_ATBASH: Final = 25
# Words that a request can hardly do without.
_TELLTALE: Final = (
    "how the make making what give tell steps step with from and for you synthesis synthesise"
    " synthesize prepare preparation produce production manufacture cook recipe route reagents"
    " procedure instructions guide need write build want home detailed"
)


def _enciphered() -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    plain = set(_TELLTALE.split())
    for n, table in enumerate(_TABLES):
        # A table moves the other way than its cipher: the cipher is the table that undoes it.
        back = _ATBASH if n == _ATBASH else 24 - n
        for word in plain:
            if (hidden := word.translate(table)) not in plain:
                found[hidden].append(back)
    return {word: tuple(tables) for word, tables in found.items()}


_ENCIPHERED: Final = _enciphered()


def _ciphers(text: str) -> Iterator[Decoded]:
    """The text by each cipher of which it has two words; rot13 is tried anyway."""
    seen: dict[int, set[str]] = defaultdict(set)
    for word in text.lower().split():
        word = word.strip(".,:;!?\"'()")
        for n in _ENCIPHERED.get(word, ()):
            seen[n].add(word)
    for n, words in seen.items():
        if n != _ROT13 and len(words) >= 2:
            yield Decoded("atbash" if n == _ATBASH else "shifted", text.translate(_TABLES[n]))


def _explicit(text: str) -> Iterator[Decoded]:
    if "%" in text and (plain := unquote(text)) != text:
        yield Decoded("url", plain)
    if "&" in text and (plain := html.unescape(text)) != text:
        yield Decoded("html", plain)
    if "\\" in text and _ESCAPES.search(text):
        yield Decoded("escape", _ESCAPES.sub(_character, text))
    for m in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[\s:,]", "", m.group())
        if plain := _readable(bytes.fromhex(digits[: len(digits) // 2 * 2])):
            yield Decoded("hex", _put(text, m, plain))
    for m in _BINARY.finditer(text):
        bits = re.sub(r"[\s,]", "", m.group())
        if plain := _readable(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))):
            yield Decoded("binary", _put(text, m, plain))
    for m in _DECIMAL.finditer(text):
        if plain := _readable(bytes(int(n) for n in re.findall(r"\d+", m.group()) if int(n) < 128)):
            yield Decoded("decimal", _put(text, m, plain))
    for m in _MORSE.finditer(text):
        words = re.split(r"\s*[/|]\s*|\s{3,}", m.group())
        letters = [[_MORSE_LETTERS.get(c, "") for c in word.split()] for word in words]
        yield Decoded("morse", _put(text, m, " ".join("".join(word) for word in letters)))
    if _SPELT.search(text):
        yield Decoded("spelt", _SPELT.sub(_joined, text))
    said_words = set(_WORD.findall(text.lower()))
    if not said_words.isdisjoint(_CODE_WORDS) and _ALPHABET.search(text):
        yield Decoded("alphabet", _ALPHABET.sub(_code_words, text))
    if _CAMEL.search(text) or len(said_words & _LETTER_NAMES.keys()) >= 2:
        said = _APART.sub(_said, _IN_ONE.sub(_said, text))
        if said != text:
            yield Decoded("letters", said)
    if _OF_THE_ALPHABET.search(text) and _ORDINALS.search(text):
        yield Decoded("ordinals", _ORDINALS.sub(_numbered, text))
    if _WITH_SIGNS.search(text):
        yield Decoded("signs", _WITH_SIGNS.sub(_unsigned, text))
    for m in _BASE64.finditer(text):
        if plain := _base64(m.group()):
            yield Decoded("base64", _put(text, m, plain))
    for m in _BASE32.finditer(text):
        run = m.group().rstrip("=")
        try:
            raw = base64.b32decode(run + "=" * (-len(run) % 8))
        except (binascii.Error, ValueError):
            continue
        if plain := _readable(raw):
            yield Decoded("base32", _put(text, m, plain))


def _put(text: str, match: re.Match[str], plain: str) -> str:
    """The text with the decoded part in its place, so that what is asked of it stays beside it."""
    return f"{text[: match.start()]} {plain} {text[match.end() :]}".strip()


def _joined(match: re.Match[str]) -> str:
    mark = match.group(1)
    if mark == " ":
        return " ".join(word.replace(" ", "") for word in re.split(r" {2,}", match.group()))
    return match.group().replace(mark, "")


def _code_words(match: re.Match[str]) -> str:
    """Hotel Oscar Whiskey | Tango Oscar: "how to"; any other mark than one space parts words."""
    words = re.findall(rf"({_CODE_WORD})([^\w\n]*)", match.group(), re.IGNORECASE)
    gaps = {gap for _, gap in words[:-1]}
    close = min(gaps, key=len)
    return "".join(
        _CODE_WORDS[word.lower()] + ("" if gap == close or n == len(words) - 1 else " ")
        for n, (word, gap) in enumerate(words)
    )


def _said(match: re.Match[str]) -> str:
    return "".join(_LETTER_NAMES[m.lower()] for m in _ONE_NAME.findall(match.group())).upper()


def _numbered(match: re.Match[str]) -> str:
    return "".join(_LOWER[int(n) - 1] for n in re.findall(r"\d+", match.group())).upper()


def _unsigned(match: re.Match[str]) -> str:
    digits = (
        c if c.isascii() or not c.isdecimal() else str(unicodedata.decimal(c))
        for c in match.group()
    )
    return "".join(digits).translate(_SIGNS)


def _character(match: re.Match[str]) -> str:
    code = int(re.sub(r"[^0-9a-fA-F]", "", match.group()[2:]), 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _base64(run: str) -> str:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    # Words are base64 too: one that was encoded mixes its letters, or is padded, or is long.
    mixed = (
        run.endswith("=")
        or any(c.isdigit() for c in body)
        or (any(c.isupper() for c in body[1:]) and any(c.islower() for c in body))
    )
    if not mixed or len(body) % 4 == 1:
        return ""
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return _readable(raw)


def _readable(raw: bytes) -> str:
    """The text of bytes that are nearly all letters, digits and marks; empty for others."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if len(text) < 3 or not all(c.isprintable() or c in "\n\t\r" for c in text):
        return ""
    n_usual = sum(c.isalnum() or c in " .,;:!?()[]=#@+-/\\'\"\n" for c in text)
    return text if n_usual >= 0.9 * len(text) and any(c.isalpha() for c in text) else ""
