"""`elute doctor`: what the installation and the library look like, each finding with its remedy."""

from __future__ import annotations

import base64
import hashlib
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ui.exits import Exit, explain
from ui.render import as_json, console, plain, plural

if TYPE_CHECKING:
    from agent.settings import Settings
    from ingest.library import Library

OURS = ("agent", "ingest", "safety", "ui")
LOW_DISK = 1 << 30  # bytes; an ingest of some thousand papers needs about that
OLD_SQLITE = (3, 35, 0)  # RETURNING and FTS5's fixes; Python 3.11 on any current system is newer

Status = Literal["ok", "note", "broken"]


@dataclass(frozen=True)
class Check:
    """One finding. ``note`` is worth knowing and stops nothing; ``broken`` has a remedy."""

    name: str
    status: Status
    found: str
    remedy: str | None = None


def report(*, library: str, json_wanted: bool) -> Exit:
    """Print every check; the exit code is 1 where something is broken."""
    checks = list(examine(library))
    broken = any(check.status == "broken" for check in checks)
    if json_wanted:
        print(as_json({"ok": not broken, "checks": [asdict(check) for check in checks]}))
        return Exit.ERROR if broken else Exit.DONE
    out = console()
    width = max(len(check.name) for check in checks)
    for check in checks:
        out.print(plain(f"{check.status:<6}  {check.name:<{width}}  {check.found}"))
        if check.remedy:
            out.print(plain(f"{'':<6}  {'':<{width}}  -> {check.remedy}"))
    return Exit.ERROR if broken else Exit.DONE


def examine(library: str) -> Iterator[Check]:
    """Every check, in the order in which a fault would show itself."""
    from agent.settings import Settings

    yield _guarded("python", _python)
    for name in OURS:
        yield _guarded(f"package {name}", partial(check_package, name))
    yield _guarded("sqlite", _sqlite)
    try:
        settings = Settings.load()
    except Exception as error:
        yield Check("settings", "broken", explain(error)[0], "mend the setting it names")
        return
    yield _guarded("data folder", lambda: _data_folder(settings.data_dir))
    yield _guarded("embedder", lambda: _embedder(settings))
    yield _guarded("chat model", lambda: _chat_model(settings))
    yield _guarded("chat", lambda: _chat(settings))
    yield from _library(settings, library)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """A check that fails itself is a finding too."""
    try:
        return check()
    except Exception as error:
        return Check(name, "broken", explain(error)[0])


def _python() -> Check:
    from importlib.metadata import version

    found = f"Python {platform.python_version()} on {platform.system()}, elute {version('elute')}"
    return Check("python", "ok", found)


def check_package(name: str, ours: Path | None = None) -> Check:
    """Whether ``import name`` gives elute's own package.

    Other packages on PyPI have the same names (``safety`` for one) and overwrite or shadow ours.

    Args:
        name: One of OURS.
        ours: The folder in which elute's packages lie; None: the one this module is in.
    """
    label = f"package {name}"
    ours = ours or Path(__file__).resolve().parent.parent
    remedy = "install elute into an environment of its own, without the other package"
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return Check(label, "broken", f"{name!r} cannot be imported", "install elute again")
    found = Path(spec.origin).resolve()
    if found.parent.parent != ours:
        return Check(label, "broken", f"another package is in its place: {str(found)!r}", remedy)
    others = sorted(set(_distributions_with(name)) - {"elute"})
    if others:
        return Check(label, "broken", f"{', '.join(others)} wrote into it as well", remedy)
    altered = _altered_since_install(name)
    if altered:
        return Check(label, "broken", f"not as installed: {altered}", "install elute again")
    return Check(label, "ok", str(found.parent))


def _distributions_with(package: str) -> Iterator[str]:
    """Installed distributions that bring files of that top-level package."""
    for name in metadata.packages_distributions().get(package, ()):
        yield name.lower()


def _altered_since_install(package: str) -> str | None:
    """The first file of the package whose hash is not the recorded one; None where all are."""
    for file in metadata.files("elute") or ():
        if file.parts[0] != package or file.hash is None:
            continue
        where = Path(str(file.locate()))
        digest = hashlib.new(file.hash.mode, where.read_bytes() if where.is_file() else b"")
        if base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode() != file.hash.value:
            return str(file)
    return None


def _sqlite() -> Check:
    found = f"SQLite {sqlite3.sqlite_version}"
    remedy = "use a Python built with a current SQLite, e.g. from python.org or Debian"
    if sqlite3.sqlite_version_info < OLD_SQLITE:
        return Check("sqlite", "broken", f"{found} is too old", remedy)
    with sqlite3.connect(":memory:") as probe:
        try:
            probe.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
        except sqlite3.OperationalError:
            return Check("sqlite", "broken", f"{found} has no full-text search (FTS5)", remedy)
        finally:
            probe.rollback()
    probe.close()
    return Check("sqlite", "ok", f"{found} with full-text search")


def _data_folder(folder: Path) -> Check:
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Check(
            "data folder",
            "broken",
            f"{str(folder)!r} cannot be written: {error.strerror}",
            "make it writable, or name another with ELUTE_DATA_DIR",
        )
    free = shutil.disk_usage(nearest).free
    if free < LOW_DISK:
        return Check(
            "data folder",
            "note",
            f"{str(folder)!r} has {free >> 20:,} MB left",
            "free some space before a large ingest, or name another folder with ELUTE_DATA_DIR",
        )
    return Check("data folder", "ok", f"{folder} ({free >> 30:,} GB free)")


def _embedder(settings: Settings) -> Check:
    from ingest.embedding import find_model
    from ingest.errors import EmbedderError

    section = settings.embedder
    if section.kind == "none":
        return Check(
            "embedder",
            "note",
            "switched off by embedder.kind: search is lexical only",
            "unset ELUTE_EMBEDDER__KIND and run: elute reindex",
        )
    if section.kind == "openai":
        where = settings.library().embedder.base_url or "the openai client's default endpoint"
        return Check("embedder", "note", f"{section.model}; text of papers is sent to {where}")
    try:
        files = find_model(section)
    except EmbedderError as error:
        what, _, remedy = str(error).partition(". ")
        return Check("embedder", "broken", what, remedy or None)
    if find_spec("onnxruntime") is None or find_spec("tokenizers") is None:
        return Check(
            "embedder",
            "broken",
            "onnxruntime or tokenizers is not installed",
            "pip install onnxruntime tokenizers",
        )
    return Check("embedder", "ok", f"{files.name} from {files.source}, checksums right")


def _chat_model(settings: Settings) -> Check:
    model = settings.model
    if not model.is_configured:
        return Check(
            "chat model", "ok", "none configured: answers are extracts, nothing leaves this machine"
        )
    from agent.chat import endpoint, is_local

    url = endpoint(model)
    found = f"{model.name or '(no name set)'} at {url}"
    if is_local(url):
        return Check("chat model", "ok", f"{found}, on this machine")
    return Check("chat model", "note", f"{found}; questions and quotes are sent there")


def _chat(settings: Settings) -> Check:
    from agent.pool import chat_workers

    n = chat_workers(settings)
    if n:
        many = "another process" if n == 1 else f"up to {n} other processes"
        return Check("chat", "ok", f"its answers are worked out in {many}")
    why = "there is one core" if settings.chat_workers is None else "chat_workers is 0"
    return Check("chat", "note", f"its answers are worked out one after another: {why}")


def _library(settings: Settings, name: str) -> Iterator[Check]:
    """The library's catalog, index and Chroma; nothing is made where there is no library."""
    from ingest.errors import LibraryMissing
    from ingest.library import Library

    try:
        library = Library.open(settings.library(name), create=False)
    except LibraryMissing as error:
        what, _, remedy = str(error).rpartition(". ")
        yield Check("library", "note", what, remedy)
        return
    except Exception as error:
        yield Check("library", "broken", explain(error)[0])
        return
    with library:
        yield _guarded("library", lambda: _catalog(library))
        yield _guarded("index", lambda: _index(library))
        yield _guarded("chroma", lambda: _chroma(library))


def _catalog(library: Library) -> Check:
    problems = library.catalog.problems()
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return Check("library", "broken", f"{problems[0]}{more}", "run: elute reindex")
    catalog = library.catalog
    found = (
        f"{plural(len(library.papers()), 'paper')}, {plural(catalog.n_pages(), 'page')}"
        f" in {catalog.path}"
    )
    return Check("library", "ok", found + (", read-only" if catalog.read_only else ""))


def _index(library: Library) -> Check:
    from ingest.errors import IndexMismatch
    from ingest.fingerprint import check_writable, wanted_fingerprint

    found = library.catalog.fingerprint()
    if found is None:
        return Check("index", "ok", "empty: nothing was ingested yet")
    try:
        check_writable(found, wanted_fingerprint(library.embedder))
    except IndexMismatch as error:
        what, _, remedy = str(error).rpartition(". ")
        return Check("index", "broken", what, remedy.lower())
    n_stale = len(library.catalog.stale_papers())
    if n_stale:
        return Check("index", "broken", f"{n_stale:,} papers wait for it", "run: elute reindex")
    return Check("index", "ok", f"{plural(library.catalog.n_chunks(), 'chunk')}, made with {found}")


def _chroma(library: Library) -> Check:
    from ingest.chroma import ChromaMirror

    if library.settings.index.chroma == "off":
        return Check("chroma", "ok", "switched off by index.chroma; answers do not need it")
    problems = ChromaMirror(library.catalog, library.settings).problems()
    if problems:
        what, _, remedy = problems[0].rpartition(". ")
        return Check("chroma", "broken", what or remedy, remedy.lower() if what else None)
    return Check("chroma", "ok", f"agrees with the catalog ({library.settings.index.chroma})")
