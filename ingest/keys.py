"""Citation keys and names folded to what they are compared and looked up by."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold_key(key: str) -> str:
    """A key as it is looked up, ASCII and lower case: ``Jørgensen2020`` is ``jorgensen2020``."""
    text = unicodedata.normalize("NFKD", key).casefold().translate(_FOLDED)
    ascii_only = text.encode("ascii", "ignore").decode()
    # A key in a script without Latin letters stays itself: it would be empty.
    return re.sub(r"[^0-9a-z]", "", ascii_only) if re.search("[a-z]", ascii_only) else text


def fold(name: str) -> str:
    """A name for comparing: letters only, without case and accents."""
    text = unicodedata.normalize("NFKD", name).casefold().translate(_FOLDED)
    return "".join(c for c in text if c.isalpha())
