"""The progress bar of an ingest, where a person is looking; elsewhere nothing."""

from __future__ import annotations

from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ui.render import one_line, plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from ingest.events import IngestEvent


class ProgressLine:
    """One line at the foot of the terminal: files done, time left, the file at work.

    Args:
        out: Where lines go; the bar is drawn only if it is a terminal.
    """

    def __init__(self, out: Console) -> None:
        self._out = out
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._done = 0
        self._total: int | None = None

    def __enter__(self) -> Self:
        if self._out.is_terminal and not self._out.is_dumb_terminal:
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeRemainingColumn,
            )

            self._bar = Progress(
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
                TextColumn("{task.description}", markup=False),
                console=self._out,
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("looking for papers", total=None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def print(self, line: str) -> None:
        """Print a line above the bar."""
        self._out.print(line)

    def show(self, event: IngestEvent) -> None:
        """Move the bar to where the work is."""
        from ingest.events import Embedding, FileDone, FileStarted, Reindexed, Scanned

        if self._bar is None or self._task is None:
            return
        if isinstance(event, Scanned):
            self._total = event.n_files
            self._bar.update(self._task, total=event.n_files, description="reading")
        elif isinstance(event, FileStarted):
            self._bar.update(self._task, description=_name(event.path))
        elif isinstance(event, Embedding):
            # A long paper is a part of a file, so that the bar does not seem to stand.
            part = event.done / event.total if event.total else 0.0
            self._bar.update(self._task, completed=self._done + part, description=_name(event.path))
        elif isinstance(event, FileDone | Reindexed):
            self._done += 1
            last = self._done == self._total
            self._bar.update(
                self._task,
                completed=self._done,
                description="writing the index" if last else None,
            )


def _name(path: str) -> str:
    return plain(one_line(PurePath(path).name, 40))
