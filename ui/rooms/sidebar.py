"""The side of every page: whose library it is, and the kept sessions."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ui.render import plural, verbatim_markdown
from ui.rooms.house import House
from ui.rooms.markup import shown
from ui.rooms.visit import begin, open_kept, owner

SESSIONS_SHOWN: Final = 12


def draw_sidebar(house: House) -> None:
    """Library, a button for a new session, and the sessions, last used first."""
    with st.sidebar:
        n_papers = len(house.library.papers())
        st.html(
            f'<p class="elute-soft">Library <strong>{shown(house.name)}</strong> · '
            f"{plural(n_papers, 'paper')}</p>"
        )
        if st.button("New session", icon=":material/add:", key="new-session", width="stretch"):
            begin(house)
            st.switch_page(st.session_state["ask-page"])
        sessions = house.store.sessions(house.name, owner=owner(house))
        if not sessions:
            where = "for this browser" if house.is_shared else "here, on this machine"
            st.html(f'<p class="elute-soft">Your sessions are kept {where}.</p>')
            return
        here = st.session_state.get("visit")
        st.session_state["first-session"] = sessions[0].id
        everything = st.session_state.get("all-sessions", False)
        with st.container(key="sessions", gap=None):
            for one in sessions if everything else sessions[:SESSIONS_SHOWN]:
                if st.button(
                    verbatim_markdown(one.title), key=f"session-{one.id}", type="tertiary",
                    width="stretch", help=f"{plural(one.n_turns, 'question')}",
                    icon=":material/chevron_right:" if here and here.id == one.id else None,
                ):  # fmt: skip
                    open_kept(house, one.id)
                    st.switch_page(st.session_state["ask-page"])
        more = len(sessions) > SESSIONS_SHOWN and not everything
        if more and st.button(f"All {len(sessions)} sessions", type="tertiary", key="more"):
            st.session_state["all-sessions"] = True
            st.rerun()
