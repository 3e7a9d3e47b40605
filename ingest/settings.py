"""Settings of a library. `agent.settings.Settings` fills them; this floor reads no environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ReaderSettings(BaseModel):
    """Limits under which one file is read, in a child process of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timeout_s: float = Field(default=120.0, gt=0)  # wall clock
    cpu_s: int = Field(default=90, gt=0)
    memory_mb: int = Field(default=2048, gt=0)  # address space of the child
    max_file_mb: int = Field(default=300, gt=0)
    max_pages: int = Field(default=3000, gt=0)
    max_text_mb: int = Field(default=64, gt=0)  # text that one file may give


class EmbedderSettings(BaseModel):
    """Which model turns text into vectors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["packaged", "openai", "none"] = "packaged"  # "none": lexical only
    folder: Path | None = None  # all-MiniLM-L6-v2 as ONNX; else the installed package's
    model: str = "text-embedding-3-small"  # for kind "openai"
    base_url: str | None = None  # for kind "openai"; None: the openai client's default
    api_key: str | None = Field(default=None, repr=False)
    batch_size: int = Field(default=32, gt=0)
    threads: int = Field(default=1, gt=0)  # of the packaged model


class IndexSettings(BaseModel):
    """Where vectors are searched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["auto", "exact", "chroma"] = "auto"  # auto: exact up to exact_limit chunks
    exact_limit: int = Field(default=200_000, gt=0)
    chroma: Literal["embedded", "server", "off"] = "embedded"
    chroma_url: str | None = None  # for "server", e.g. http://127.0.0.1:8000


class CrossrefSettings(BaseModel):
    """Whether DOIs are looked up online, to complete what papers say of themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    online: bool = False
    base_url: str = Field(default="https://api.crossref.org", pattern=r"^https?://[^/@\s]+(/\S*)?$")
    mailto: str | None = Field(default=None, pattern=r"^[^\s@<>()]+@[^\s@<>()]+$")  # for Crossref
    timeout_s: float = Field(default=10.0, gt=0)


class LibrarySettings(BaseModel):
    """All that a library needs to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_dir: Path
    name: str = Field(default="default", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    workers: int = Field(default=2, gt=0)  # files read at once, each in its own child
    lock_wait_s: float = Field(default=60.0, ge=0)  # how long a second ingest waits for the first
    reader: ReaderSettings = ReaderSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    index: IndexSettings = IndexSettings()
    crossref: CrossrefSettings = CrossrefSettings()

    @property
    def folder(self) -> Path:
        """The library's own folder: ``catalog.db`` and ``chroma/`` lie in it."""
        return self.data_dir / "libraries" / self.name
