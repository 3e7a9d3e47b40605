"""Exit codes, and how an error becomes a sentence and one of them."""

from __future__ import annotations

import errno
import functools
import os
import sqlite3
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec, TypeVar

import typer

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    LISTED = 3  # refused, or a screened substance is listed
    NO_EVIDENCE = 4
    SOME_FAILED = 5  # some files could not be ingested
    INTERRUPTED = 130  # as a shell counts SIGINT
    BROKEN_PIPE = 141  # as a shell counts SIGPIPE: the reader went away, as `head` does


class DoorError(Exception):
    """What can go wrong at a door itself, as a sentence."""


class BatchError(DoorError):
    """A file given with --batch cannot be read."""


class OutputExists(DoorError):
    """A file that was to be written is there already."""


class PortError(DoorError):
    """The chat cannot listen where it was asked to."""


class _Tracebacks:
    wanted = False


def want_tracebacks(wanted: bool) -> None:
    """Show tracebacks from here on, or (the default) sentences."""
    _Tracebacks.wanted = wanted


def tell(message: str) -> None:
    """Print a sentence for the user on standard error."""
    from ui.render import plain

    print(f"elute: {plain(message)}", file=sys.stderr)


def front_door(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose errors are sentences on standard error and exit codes."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            result = command(*args, **kwargs)
            sys.stdout.flush()  # a reader that went away is noticed here, not at exit
            return result
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            tell("stopped.")
            raise typer.Exit(Exit.INTERRUPTED) from None
        except BrokenPipeError:
            drop_output()
            raise typer.Exit(Exit.BROKEN_PIPE) from None
        except Exception as error:
            message, code = explain(error)
            if _Tracebacks.wanted or _environment_wants_tracebacks():
                traceback.print_exc()
            tell(message)
            raise typer.Exit(code) from None

    return guarded


def drop_output() -> None:
    """Send what is still buffered nowhere, so that leaving does not fail on a closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        pass  # output that is no file has no pipe to break
    finally:
        os.close(nowhere)


def explain(error: BaseException) -> tuple[str, Exit]:
    """The sentence and the exit code for ``error``."""
    from agent.errors import AgentError, BundleError, ExportError, QuestionError, SettingsError
    from ingest.errors import BibFileError, FolderError, IngestError, QueryError
    from safety.errors import Refused, SafetyError

    if isinstance(error, FolderError | QueryError | QuestionError | SettingsError | BatchError):
        return str(error), Exit.USAGE
    if isinstance(error, BibFileError | BundleError | ExportError | OutputExists):
        return str(error), Exit.USAGE
    if isinstance(error, Refused):
        return str(error), Exit.LISTED
    if isinstance(error, AgentError | IngestError | SafetyError | DoorError):
        return str(error), Exit.ERROR
    if isinstance(error, OSError | sqlite3.Error):
        return _explain_system(error), Exit.ERROR
    if isinstance(error, MemoryError):
        return "out of memory. Give fewer files at once, or set ELUTE_WORKERS=1", Exit.ERROR
    return (
        f"unexpected {type(error).__name__}: {error}. This is a defect of elute: run"
        " 'elute --debug ...' to see where, and report it with what that prints",
        Exit.ERROR,
    )


def _explain_system(error: OSError | sqlite3.Error) -> str:
    text = str(error)
    where = ""
    if isinstance(error, OSError):
        where = f" ({error.filename!r})" if error.filename else ""
        text = error.strerror or text
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in text:
        return (
            f"the disk is full{where}. What was ingested before is kept; free some space, or name"
            " another folder with ELUTE_DATA_DIR, and run the same command again"
        )
    if (
        getattr(error, "errno", None) in (errno.EACCES, errno.EPERM, errno.EROFS)
        or "readonly database" in text
        or "unable to open database" in text
    ):
        return (
            f"may not write or read there{where}: {text}. Check the folder's permissions, or name"
            " another data folder with ELUTE_DATA_DIR"
        )
    if "database is locked" in text:
        return "the library is locked by another process. Wait for it to end, then try again"
    if "malformed" in text or "not a database" in text:
        return f"the library's catalog is damaged: {text}. Run: elute doctor"
    return f"{text}{where}. Run 'elute doctor' to see what is wrong"


def _environment_wants_tracebacks() -> bool:
    from agent.settings import wants_traceback

    return wants_traceback()
