"""Files that a tool reads or writes, by a path that a person or a model chose.

A tool never overwrites a file and only writes the kinds of file it says, so a path in its arguments
can lose nobody's work.
"""

from __future__ import annotations

from pathlib import Path

from agent.tools.errors import ArgumentError

MAX_BYTES = 50_000_000
"""Largest file a tool reads."""


def new_file(path: str, *, argument: str, suffixes: tuple[str, ...]) -> Path:
    """Path of a file that can be written.

    Args:
        path: Where to; ``~`` is the home folder.
        argument: Name of the tool's argument, for the message.
        suffixes: Kinds of file that may be written, e.g. (".csv", ".npz").

    Raises:
        ArgumentError: Another kind of file, no such folder, or the file is there already.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() not in suffixes:
        raise ArgumentError(
            argument, f"{argument} is {path!r}; its name must end in {' or '.join(suffixes)}"
        )
    if not target.parent.is_dir():
        raise ArgumentError(argument, f"{argument} is {path!r}, and its folder does not exist")
    if target.exists():
        raise ArgumentError(
            argument, f"{argument} is {path!r}, which exists already. Choose another name"
        )
    return target


def read_file(path: str, *, argument: str, suffixes: tuple[str, ...]) -> str:
    """Text of a file.

    Raises:
        ArgumentError: Another kind of file, not there, too large, or not UTF-8 text.
    """
    source = Path(path).expanduser()
    if source.suffix.lower() not in suffixes:
        raise ArgumentError(
            argument, f"{argument} is {path!r}; give a file that ends in {' or '.join(suffixes)}"
        )
    if not source.is_file():
        raise ArgumentError(argument, f"{argument} is {path!r}, and there is no such file")
    if source.stat().st_size > MAX_BYTES:
        raise ArgumentError(argument, f"{path!r} is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ArgumentError(argument, f"{path!r} is not UTF-8 text. Save it as UTF-8") from None
