"""Answers and sessions to take away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from agent.exports import answer_markdown
from agent.session_store import Turn
from ingest.bibliography import BibliographyFormat, bibliography
from ingest.paper import Paper
from ui.render import answer_record, as_json
from ui.rooms.house import House
from ui.rooms.visit import Visit, begin


@st.fragment
def draw_turn_menu(turn: Turn, number: int, house: House) -> None:
    """One answer as Markdown, JSON or a bundle to be checked again; its papers as a bibliography.

    Each file is made when it is asked for.
    """
    answer = turn.answer
    if answer is None:
        return

    def bundle() -> str:
        from agent.bundle import bundle_answer

        return bundle_answer(answer, house.library).model_dump_json(indent=2)

    with st.popover(
        "Export", icon=":material/download:", key=f"export-{number}", on_change="rerun"
    ) as menu:
        if not menu.open:
            return
        _offer("Markdown", "answer.md", lambda: answer_markdown(answer), f"md-{number}")
        _offer("JSON", "answer.json", lambda: as_json(answer_record(answer)), f"json-{number}")
        _offer("Bundle, to be checked again", "bundle.json", bundle, f"bundle-{number}")
        if answer.references:
            draw_bibliography(answer.references, f"references-{number}")


def draw_bibliography(papers: Sequence[Paper], key: str) -> None:
    """Papers as BibTeX, RIS and CSL-JSON."""
    _offer(
        "BibTeX",
        "papers.bib",
        lambda: bibliography(papers, BibliographyFormat.BIBTEX),
        f"{key}-bib",
    )
    _offer("RIS", "papers.ris", lambda: bibliography(papers, BibliographyFormat.RIS), f"{key}-ris")
    _offer(
        "CSL-JSON",
        "papers.json",
        lambda: bibliography(papers, BibliographyFormat.CSL_JSON),
        f"{key}-csl",
    )


def _offer(label: str, file_name: str, made: Callable[[], str], key: str) -> None:
    st.download_button(
        label, made, file_name=file_name, key=key, on_click="ignore", width="stretch"
    )


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
            "Export as Markdown", lambda: "\n\n".join(map(turn_markdown, here.turns)),
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
    if turn.answer is None:
        from agent.exports import markdown

        return f"# {markdown(turn.question)}\n\n({turn.state.value}) {markdown(turn.note)}\n"
    return answer_markdown(turn.answer)
