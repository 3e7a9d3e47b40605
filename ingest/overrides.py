"""What a person says of the papers in a folder: ``manifest.csv`` and ``*.bib`` beside the files.

They override what was read from the papers. A damaged row or entry is left out, never fatal:
``problems`` says which.
"""

from __future__ import annotations

import csv
import io
import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.names import surname
from ingest.paper import PaperMetadata
from ingest.plaintext import decode

MANIFEST = "manifest.csv"
MAX_BYTES = 32 * 1024 * 1024  # a larger file is no list of one folder's papers
_FILE_COLUMNS = ("file", "filename", "file_name", "path", "pdf")
_KEY_COLUMNS = ("label", "key", "citation_key", "citekey")
_AUTHOR_COLUMNS = ("authors", "author")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_KEY = re.compile(r"[^\W_][\w:.+/'-]{0,79}")


@dataclass(frozen=True)
class Override:
    """What is said of one file; fields that are None are not said."""

    metadata: PaperMetadata
    key: str | None = None

    def over(self, read: PaperMetadata) -> PaperMetadata:
        """What was read, with what is said here in its place."""
        said = {
            name: value
            for name in PaperMetadata.model_fields
            if (value := getattr(self.metadata, name)) not in (None, ())
        }
        if "authors" in said and "first_surname" not in said:
            said["first_surname"] = None
        return read.model_copy(update=said)


@dataclass
class Overrides(Mapping[str, Override]):
    """Overrides by the base name of the file they speak of."""

    by_file: dict[str, Override] = field(default_factory=dict)
    by_stem: dict[str, Override] = field(default_factory=dict)  # entries whose key names the file
    problems: list[str] = field(default_factory=list)

    def __getitem__(self, file_name: str) -> Override:
        """Override of a file, by its base name."""
        name = unicodedata.normalize("NFC", file_name)
        if name in self.by_file:
            return self.by_file[name]
        return self.by_stem[name.rsplit(".", 1)[0]]

    def __iter__(self) -> Iterator[str]:
        return iter([*self.by_file, *self.by_stem])

    def __len__(self) -> int:
        return len(self.by_file) + len(self.by_stem)


def read_overrides(folder: Path) -> Overrides:
    """What ``manifest.csv`` and the ``.bib`` files in ``folder`` say of its papers.

    The manifest has a header; columns it may have are file (or path), title, authors (or author;
    several names are parted by ``;``), first_author (a surname), year, doi, journal, label (or
    key). An entry of a ``.bib`` is of the file that its ``file`` field names, else of the file
    named like its key. The manifest goes before the ``.bib``.
    """
    overrides = Overrides()
    for path in sorted(folder.glob("*.bib")):
        text = _text(path, overrides)
        if text is not None:
            _read_bib(path, text, overrides)
    text = _text(folder / MANIFEST, overrides)
    if text is not None:
        _read_manifest(folder / MANIFEST, text, overrides)
    return overrides


def _text(path: Path, overrides: Overrides) -> str | None:
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            overrides.problems.append(f"{path.name!r} is too large to be a list of papers")
            return None
        text = decode(path.read_bytes())
    except OSError as error:
        overrides.problems.append(f"cannot read {path.name!r}: {error.strerror or error}")
        return None
    if text is None:
        overrides.problems.append(f"{path.name!r} is not text")
    return text


def _read_manifest(path: Path, text: str, overrides: Overrides) -> None:
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in rows:
            cells = {
                (name or "").strip().lower(): value.strip()
                for name, value in row.items()
                if isinstance(value, str)
            }
            file_name = _first(cells, _FILE_COLUMNS)
            if not file_name:
                overrides.problems.append(f"{path.name!r} line {rows.line_num}: no file is named")
                continue
            names = [name.strip() for name in re.split(r";|\|", _first(cells, _AUTHOR_COLUMNS))]
            overrides.by_file[_base(file_name)] = Override(
                metadata=_metadata(
                    title=cells.get("title", ""),
                    authors=[name for name in names if name],
                    year=cells.get("year", ""),
                    doi=cells.get("doi", ""),
                    journal=cells.get("journal", ""),
                    first_surname=cells.get("first_author") or None,
                ),
                key=_checked_key(_first(cells, _KEY_COLUMNS)),
            )
    except csv.Error as error:
        overrides.problems.append(f"{path.name!r} line {rows.line_num}: {error}")


def _read_bib(path: Path, text: str, overrides: Overrides) -> None:
    for entry in read_bib_entries(path.name, text, overrides.problems):
        for linked in entry.files:
            overrides.by_file[_base(linked)] = entry.override
        if not entry.files and entry.key:
            overrides.by_stem[unicodedata.normalize("NFC", entry.key)] = entry.override


@dataclass(frozen=True)
class BibEntry:
    """One entry of a ``.bib`` file."""

    key: str  # as it stands
    override: Override
    files: tuple[str, ...]  # paths of papers that its file field names, as written


def read_bib_entries(name: str, text: str, problems: list[str]) -> list[BibEntry]:
    """The entries of a ``.bib`` file that can be read; ``problems`` gets a sentence for the rest.

    Args:
        name: The file's name, for ``problems``.
        text: What it holds.
        problems: Added to.
    """
    # Costs 0.2 CPU seconds: only where there is a .bib.
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware, NormalizeFieldKeys

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    library = parse_string(text, append_middleware=[NormalizeFieldKeys()])
    decoded = LatexDecodingMiddleware(allow_inplace_modification=False).transform(library)
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        problems.append(f"{name!r} line {line}: this entry cannot be read")
    entries = []
    for raw, entry in zip(library.entries, decoded.entries, strict=True):
        fields = {f.key: str(f.value).strip() for f in entry.fields}
        override = Override(
            metadata=_metadata(
                title=fields.get("title", ""),
                authors=[_given_first(author) for author in _bib_names(fields.get("author", ""))],
                year=fields.get("year") or fields.get("date", ""),
                doi=fields.get("doi", ""),
                journal=fields.get("journal") or fields.get("journaltitle", ""),
                first_surname=_bib_surname(fields.get("author", "")),
            ),
            key=_checked_key(entry.key),
        )
        # Paths are no LaTeX: "C\:\\Users" would lose its letters.
        linked = _bib_files(next((str(f.value) for f in raw.fields if f.key == "file"), ""))
        entries.append(BibEntry(key=entry.key, override=override, files=tuple(linked)))
    return entries


def _metadata(
    *,
    title: str,
    authors: list[str],
    year: str,
    doi: str,
    journal: str,
    first_surname: str | None = None,
) -> PaperMetadata:
    year_match = _YEAR.search(year)
    doi_match = re.search(r"10\.\d{4,9}/\S+", doi)
    if authors and not first_surname:
        first_surname = surname(authors[0])
    return PaperMetadata(
        title=" ".join(title.split()) or None,
        authors=tuple(authors),
        first_surname=first_surname,
        year=int(year_match[1]) if year_match else None,
        doi=doi_match[0].rstrip(".,;") if doi_match else None,
        journal=" ".join(journal.split()) or None,
    )


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


def _base(file_name: str) -> str:
    """Base name of a path of any system."""
    return unicodedata.normalize("NFC", PurePosixPath(file_name.replace("\\", "/")).name)


def _checked_key(key: str) -> str | None:
    key = unicodedata.normalize("NFC", key.strip())
    return key if _KEY.fullmatch(key) else None


def _bib_names(authors: str) -> list[str]:
    names = re.split(r"\s+and\s+", authors)
    return [name for name in names if name and name != "others"]


def _given_first(name: str) -> str:
    """``da Silva, Ana`` as ``Ana da Silva``, as papers print it."""
    family, comma, given = name.partition(",")
    if not comma:
        return name
    given = given.rpartition(",")[2].strip() or given.strip()
    return f"{given} {family.strip()}".strip()


def _bib_surname(authors: str) -> str | None:
    names = _bib_names(authors)
    if not names:
        return None
    family, comma, _ = names[0].partition(",")
    return family.strip() if comma else surname(names[0])


def _bib_files(value: str) -> list[str]:
    """Paths in a ``file`` field: one path, or several as JabRef and Zotero write them.

    JabRef writes ``description:path:PDF``, Zotero ``title:path:application/pdf``; both put ``;``
    between several, and a backslash before signs of their own in a path.
    """
    found = []
    for part in re.split(r"(?<!\\);", value):
        for segment in re.split(r"(?<!\\):", part):
            path = re.sub(r"\\([\\:;{}_%&#$~ ])", r"\1", segment).strip(" {}")
            if re.search(r"\.(?:pdf|txt|md|html?)$", path, re.IGNORECASE):
                found.append(path)
    return list(dict.fromkeys(found))
