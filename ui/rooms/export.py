"""Answers and sessions to take away."""

from __future__ import annotations

import streamlit as st

from agent.session_store import Turn
from ui.render import answer_lines, answer_record, as_json
from ui.rooms.house import House
from ui.rooms.visit import Visit, begin


def draw_turn_menu(turn: Turn, number: int, house: House) -> None:  # noqa: ARG001
    """One answer as Markdown or JSON."""
    if turn.answer is None:
        return
    with st.popover("Export", icon=":material/download:"):
        st.download_button(
            "Markdown", turn_markdown(turn), file_name="answer.md", mime="text/markdown",
            key=f"md-{number}", on_click="ignore", width="stretch",
        )  # fmt: skip
        st.download_button(
            "JSON", as_json(answer_record(turn.answer)), file_name="answer.json",
            mime="application/json", key=f"json-{number}", on_click="ignore", width="stretch",
        )  # fmt: skip


def draw_session_menu(house: House, here: Visit) -> None:
    """Rename, export or delete the open session."""
    if not here.turns:
        return
    with (
        st.container(horizontal=True, horizontal_alignment="right", key="session-menu"),
        st.popover("Session", icon=":material/more_horiz:", type="tertiary"),
    ):
        title = st.text_input(
            "Rename", placeholder="a new title", key=f"rename-{here.id}", max_chars=80
        )
        if title and st.session_state.get("renamed") != (here.id, title):
            house.store.rename(here.id, title)
            st.session_state["renamed"] = (here.id, title)
            st.rerun()
        st.download_button(
            "Export as Markdown", "\n\n".join(map(turn_markdown, here.turns)),
            file_name="session.md", mime="text/markdown", on_click="ignore", width="stretch",
            key="session-md",
        )  # fmt: skip
        st.download_button(
            "Export as JSON", lambda: house.store.export(here.id), file_name="session.json",
            mime="application/json", on_click="ignore", width="stretch", key="session-json",
        )  # fmt: skip
        if st.button(
            "Delete this session", icon=":material/delete:", width="stretch", key="delete-session"
        ):
            house.store.delete(here.id)
            begin(house)
            st.rerun()


def turn_markdown(turn: Turn) -> str:
    """A turn as Markdown text: the question, the answer, its quotes and references."""
    head = f"## {' '.join(turn.question.split())}\n"
    if turn.answer is None:
        return f"{head}\n({turn.state.value}) {turn.note}\n"
    body = []
    for line in answer_lines(turn.answer):
        text = line.strip()
        if text.startswith("“"):
            body.append(f"> {text}\n")
        elif text in ("Quotes", "References", "Nearest passages, not used:"):
            body.append(f"### {text}\n")
        else:
            body.append(f"{text}\n" if text else "")
    return head + "\n" + "\n".join(line for line in body if line) + "\n"
