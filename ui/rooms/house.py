"""What all visitors of one chat share: the library, the gate, the kept sessions."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from agent.pool import Pool
from agent.session import Session
from agent.session_store import SESSIONS_FILE, SessionStore
from agent.settings import Settings
from ingest.library import Library
from ui.exits import tell
from ui.rooms.intake import Intake

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class House:
    """The rooms' common ground."""

    name: str  # of the library
    session: Session  # never asked itself; each visitor has a fresh one
    store: SessionStore
    intake: Intake
    papers_root: Path  # the folder picker never leaves it
    settings: Settings
    is_shared: bool = False  # with people at other machines: each has a list of sessions
    pool: Pool | None = None  # processes that answer; None: this one does

    @property
    def library(self) -> Library:
        """The library that is asked."""
        return self.session.library

    @property
    def text_goes_to(self) -> str | None:
        """Host of the model that questions and quotes are sent to; None where it is this machine.

        Without a model nothing is sent anywhere.
        """
        model = self.settings.model
        if not model.is_configured:
            return None
        host = urlsplit(model.base_url).hostname if model.base_url else "the model's own endpoint"
        return None if host in LOOPBACK else host


@dataclass(frozen=True)
class Asked:
    """What stands behind `--` on the command line."""

    library: str
    papers: Path
    is_shared: bool
    workers: int  # processes that answer; 0: the chat's own


def asked_for() -> Asked:
    """The library and the folder that the command line names."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False)
    parser.add_argument("--library", default="default")
    parser.add_argument("--papers", type=Path, default=Path())
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--workers", type=int, default=0)
    found = parser.parse_known_args(sys.argv[1:])[0]
    papers = found.papers.expanduser().resolve()
    return Asked(str(found.library), papers, found.shared, found.workers)


def open_house() -> House:
    """The house of this chat; opened once a process.

    Raises:
        IngestError: The library cannot be read.
        SettingsError: A setting is wrong.
    """
    asked = asked_for()
    return _open(asked.library, str(asked.papers), asked.is_shared, asked.workers)


@st.cache_resource(show_spinner="Opening the library ...", max_entries=4)
def _open(name: str, papers: str, is_shared: bool, workers: int) -> House:
    settings = Settings.load()
    session = Session.open(name, create=True)
    pool = Pool(session.library.settings, settings.model, workers, tell=tell) if workers else None
    return House(
        name=name,
        session=session,
        store=SessionStore(settings.data_dir / SESSIONS_FILE),
        intake=Intake(session.library, settings.data_dir / "uploads" / name),
        papers_root=Path(papers),
        settings=settings,
        is_shared=is_shared,
        pool=pool,
    )
