"""An answer with all that is needed to check it again later, as one JSON file.

A bundle holds the question, the answer, its claims and quotes with their offsets, the SHA-256 of
every paper quoted, and the versions of what read, searched and answered. `agent.rechecking` checks
one; `AnswerBundle.intact` says whether it is as it was written.
"""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from importlib import metadata as packages
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import ValidationError

from agent.answer import Answer, AnswerStatus, Claim
from agent.errors import BundleError, ExportError
from ingest.citation import Citation
from ingest.library import Library
from ingest.paper import Paper
from ingest.record import Record

FORM: Final = "elute-answer-bundle"
MAX_BYTES: Final = 64 * 1024 * 1024  # a larger file is no bundle of one answer


class BundledPaper(Record):
    """A paper that is quoted, and the bytes it was read from."""

    key: str
    sha256: str  # of the file, in hex
    file: str
    paths: tuple[str, ...]  # where it lay
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    doi: str | None
    journal: str | None
    page_count: int

    @classmethod
    def of(cls, paper: Paper) -> Self:
        """The paper of a library."""
        return cls(
            key=paper.key,
            sha256=paper.paper_id,
            file=paper.file,
            paths=paper.paths,
            title=paper.title,
            authors=paper.authors,
            year=paper.year,
            doi=paper.doi,
            journal=paper.journal,
            page_count=paper.page_count,
        )


class Versions(Record):
    """What the answer was made with."""

    elute: str
    python: str
    readers: str  # pypdfium2 and pypdf
    embedder: str  # "none" where the library is lexical only
    dimension: int
    chunker: str
    terms: str


class AnswerBundle(Record):
    """An answer, its evidence, and the papers by the hash of their bytes."""

    form: Literal["elute-answer-bundle"] = FORM
    form_version: Literal[1] = 1
    made_at: datetime
    question: str
    status: AnswerStatus
    text: str
    planner: str
    model: str | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    unused: tuple[Citation, ...]  # nearest passages of an answer that found no evidence
    papers: tuple[BundledPaper, ...]
    tools: tuple[Any, ...]  # results of tools, as JSON
    versions: Versions
    digest: str  # SHA-256 over all the other fields

    @property
    def intact(self) -> bool:
        """Whether no field was changed since the bundle was written."""
        return self.digest == _digest(self.model_dump(mode="json"))

    def dumps(self) -> str:
        """The bundle as the text of its file."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def bundle_answer(answer: Answer, library: Library) -> AnswerBundle:
    """``answer`` of ``library`` as a bundle.

    Raises:
        ExportError: The answer was refused.
    """
    if answer.status is AnswerStatus.REFUSED:
        raise ExportError("no bundle was written: the request was refused")
    unused = tuple(evidence.citation for evidence in answer.unused)
    quoted = dict.fromkeys(citation.paper_id for citation in (*answer.citations, *unused))
    papers = {paper.paper_id: paper for paper in (*answer.references, *library.papers())}
    fields: dict[str, Any] = {
        "made_at": datetime.now(UTC),
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "planner": answer.planner,
        "model": answer.model,
        "claims": answer.claims,
        "citations": answer.citations,
        "unused": unused,
        "papers": tuple(BundledPaper.of(papers[paper_id]) for paper_id in quoted),
        "tools": tuple(answer.model_dump(mode="json", include={"tools"})["tools"] or ()),
        "versions": current_versions(library),
    }
    open_bundle = AnswerBundle(**fields, digest="")
    return open_bundle.model_copy(update={"digest": _digest(open_bundle.model_dump(mode="json"))})


def current_versions(library: Library) -> Versions:
    """The versions in force now, and what the library's index was made with."""
    made = library.catalog.fingerprint()
    return Versions(
        elute=packages.version("elute"),
        python=platform.python_version(),
        readers=", ".join(f"{name} {packages.version(name)}" for name in ("pypdfium2", "pypdf")),
        embedder=made.embedder if made else "none",
        dimension=made.dimension if made else 0,
        chunker=made.chunker if made else "",
        terms=made.terms if made else "",
    )


def read_bundle(path: Path) -> AnswerBundle:
    """The bundle in a file.

    Raises:
        BundleError: It cannot be read, is no bundle, or is from a later elute.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BundleError(f"{str(path)!r} is too large to be the bundle of an answer")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BundleError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{str(path)!r} is not JSON: {error}. {_HOW}") from error
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise BundleError(f"{str(path)!r} is no bundle of an answer. {_HOW}")
    if found.get("form_version") != 1:
        raise BundleError(f"{str(path)!r} was written by a later elute. Update elute to check it")
    try:
        return AnswerBundle.model_validate(found)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise BundleError(f"{str(path)!r} is damaged at {where!r}. {_HOW}") from error


_HOW: Final = "Write one with: elute ask QUESTION --bundle FILE"


def _digest(fields: dict[str, Any]) -> str:
    """SHA-256 over the fields but the digest itself, whatever their order and spacing."""
    said = {name: value for name, value in fields.items() if name != "digest"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
