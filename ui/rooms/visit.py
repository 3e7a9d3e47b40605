"""One visitor's session: its id, its turns, the question that runs. In no other visitor's reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import streamlit as st

from agent.plan import Reading
from agent.session import Session
from agent.session_store import Turn, new_session_id
from ui.rooms import OWNER_COOKIE
from ui.rooms.house import House
from ui.rooms.running import Run

PARAMETER = "session"  # in the address, so that a reload finds the session again


@dataclass
class Visit:
    """A kept session as one visitor has it open."""

    id: str
    session: Session
    turns: list[Turn] = field(default_factory=list)
    run: Run | None = None
    waiting: str | None = None  # a question that was asked while another was answered


def visit(house: House) -> Visit:
    """The session that this visitor has open: the address's, or a new one."""
    asked = st.query_params.get(PARAMETER)
    here: Visit | None = st.session_state.get("visit")
    if here is None or (asked is not None and asked != here.id):
        here = _opened(house, asked)
        st.session_state["visit"] = here
    if here.turns or here.run:
        st.query_params[PARAMETER] = here.id
    return here


def _opened(house: House, session_id: str | None) -> Visit:
    turns = list(house.store.turns(session_id)) if session_id else []
    if not turns:
        session_id = None
        if PARAMETER in st.query_params:
            del st.query_params[PARAMETER]
    said = [turn.answer for turn in turns if turn.answer is not None and not turn.is_refused]
    return Visit(session_id or new_session_id(), house.session.fresh(said), turns)


def owner(house: House) -> str:
    """Whose list of sessions this visitor sees: his browser's where the chat is shared."""
    if not house.is_shared:
        return ""
    known = st.context.cookies.get(OWNER_COOKIE) or st.session_state.get("owner")
    if not known:  # a browser that keeps no cookies: a list of this page's own
        known = st.session_state["owner"] = new_session_id()
    return str(known)


def begin(house: House) -> None:
    """Turn to a new session; the one before stays in the list."""
    _leave()
    st.session_state["visit"] = _opened(house, None)


def open_kept(house: House, session_id: str) -> None:
    """Turn to a kept session."""
    _leave()
    st.session_state["visit"] = _opened(house, session_id)
    st.query_params[PARAMETER] = session_id


def _leave() -> None:
    if PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def ask(
    house: House,
    here: Visit,
    question: str,
    *,
    papers: Collection[str] | None = None,
    reading: Reading | None = None,
) -> None:
    """Begin to answer a question; the turn is kept when it ends, even if nobody looks any more."""
    library, session_id, store, whose = house.name, here.id, house.store, owner(house)
    here.run = Run(
        here.session,
        question,
        papers=papers or None,
        reading=reading,
        uses_model=house.settings.model.is_configured,
        pool=house.pool,
        on_end=lambda turn: store.add(session_id, library, turn, owner=whose),
    )


def settle(here: Visit) -> None:
    """Put the turn of a run that has ended behind the others."""
    if here.run is not None and here.run.turn is not None and here.run.is_ended:
        here.turns.append(here.run.turn)
        here.run = None
