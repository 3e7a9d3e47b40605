"""Folders that a visitor may point at: nothing outside the one that was allowed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ui.exits import DoorError

MAX_FOLDERS: Final = 500
MAX_FILES: Final = 5_000


class OutsideError(DoorError):
    """A path that leaves the allowed folder."""


def inside(root: Path, relative: str) -> Path:
    """The path under ``root``, with all links followed.

    Raises:
        OutsideError: It is not under ``root``, or is not there.
    """
    top = root.resolve()
    try:
        path = (top / relative).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL
        raise OutsideError("there is no such folder. Choose one of the list") from None
    if path != top and top not in path.parents:
        raise OutsideError(
            f"that folder is not inside {str(top)!r}. Start the chat with --papers and the folder"
            " that it may read"
        )
    return path


def folders(root: Path, relative: str = "") -> list[str]:
    """Names of the folders in one folder under ``root``; hidden ones and links out are left out."""
    found = []
    for entry in _entries(inside(root, relative)):
        try:
            if entry.is_dir():
                inside(root, f"{relative}/{entry.name}" if relative else entry.name)
                found.append(entry.name)
        except (OSError, OutsideError):
            continue
    return sorted(found, key=str.casefold)[:MAX_FOLDERS]


def papers_under(root: Path, relative: str, *, deep: bool = True) -> list[Path]:
    """The papers in a folder under ``root``, by their suffix; links that lead out are left out.

    Args:
        root: The allowed folder.
        relative: A folder under it.
        deep: Also those in its subfolders.
    """
    from ingest.suffixes import SUFFIXES

    found: list[Path] = []
    seen: set[Path] = set()
    waiting = [inside(root, relative)]
    while waiting and len(found) < MAX_FILES:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        for entry in _entries(folder):
            try:
                path = inside(root, os.path.relpath(entry.path, root.resolve()))
                if path.is_dir() and deep:
                    waiting.append(path)
                elif path.is_file() and path.suffix.lower() in SUFFIXES:
                    found.append(path)
            except (OSError, OutsideError):
                continue
    return sorted(set(found))[:MAX_FILES]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
