"""A form out of a tool's schema, and what was typed into it as the tool's arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import streamlit as st

from ingest.record import Record
from ui.exits import DoorError
from ui.render import verbatim_markdown

FILE_FIELDS: Final = ("save_to", "plot_to")  # where a tool writes; the page chooses the place
UPLOAD_FIELDS: Final = {"data": ("csv", "tsv", "txt"), "model_file": ("json",)}
MAX_UPLOAD_MB: Final = 20
_NUMBERS = re.compile(r"^[-+\d.eE,;\s]+$")


_EXAMPLE = "logp 2.5"


class FormError(DoorError):
    """Something typed into a form is not what its field takes."""


class Kind(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    LONG = "long"  # text of several lines
    NUMBER = "number"
    INTEGER = "integer"
    SWITCH = "switch"
    CHOICE = "choice"
    CHOICES = "choices"
    LINES = "lines"  # a list of texts, one a line
    ROWS = "rows"  # numbers, one row a line
    PAIRS = "pairs"  # a name and a value a line
    TARGETS = "targets"  # a property, the value it should have and maybe a weight a line
    JSON = "json"
    FILE = "file"  # made on request, for download
    UPLOAD = "upload"


class Field(Record):
    """One argument of a tool, as the form shows it."""

    name: str
    kind: Kind
    meaning: str
    required: bool
    default: Any = None
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name in words; required fields carry a star."""
        words = self.name.replace("_", " ").capitalize()
        words = {"Smiles": "SMILES", "Cif": "CIF", "Y": "y", "X": "x"}.get(words, words)
        return f"{words} *" if self.required else words


_HINTS = {Kind.PAIRS: "name value, one a line", Kind.TARGETS: "property value, one a line"}


def fields(parameters: Mapping[str, Any], *, hidden: tuple[str, ...] = ("library",)) -> list[Field]:
    """The fields of a tool, required ones first.

    Args:
        parameters: JSON schema of its arguments.
        hidden: Arguments that the page fills itself.
    """
    required = set(parameters.get("required", ()))
    found = []
    for name, schema in parameters.get("properties", {}).items():
        if name in hidden:
            continue
        kind, choices = _kind(name, schema)
        found.append(
            Field(
                name=name,
                kind=kind,
                meaning=str(schema.get("description", "")),
                required=name in required,
                default=schema.get("default"),
                choices=choices,
            )
        )
    return sorted(found, key=lambda field: not field.required)


def _kind(name: str, schema: Mapping[str, Any]) -> tuple[Kind, tuple[str, ...]]:
    if name in FILE_FIELDS:
        return Kind.FILE, ()
    if name in UPLOAD_FIELDS:
        return Kind.UPLOAD, ()
    forms = [form for form in schema.get("anyOf", [schema]) if form.get("type") != "null"]
    types = {form.get("type") for form in forms}
    first: Mapping[str, Any] = forms[0] if forms else {}
    if first.get("enum"):
        return Kind.CHOICE, tuple(map(str, first["enum"]))
    lists = [form for form in forms if form.get("type") == "array"]
    if lists:
        items = lists[0].get("items", {})
        if items.get("enum"):
            return Kind.CHOICES, tuple(map(str, items["enum"]))
        if items.get("type") == "string":
            return Kind.LINES, ()
        if str(items.get("$ref", "")).endswith("/Target"):
            return Kind.TARGETS, ()
        return (Kind.ROWS, ()) if items.get("type") in ("number", "array") else (Kind.JSON, ())
    simple = {"boolean": Kind.SWITCH, "integer": Kind.INTEGER, "number": Kind.NUMBER}
    for kind in ("boolean", "integer", "number"):
        if types == {kind}:
            return simple[kind], ()
    if types == {"object"} and "additionalProperties" in first:
        return Kind.PAIRS, ()
    if types == {"string"}:
        long = name in ("structure", "cif", "molblock") or "CIF" in str(schema.get("description"))
        return (Kind.LONG if long else Kind.TEXT), ()
    return Kind.JSON, ()


def ask_field(field: Field, key: str, example: Any = None) -> Any:
    """The widget of one field; returns what is in it."""
    given = field.default if example is None else example
    text: dict[str, Any] = {"help": verbatim_markdown(field.meaning) or None, "key": key}
    if field.kind is Kind.SWITCH:
        return st.toggle(field.label, value=bool(given), **text)
    if field.kind is Kind.FILE:
        return st.toggle(f"Make a file ({field.name.removesuffix('_to')})", value=False, **text)
    if field.kind is Kind.CHOICE:
        places = list(field.choices)
        index = (
            places.index(str(given)) if str(given) in places else (0 if field.required else None)
        )
        return st.selectbox(
            field.label, places, index=index, placeholder="as the tool chooses", **text
        )
    if field.kind is Kind.CHOICES:
        return st.multiselect(field.label, list(field.choices), default=given or None, **text)
    if field.kind is Kind.UPLOAD:
        return st.file_uploader(
            field.label, type=list(UPLOAD_FIELDS[field.name]), max_upload_size=MAX_UPLOAD_MB, **text
        )
    if field.kind in (Kind.LINES, Kind.ROWS, Kind.LONG, *_HINTS):
        return st.text_area(
            field.label, value=_as_text(given), height=104, max_chars=200_000,
            placeholder=_HINTS.get(field.kind), **text,
        )  # fmt: skip
    shown = json.dumps(given) if field.kind is Kind.JSON and given is not None else given
    return st.text_input(
        field.label, value="" if shown is None else str(shown), max_chars=20_000, **text
    )


def value_of(field: Field, entered: Any, workspace: Path) -> Any:
    """What was entered, as the tool takes it; None where nothing was.

    Args:
        field: The field.
        entered: What its widget holds.
        workspace: Folder for files that the tool writes or that were uploaded for it.

    Raises:
        FormError: It cannot be read as what the field takes, or names a file of this machine.
    """
    if field.kind is Kind.SWITCH:
        return bool(entered)
    if field.kind is Kind.FILE:
        return _new_place(field, workspace) if entered else None
    if field.kind is Kind.UPLOAD:
        return _uploaded(field, entered, workspace)
    if entered in (None, "", []):
        return None
    if field.kind in (Kind.CHOICE, Kind.CHOICES):
        return entered
    text = str(entered).strip()
    if not text:
        return None
    if field.kind in (Kind.INTEGER, Kind.NUMBER):
        try:
            return int(text) if field.kind is Kind.INTEGER else float(text.replace(",", "."))
        except ValueError:
            raise FormError(f"{field.label}: {text[:40]!r} is no number. Write e.g. 25") from None
    if field.kind is Kind.JSON:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise FormError(
                f"{field.label}: this is not JSON ({error.msg}). {field.meaning}"
            ) from None
    if field.kind is Kind.PAIRS:
        return {name: _plain(value) for name, value in _named(field, text)}
    if field.kind is Kind.TARGETS:
        return [_target(field, name, rest.split()) for name, rest in _named(field, text)]
    if field.kind is Kind.ROWS and _NUMBERS.match(text):
        return _rows(field, text)
    if field.kind in (Kind.LINES, Kind.ROWS):
        if _is_cif(text):
            return [text]
        return [_not_a_file(field, line.strip()) for line in text.splitlines() if line.strip()]
    return _not_a_file(field, text)


def _not_a_file(field: Field, text: str) -> str:
    """``text``, unless it names a file: tools read files by name, and a browser may not choose one.

    Raises:
        FormError: There is such a file.
    """
    if len(text) < 1_000 and "\n" not in text:
        try:
            there = Path(text).expanduser().is_file()
        except (OSError, ValueError, RuntimeError):
            there = False
        if there or re.search(r"\.(?:csv|json|cif|xyz|poscar|vasp|npz)$", text, re.IGNORECASE):
            raise FormError(
                f"{field.label}: files are not read by their name here. Paste the text of the file"
            )
    return text


def _named(field: Field, text: str) -> list[tuple[str, str]]:
    """Each line as its first word and what stands behind it."""
    lines = [line.replace("=", " ", 1).split(maxsplit=1) for line in text.splitlines()]
    if any(len(line) == 1 for line in lines):
        raise FormError(f"{field.label}: write a name and a value a line, e.g. {_EXAMPLE}")
    return [(line[0].strip(":,"), line[1].strip()) for line in lines if line]


def _plain(text: str) -> bool | int | float | str:
    if text.lower() in ("true", "false", "yes", "no"):
        return text.lower() in ("true", "yes")
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _target(field: Field, name: str, rest: list[str]) -> dict[str, Any]:
    try:
        target: dict[str, Any] = {"property": name, "value": float(rest[0])}
        if len(rest) > 1:
            target["weight"] = float(rest[1])
    except ValueError:
        raise FormError(
            f"{field.label}: {' '.join(rest)[:40]!r} is no number. Write e.g. {_EXAMPLE}"
        ) from None
    if len(rest) > 2:
        target["reference"] = rest[2]  # a SMILES, for similarity
    return target


def _rows(field: Field, text: str) -> list[Any]:
    try:
        rows = [
            [float(number) for number in re.split(r"[,;\s]+", line.strip(" ,;"))]
            for line in text.splitlines()
            if line.strip(" ,;")
        ]
    except ValueError:
        raise FormError(
            f"{field.label}: write numbers with spaces between them, a row a line"
        ) from None
    return rows if len(rows) > 1 else rows[0]


def _new_place(field: Field, workspace: Path) -> str:
    """A file that is not there yet, in the workspace."""
    endings = re.findall(r"\.(?:csv|json|svg|png|cif)\b", field.meaning)
    ending = endings[0] if endings else ".csv"
    stem = field.name.removesuffix("_to")
    workspace.mkdir(parents=True, exist_ok=True)
    number = 1
    while (place := workspace / f"{stem}-{number}{ending}").exists():
        number += 1
    return str(place)


def _uploaded(field: Field, entered: Any, workspace: Path) -> str | None:
    if entered is None:
        return None
    content = entered.getvalue()
    if field.name != "model_file":
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise FormError(
                f"{field.label}: the file is not UTF-8 text. Save it as UTF-8"
            ) from None
        if "\n" not in text.strip():
            raise FormError(f"{field.label}: the file has no rows. Give a heading line and rows")
        return str(text)
    import hashlib

    workspace.mkdir(parents=True, exist_ok=True)
    place = workspace / f"{hashlib.sha256(content).hexdigest()[:16]}.json"
    place.write_bytes(content)
    return str(place)


def _is_cif(text: str) -> bool:
    return "_cell_length_a" in text or text.startswith("data_")


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if value and isinstance(value[0], list):
        return "\n".join(" ".join(map(str, row)) for row in value)
    joint = "\n" if value and isinstance(value[0], str) else " "
    return joint.join(map(str, value))
