"""Title, authors, year, DOI and citation key of a paper."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ingest.layout import Line
from ingest.paper import PaperMetadata


@dataclass(frozen=True)
class FileInfo:
    """What the file's own metadata say; often wrong."""

    title: str = ""
    author: str = ""
    subject: str = ""
    created: str = ""


def read_metadata(pages: list[list[Line]], info: FileInfo) -> PaperMetadata:
    """Metadata from the first pages, then the file's, then its name."""
    text = "\n".join(line.text for lines in pages for line in lines)
    doi = re.search(r"10\.\d{4,9}/[^\s\"<>,;]+", text)
    year = re.search(r"\b(?:19|20)\d\d\b", text)
    authors = tuple(filter(None, (a.strip() for a in re.split(r"[,;&]| and ", info.author))))
    return PaperMetadata(
        title=info.title or None,
        authors=authors,
        year=int(year.group()) if year else None,
        doi=doi.group().rstrip(".") if doi else None,
    )


def citation_key(metadata: PaperMetadata, file_name: str) -> str:
    """Surname and year."""
    surname = metadata.authors[0].split()[-1] if metadata.authors else file_name.split(".")[0]
    surname = re.sub(r"[^\w]", "", surname) or "Paper"
    return f"{surname}{metadata.year or ''}"


def fold_key(key: str) -> str:
    """A key as it is looked up: ASCII, lower case."""
    text = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    return text.casefold()
