"""What one ingest has done so far, and what is said of its files beforehand."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ingest.bib_links import BibLinks
from ingest.events import FileDone, FileOutcome
from ingest.overrides import Override, Overrides, read_overrides


@dataclass
class Run:
    """What one ingest has done so far."""

    started: float = field(default_factory=time.monotonic)
    counts: Counter[FileOutcome] = field(default_factory=Counter)
    failed: list[FileDone] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    overrides: dict[Path, Overrides] = field(default_factory=dict)  # by folder
    links: BibLinks = field(default_factory=BibLinks)
    kept_keys: list[str] = field(default_factory=list)  # a list gives another than given before
    n_files: int = 0
    n_reindexed: int = 0
    n_missing: int = 0

    def done(self, event: FileDone) -> FileDone:
        """``event``, counted."""
        self.counts[event.outcome] += 1
        if event.outcome is FileOutcome.FAILED:
            self.failed.append(event)
        return event

    def override(self, path: Path) -> Override | None:
        """What the list given with the ingest says of a file, else one in the file's folder."""
        linked = self.links.get(path)
        if linked is not None:
            return linked
        folder = path.parent
        if folder not in self.overrides:
            self.overrides[folder] = read_overrides(folder)
            self.notes += [f"in {str(folder)!r}: {p}" for p in self.overrides[folder].problems]
        return self.overrides[folder].get(path.name)

    def kept_keys_note(self) -> str:
        """Which papers a list would call otherwise; a key once given stays."""
        shown = ", ".join(self.kept_keys[:5]) + (", ..." if len(self.kept_keys) > 5 else "")
        n = len(self.kept_keys)
        return f"{n} papers keep the citation key they were given before: {shown}"
