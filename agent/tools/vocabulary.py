"""Which texts of a result are screened: all but the tools' own fixed words.

A unit, the name of a handbook, a synonym beside the structure it names, the lines of a drawing:
such texts come from tables of this package and say nothing that the structure beside them does not.
To screen them would cost more than the work, and "Serat DIPPR" looks like a misspelt sedative. A
field is left out by ``Annotated[..., VOCABULARY]``, in records of this package only, and only while
its texts are short; anything else of a result is screened, whoever made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

MAX_CHARS = 200  # longer is prose, and prose is screened
MAX_DRAWING_CHARS = 200_000
_NUMBERS = frozenset({bool, int, float, type(None)})


class Vocabulary:
    """Marks a field whose texts the package itself wrote."""


class Drawing(Vocabulary):
    """Marks a field that holds an SVG drawing of a structure that stands beside it."""


VOCABULARY = Vocabulary()
DRAWING = Drawing()


def texts_to_screen(value: Any) -> Iterator[str]:
    """Every text in a record that the gate must see, keys of mappings included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        ours = type(value).__module__.startswith("agent.tools.")
        for name, field in type(value).model_fields.items():
            held = getattr(value, name)
            marks = [mark for mark in field.metadata if isinstance(mark, Vocabulary)]
            if not (ours and marks and _is_vocabulary(held, marks[0])):
                yield from texts_to_screen(held)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_to_screen(key)
            yield from texts_to_screen(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        if _NUMBERS.issuperset(map(type, value)):
            return  # a row of a table: two million numbers would take seconds one by one
        for inner in value:
            yield from texts_to_screen(inner)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif value is not None and not isinstance(value, bool | int | float | complex):
        yield str(value)


def _is_vocabulary(held: Any, mark: Vocabulary) -> bool:
    if held is None:
        return True
    if isinstance(mark, Drawing):
        return (
            isinstance(held, str)
            and held.lstrip()[:5] in ("<?xml", "<svg ")
            and (len(held) <= MAX_DRAWING_CHARS)
        )
    if isinstance(held, BaseModel):  # the gate's own verdict inside a report
        return type(held).__module__.startswith("safety.")
    texts = [held] if isinstance(held, str) else held
    if isinstance(texts, Mapping):
        texts = [*texts, *texts.values()]
    if not isinstance(texts, list | tuple):
        return False
    return all(
        not isinstance(text, str | bytes | BaseModel | Mapping | list | tuple)
        or (isinstance(text, str) and len(text) <= MAX_CHARS)
        for text in texts
    )
