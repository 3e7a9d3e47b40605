"""What Crossref says of a DOI, to complete what a paper says of itself. Off unless asked for.

Only the DOI is sent, to the one address that the settings name. Answers are kept on disk. Nothing
here is ever fatal: what cannot be had is a sentence in ``problems``.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib import metadata as packages
from pathlib import Path
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ingest.paper import PaperMetadata
from ingest.settings import CrossrefSettings, LibrarySettings

CACHE_FOLDER: Final = "crossref"  # in the data folder
MAX_BYTES: Final = 4 * 1024 * 1024  # of one answer
MAX_FAILURES: Final = 3  # in a row; then it is left alone until the next run
SAME_TITLE: Final = 80.0  # of 100 (rapidfuzz's ratio): two printings of one title
_TITLE_CHARS: Final = 20  # a shorter title may stand on any page


class Crossref:
    """Looks DOIs up, each once."""

    def __init__(self, settings: CrossrefSettings, cache: Path) -> None:
        self._settings = settings
        self._cache = cache
        self._failures = 0
        self.problems: list[str] = []

    @classmethod
    def open(cls, settings: LibrarySettings) -> Self | None:
        """What the settings ask for; None where they ask for nothing."""
        if not settings.crossref.online:
            return None
        return cls(settings.crossref, settings.data_dir / CACHE_FOLDER)

    def complete(self, read: PaperMetadata, first_page: str) -> PaperMetadata:
        """``read``, with what Crossref says of its DOI.

        Where Crossref's title stands on the paper's first page, title and authors are taken from
        it. Where it only agrees with the title that was read, gaps are filled. Else the DOI is
        another paper's, and nothing is taken.
        """
        found = self.look_up(read.doi) if read.doi else None
        if found is None or found.title is None:
            return read
        wanted = _letters(found.title)
        if len(wanted) >= _TITLE_CHARS and wanted in _letters(first_page):
            first, second = found, read
        elif read.title is None or _alike(found.title, read.title):
            first, second = read, found
        else:
            self.problems.append(
                f"the DOI {read.doi} is of {found.title!r} by Crossref, which is not what was read"
                f" as the title: {read.title!r}"
            )
            return read
        said = {name: _either(first, second, name) for name in ("title", "authors")}
        # The printed year is the one that is cited; Crossref's may be that of the first version.
        said |= {name: _either(read, found, name) for name in ("year", "journal")}
        if said["authors"] != read.authors:
            said["first_surname"] = found.first_surname
        return read.model_copy(update=said)

    def look_up(self, doi: str) -> PaperMetadata | None:
        """What is said of a DOI; None where nothing is, or it cannot be asked."""
        file = self._cache / f"{hashlib.sha256(doi.lower().encode()).hexdigest()[:32]}.json"
        message = _kept(file)
        if message is None:
            message = self._fetch(doi)
            if message is None:
                return None
            self._keep(file, message)
        return _metadata(doi, message)

    def _fetch(self, doi: str) -> Mapping[str, Any] | None:
        if self._failures >= MAX_FAILURES:
            return None
        base = self._settings.base_url.rstrip("/")
        mail = f"; mailto:{self._settings.mailto}" if self._settings.mailto else ""
        agent = f"elute/{packages.version('elute')} (papers of one's own{mail})"
        request = Request(
            f"{base}/works/{quote(doi, safe='')}",
            headers={"User-Agent": agent, "Accept": "application/json"},
        )
        try:
            opener = build_opener(_SameHost())
            with opener.open(request, timeout=self._settings.timeout_s) as answer:
                body = answer.read(MAX_BYTES + 1)
            if len(body) > MAX_BYTES:
                raise ValueError("the answer is too long")
            message = json.loads(body)["message"]
            if not isinstance(message, dict):
                raise TypeError("the answer holds no record")
        except HTTPError as error:
            error.close()
            if error.code == 404:
                self._failures = 0
                return None  # registered elsewhere than at Crossref, or not at all
            self._failed(doi, f"HTTP {error.code}")
            return None
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            self._failed(doi, str(getattr(error, "reason", None) or error))
            return None
        self._failures = 0
        return message

    def _failed(self, doi: str, why: str) -> None:
        self._failures += 1
        self.problems.append(f"{self._settings.base_url} did not tell of DOI {doi}: {why}")
        if self._failures == MAX_FAILURES:
            self.problems.append(
                f"{self._settings.base_url} failed {MAX_FAILURES} times and was not asked again;"
                " what papers say of themselves is kept"
            )

    def _keep(self, file: Path, message: Mapping[str, Any]) -> None:
        kept = {name: message[name] for name in _FIELDS if name in message}
        part = file.with_suffix(".part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(kept), encoding="utf-8")
            part.replace(file)
        except OSError as error:
            self.problems.append(f"cannot keep Crossref's answer: {error.strerror or error}")


class _SameHost(HTTPRedirectHandler):
    """Follows a redirection only to where the request went."""

    def redirect_request(self, req: Request, *args: Any, **options: Any) -> Request | None:
        new = super().redirect_request(req, *args, **options)
        if new is not None and urlsplit(new.full_url)[:2] != urlsplit(req.full_url)[:2]:
            raise OSError(f"it sends the request on to {urlsplit(new.full_url).netloc}")
        return new


_FIELDS: Final = (
    "DOI", "title", "author", "container-title", "published-print", "issued", "published-online",
)  # fmt: skip


def _kept(file: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _metadata(doi: str, message: Mapping[str, Any]) -> PaperMetadata:
    """Crossref's record as metadata; what has another form than documented is left out."""
    people = [person for person in _list(message.get("author")) if isinstance(person, dict)]
    names = [_name(person) for person in people]
    first = next((_plain(person.get("family")) for person in people[:1]), None)
    return PaperMetadata(
        title=_first_text(message.get("title")),
        authors=tuple(name for name in names if name),
        first_surname=first,
        year=_year(message),
        doi=doi,
        journal=_first_text(message.get("container-title")),
    )


def _name(person: Mapping[str, Any]) -> str | None:
    parts = [_plain(person.get(part)) for part in ("given", "family")]
    return " ".join(part for part in parts if part) or _plain(person.get("name"))


def _year(message: Mapping[str, Any]) -> int | None:
    for field in ("published-print", "issued", "published-online"):
        dated = message.get(field)
        parts = _list(dated.get("date-parts")) if isinstance(dated, dict) else []
        year = next(iter(_list(parts[0])), None) if parts else None
        if isinstance(year, int) and 1500 <= year < 2100:
            return year
    return None


def _first_text(value: Any) -> str | None:
    return next((text for item in _list(value) if (text := _plain(item))), None)


def _plain(value: Any) -> str | None:
    """Text without the markup that Crossref's titles have: ``Li<sub>3</sub>N``, ``&amp;``."""
    if not isinstance(value, str):
        return None
    bare = html.unescape(re.sub(r"</?[A-Za-z][\w:]*(?:\s[^<>]*)?>", "", value))
    return " ".join(bare.split()) or None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _alike(left: str, right: str) -> bool:
    from rapidfuzz.fuzz import ratio

    return ratio(_letters(left), _letters(right)) >= SAME_TITLE


def _either(first: PaperMetadata, second: PaperMetadata, name: str) -> Any:
    return getattr(first, name) or getattr(second, name)
