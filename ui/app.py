"""The chat in a browser, over the same Session as the command line. `elute chat` serves it."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

import streamlit as st

from agent.answer import Answer, AnswerStatus
from agent.events import Answered, EvidenceFound, Refused, TextDelta
from agent.session import MAX_QUESTION_CHARS, Session
from agent.settings import Settings
from ingest.citation import Citation
from ingest.errors import LibraryMissing
from ingest.paper import Paper
from ui.exits import explain
from ui.render import (
    answer_banner,
    citation_place,
    one_line,
    paper_line,
    plural,
    verbatim_markdown,
)

TEACHING = """\
### Library {name} is empty

Put papers into a folder (PDF, .txt, .md or .html) and read them in from a terminal:

```
elute ingest ~/papers{flag}
```

Then come back and press the button.
"""


def library_name() -> str:
    """The library named behind `--` on the command line."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False)
    parser.add_argument("--library", default="default")
    return str(parser.parse_known_args(sys.argv[1:])[0].library)


@st.cache_resource(show_spinner="Opening the library ...", max_entries=4)
def open_session(name: str) -> tuple[Session, threading.Lock]:
    """A session whose library all visitors share, and the lock that lets one ask at a time."""
    return Session.open(name), threading.Lock()


@st.cache_data(show_spinner="Drawing the page ...", max_entries=64)
def page_picture(
    path: str,
    modified_ns: int,  # noqa: ARG001 - part of the cache's key
    page: int,
    quote: str,
) -> bytes:
    """The page as PNG with the quote boxed; drawn once for each state of the file."""
    from ingest.boxes import quote_boxes
    from ingest.isolation import render_isolated

    file = Path(path)
    boxes = quote_boxes(file, page, quote)
    return render_isolated(file, page, Settings.load().reader, boxes=boxes)


def draw_sidebar(name: str, papers: list[Paper]) -> None:
    """Which library is asked, and what is in it."""
    with st.sidebar:
        st.title("elute")
        st.markdown(f"Library **{verbatim_markdown(name)}** · {plural(len(papers), 'paper')}")
        if not Settings.load().model.is_configured:
            st.caption("No chat model is configured: answers are extracts from the papers.")
        if papers:
            with st.expander("Papers"):
                for paper in papers:
                    st.markdown(verbatim_markdown(paper_line(paper)))


def draw_empty(name: str) -> None:
    """What to do about a library without papers."""
    flag = "" if name == "default" else f" --library {name}"
    st.markdown(TEACHING.format(name=verbatim_markdown(name), flag=flag))
    if st.button("Look again"):
        st.rerun()


def draw_answer(answer: Answer, turn: int, papers: dict[str, Paper]) -> None:
    """The prose, then each citation, closed until it is asked for."""
    banner = answer_banner(answer)
    if banner:
        st.info(verbatim_markdown(banner))
    for note in answer.notes:
        st.caption(verbatim_markdown(note))
    if answer.status is AnswerStatus.REFUSED:
        st.error(verbatim_markdown(answer.text))
        return
    st.markdown(verbatim_markdown(answer.text))
    if answer.status is AnswerStatus.NO_EVIDENCE and answer.unused:
        st.caption("The nearest passages, not used:")
        cited = [evidence.citation for evidence in answer.unused]
    else:
        cited = list(answer.citations)
    draw_citations(cited, turn, papers)
    if answer.references:
        with st.expander("References"):
            for line in answer.reference_lines():
                st.markdown(verbatim_markdown(line))


@st.fragment
def draw_citations(cited: list[Citation], turn: int, papers: dict[str, Paper]) -> None:
    """Each citation opens to its quote and the picture of its page."""
    for number, citation in enumerate(cited):
        begin = one_line(citation.quote, 48)
        label = verbatim_markdown(f"{number + 1}. {citation.key} page {citation.page}: {begin}")
        with st.expander(label, key=f"citation-{turn}-{number}", on_change="rerun") as opened:
            if opened.open:
                draw_citation(citation, papers.get(citation.paper_id))


def draw_citation(citation: Citation, paper: Paper | None) -> None:
    """The quote, where it stands, and the page with the quote boxed."""
    st.markdown("> " + verbatim_markdown(one_line(citation.quote)))
    st.caption(verbatim_markdown(citation_place(citation)))
    path = (
        next((Path(place) for place in paper.paths if Path(place).is_file()), None)
        if paper
        else None
    )
    if path is None:
        st.info("The file is no longer where it was read from, so its page cannot be shown.")
        return
    if path.suffix.lower() != ".pdf":
        st.caption("A text file has no page to show.")
        return
    try:
        picture = page_picture(str(path), path.stat().st_mtime_ns, citation.page, citation.quote)
    except (ValueError, OSError) as error:  # a file that changed, or that only its reader survives
        st.warning(verbatim_markdown(str(error)))
        return
    st.image(picture, width="stretch", alt=f"Page {citation.page} of {citation.file}")


def answer_question(session: Session, lock: threading.Lock, question: str) -> Answer | str:
    """The answer, shown sentence by sentence as it comes; or the sentence that says why not."""
    shown, place = "", st.empty()
    try:
        with lock, st.spinner("Reading the library ..."):
            for event in session.ask(question):
                if isinstance(event, EvidenceFound):
                    place.caption(f"{len(event.citations)} sentences bear on it.")
                elif isinstance(event, TextDelta):
                    shown = f"{shown} {event.text}".strip()
                    place.markdown(verbatim_markdown(shown))
                elif isinstance(event, Answered | Refused):
                    return event.answer
    except Exception as error:
        return explain(error)[0]
    finally:
        place.empty()
    return "the session ended without an answer."


def draw_outcome(outcome: Answer | str, turn: int, papers: dict[str, Paper]) -> None:
    """An answer, or the sentence that stands in its place."""
    if isinstance(outcome, str):
        st.warning(verbatim_markdown(outcome))
    else:
        draw_answer(outcome, turn, papers)


def main() -> None:
    """Draw the page for one visitor."""
    st.set_page_config(page_title="elute", layout="centered")
    name = library_name()
    try:
        shared, lock = open_session(name)
        papers = list(shared.library.papers())
    except LibraryMissing:
        draw_sidebar(name, [])
        draw_empty(name)
        return
    except Exception as error:
        st.error(verbatim_markdown(explain(error)[0]))
        st.stop()
    draw_sidebar(name, papers)
    if not papers:
        draw_empty(name)
        return
    # A visitor's earlier questions are nobody else's.
    session: Session = st.session_state.setdefault("session", shared.fresh())
    by_id = {paper.paper_id: paper for paper in papers}
    turns: list[tuple[str, Answer | str]] = st.session_state.setdefault("turns", [])
    for number, (question, outcome) in enumerate(turns):
        with st.chat_message("user"):
            st.markdown(verbatim_markdown(question))
        with st.chat_message("assistant"):
            draw_outcome(outcome, number, by_id)
    if not turns:
        st.markdown("Ask the papers. Every sentence of an answer opens to the page it stands on.")
    asked = st.chat_input("Ask the papers", max_chars=MAX_QUESTION_CHARS)
    if asked:
        with st.chat_message("user"):
            st.markdown(verbatim_markdown(asked))
        with st.chat_message("assistant"):
            answered = answer_question(session, lock, asked)
            turns.append((asked, answered))
            draw_outcome(answered, len(turns) - 1, by_id)


main()
