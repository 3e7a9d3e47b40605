"""Papers on their way into the library: uploads, folders, and how far each file has come."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ingest.events import Embedding, FileDone, FileOutcome, FileStarted, Finished, Waiting
from ingest.library import Library
from ui.exits import explain

KINDS: Final = ("pdf", "txt", "md", "html")
MAX_UPLOAD_MB: Final = 100
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


class UploadRefused(ValueError):
    """A file that may not be uploaded; the message says why."""


@dataclass
class Progress:
    """One file, as the page shows it."""

    name: str
    state: str = "queued"
    done: float = 0.0  # share of its text that is embedded
    message: str = ""


@dataclass
class Batch:
    """One order: files that are read in one go."""

    paths: tuple[Path, ...]
    retry: bool
    files: dict[str, Progress] = field(default_factory=dict)
    message: str = ""
    ended: bool = False


class Intake:
    """Reads papers into a library, one batch after the other, in a thread.

    Args:
        library: Where papers go.
        folder: Where uploaded files are kept.
    """

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self._batches: list[Batch] = []
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def is_working(self) -> bool:
        """Whether a batch is not done yet."""
        return any(not batch.ended for batch in list(self._batches))

    @property
    def last(self) -> Batch | None:
        """The batch that is being read, or the last one."""
        batches = list(self._batches)
        return next(
            (batch for batch in batches if not batch.ended), batches[-1] if batches else None
        )

    def keep(self, name: str, content: bytes) -> Path:
        """Keep an uploaded file; its place is made of its bytes, never of its name.

        Raises:
            UploadRefused: It is of another kind, empty or too large.
            OSError: It cannot be written.
        """
        kind = checked_kind(name, content)
        folder = self.folder / hashlib.sha256(content).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{safe_stem(name)}.{kind}"
        path.write_bytes(content)
        return path

    def add(self, paths: Sequence[Path], *, retry: bool = False) -> Batch:
        """Begin to read these files."""
        batch = Batch(paths=tuple(paths), retry=retry)
        batch.files = {str(path.resolve()): Progress(name=path.name) for path in paths}
        with self._guard:
            self._batches.append(batch)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="elute intake", daemon=True)
                self._thread.start()
        return batch

    def _work(self) -> None:
        while True:
            with self._guard:
                batch = next((one for one in self._batches if not one.ended), None)
                if batch is None:
                    self._thread = None
                    return
            try:
                self._read(batch)
            except Exception as error:  # a front door: what breaks is told in a sentence
                batch.message = explain(error)[0]
            finally:
                batch.ended = True

    def _read(self, batch: Batch) -> None:
        for event in self.library.add(*batch.paths, retry=batch.retry):
            if isinstance(event, Waiting):
                batch.message = f"Waiting for {event.holder}, which writes to the library"
            elif isinstance(event, FileStarted):
                batch.message = ""
                self._of(batch, event.path).state = "reading"
            elif isinstance(event, Embedding):
                file = self._of(batch, event.path)
                file.state, file.done = "embedding", event.done / max(1, event.total)
            elif isinstance(event, FileDone):
                file = self._of(batch, event.path)
                file.state, file.done = event.outcome.value, 1.0
                file.message = event.message or (event.key or "")
            elif isinstance(event, Finished):
                batch.message = " ".join(event.report.notes)
        for file in batch.files.values():
            if file.state == "queued":
                file.state, file.done = FileOutcome.UNCHANGED.value, 1.0

    @staticmethod
    def _of(batch: Batch, path: str) -> Progress:
        return batch.files.setdefault(path, Progress(name=Path(path).name))


def checked_kind(name: str, content: bytes) -> str:
    """Which of KINDS a file is, by its name and its first bytes.

    Raises:
        UploadRefused: It is none of them, empty or too large.
    """
    shown = name[-80:]
    kind = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    kind = "html" if kind == "htm" else kind
    if kind not in KINDS:
        raise UploadRefused(f"{shown!r} is no PDF, .txt, .md or .html file, so it was left out.")
    if not content:
        raise UploadRefused(f"{shown!r} is empty. Save it again and upload it once more.")
    if len(content) > MAX_UPLOAD_MB * 1_000_000:
        raise UploadRefused(
            f"{shown!r} is larger than {MAX_UPLOAD_MB} MB. Read it from its folder instead."
        )
    if kind == "pdf" and b"%PDF-" not in content[:1024]:
        raise UploadRefused(f"{shown!r} is named like a PDF but is none, so it was left out.")
    if kind != "pdf" and b"\x00" in content[:4096]:
        raise UploadRefused(f"{shown!r} is named like a text but is none, so it was left out.")
    return kind


def safe_stem(name: str) -> str:
    """A file name's stem in letters, digits, '-' and '_', for people to recognise; never empty."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    folded = unicodedata.normalize("NFKC", stem)
    kept = _UNSAFE.sub("-", folded).strip("-.").replace(".", "-")[:60].strip("-")
    return "paper" if not kept or _RESERVED.match(kept) else kept
