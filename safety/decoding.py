"""Texts written so that a reader must decode them first: base64, hex, URL, rot13, reversed.

Every form is tried only where it looks like itself, what comes out must be readable text, and the
number and depth of decodings is bounded, so that a text cannot be made expensive.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple
from urllib.parse import unquote

DecodingKind = Literal[
    "base64", "base32", "hex", "url", "html", "escape", "binary", "decimal", "rot13", "reversed",
    "morse", "spelt",
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
