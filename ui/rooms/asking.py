"""The page where questions are asked."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from agent.plan import Reading
from agent.session import MAX_QUESTION_CHARS
from agent.session_store import WITHHELD, Turn, TurnState
from agent.suggestions import suggest_questions
from ingest.paper import Paper
from ui.exits import explain
from ui.render import one_line, plural, verbatim_markdown
from ui.rooms.answers import READ_AS, draw_answer
from ui.rooms.export import draw_session_menu, draw_turn_menu
from ui.rooms.house import House, open_house
from ui.rooms.markup import lines, shown
from ui.rooms.visit import Visit, ask, settle, visit

LOOK_UP_S = 0.25  # how soon a waiting page notices that its visitor wants something else
TURNS_SHOWN = 4  # earlier ones are a click away, so that long sessions stay quick


def page() -> None:
    """Draw the page."""
    house = open_house()
    here = visit(house)
    settle(here)
    papers = {paper.paper_id: paper for paper in house.library.papers()}
    scope = [paper_id for paper_id in st.session_state.get("scope", []) if paper_id in papers]
    busy = here.run is not None
    asked = st.session_state.get("question")
    if asked and busy:
        here.waiting = str(asked)
    elif asked:  # what was typed into the field below; its answer is begun while the page is drawn
        ask(house, here, str(asked), papers=scope)
    if not here.turns and here.run is None:
        _draw_beginning(house, here, papers, scope)
    else:
        _draw_turns(house, here, papers, busy=busy)
    live, latest = st.empty(), st.container()
    _draw_input(house, papers, scope)
    if here.run is not None:
        _draw_run(here, live)
        settle(here)
        if here.waiting is not None:
            question, here.waiting = here.waiting, None
            ask(house, here, question, papers=scope)
            st.rerun()
        if not _is_on_top(here):
            st.rerun()  # the list of sessions has changed
        live.empty()
        with latest:
            _draw_turn_at(house, here, papers, len(here.turns) - 1, busy=False)


def _draw_beginning(house: House, here: Visit, papers: dict[str, Paper], scope: list[str]) -> None:
    """What can be done here: with papers, questions to begin with; without, how to add some."""
    if not papers:
        st.html(
            '<div class="elute-hero"><h1>Begin with your papers.</h1><p>elute answers questions'
            " from them, and every sentence of an answer opens to the page it stands on. Tools and"
            " screening work without papers.</p></div>"
        )
        with st.container(horizontal=True):
            if st.button("Add papers", type="primary", icon=":material/add:", key="go-library"):
                st.switch_page(st.session_state["library-page"])
            if st.button("Look up a property", icon=":material/science:", key="go-tools"):
                st.switch_page(st.session_state["tools-page"])
        flag = "" if house.name == "default" else f" --library {house.name}"
        st.caption("From a terminal: " + verbatim_markdown(f"elute ingest ~/papers{flag}"))
        return
    n_pages = sum(paper.page_count for paper in papers.values())
    st.html(
        '<div class="elute-hero"><h1>Ask your papers.</h1><p>'
        f"{plural(len(papers), 'paper')}, {plural(n_pages, 'page')}."
        " Every sentence of an answer opens to the quote and the page it stands on.</p></div>"
    )
    suggested = _suggested(house.name, house.library.catalog.generation(), house)
    for number, question in enumerate(suggested):
        if st.button(
            verbatim_markdown(question), key=f"suggested-{number}", width="stretch",
            icon=":material/arrow_forward:",
        ):  # fmt: skip
            ask(house, here, question, papers=scope)
            st.rerun()


@st.cache_data(show_spinner=False, max_entries=8)
def _suggested(name: str, generation: int, _house: House) -> tuple[str, ...]:  # noqa: ARG001
    """Questions for this state of the library."""
    return suggest_questions(_house.library)


def _draw_turns(house: House, here: Visit, papers: dict[str, Paper], *, busy: bool) -> None:
    draw_session_menu(house, here)
    first = 0
    if len(here.turns) > TURNS_SHOWN and not st.session_state.get(f"all-{here.id}"):
        first = len(here.turns) - TURNS_SHOWN
        if st.button(f"Show {plural(first, 'earlier question')}", key="earlier", type="tertiary"):
            st.session_state[f"all-{here.id}"] = True
            st.rerun()
    for number in range(first, len(here.turns)):
        _draw_turn_at(house, here, papers, number, busy=busy)


def _draw_turn_at(
    house: House, here: Visit, papers: dict[str, Paper], number: int, *, busy: bool
) -> None:
    with st.container(key=f"turn-{number}"):
        _draw_turn(house, here, here.turns[number], number, papers, busy=busy)


def _is_on_top(here: Visit) -> bool:
    """Whether the list at the side, drawn before the last answer, had this session first."""
    return len(here.turns) > 1 and st.session_state.get("first-session") == here.id


def _draw_turn(
    house: House,
    here: Visit,
    turn: Turn,
    number: int,
    papers: dict[str, Paper],
    *,
    busy: bool,
) -> None:
    draw_question(turn.question)
    if turn.answer is not None:
        if turn.answer.question not in (turn.question, WITHHELD):
            st.caption(f"Understood as: {verbatim_markdown(turn.answer.question)}")
        draw_answer(turn.answer, f"{here.id}-{number}", papers, house)
        if turn.note:
            st.caption(verbatim_markdown(turn.note))
        if not turn.is_refused:
            _draw_next(house, here, turn, number, busy=busy)
    elif turn.state is TurnState.STOPPED:
        if turn.note:
            st.html(f'<div class="elute-answer"><p>{lines(turn.note)}</p></div>')
        st.info(
            "Stopped. What stands above was checked; nothing else is kept.", icon=":material/stop:"
        )
        _draw_again(house, here, turn, number, busy=busy)
    else:
        st.warning(verbatim_markdown(turn.note))
        _draw_again(house, here, turn, number, busy=busy)


def _draw_next(house: House, here: Visit, turn: Turn, number: int, *, busy: bool) -> None:
    """Other readings of the question, and the answer to take away."""
    assert turn.answer is not None
    with st.container(horizontal=True, key=f"next-{number}"):
        for other in turn.answer.other_readings[:2]:
            if st.button(
                READ_AS.get(other, f"Read as {other.value}"), key=f"reading-{number}-{other.value}",
                icon=":material/alt_route:", disabled=busy,
            ):  # fmt: skip
                _again(house, here, turn.answer.question, other)
        draw_turn_menu(turn, number, house)


def _draw_again(house: House, here: Visit, turn: Turn, number: int, *, busy: bool) -> None:
    if st.button("Ask again", key=f"again-{number}", icon=":material/refresh:",
                 disabled=busy):  # fmt: skip
        _again(house, here, turn.question, None)


def _again(house: House, here: Visit, question: str, reading: Reading | None) -> None:
    ask(house, here, question, papers=st.session_state.get("scope"), reading=reading)
    st.rerun()


def draw_question(question: str) -> None:
    """What was asked, as the heading of its turn."""
    kind = " withheld" if question == WITHHELD else ""
    st.html(f'<h2 class="elute-question{kind}">{lines(question)}</h2>')


def _draw_input(house: House, papers: dict[str, Paper], scope: list[str]) -> None:
    """The field for the next question, and which papers it is asked of."""
    with st.bottom:
        if papers:
            label = "All papers" if not scope else f"Only {plural(len(scope), 'paper')}"
            with st.container(horizontal=True, vertical_alignment="center", key="scope-bar"):
                with st.popover(label, icon=":material/filter_alt:", type="tertiary"):
                    chosen = st.multiselect(
                        "Ask only these papers", list(papers), default=scope, key="scope-choice",
                        format_func=lambda paper_id: _paper_label(papers.get(paper_id)),
                        placeholder="all papers",
                    )  # fmt: skip
                    if chosen != scope:
                        st.session_state["scope"] = chosen
                        st.rerun()
                _draw_privacy(house)
        st.chat_input(
            "Ask a question, or for a property",
            max_chars=MAX_QUESTION_CHARS,
            key="question",
        )


def _draw_privacy(house: House) -> None:
    """Where text goes."""
    if house.text_goes_to:
        st.markdown(
            f":orange-badge[:material/cloud_upload: Questions and quotes go to"
            f" {verbatim_markdown(house.text_goes_to)}]"
        )
    elif house.settings.model.is_configured:
        st.caption(
            f":material/lock: Model {verbatim_markdown(house.settings.model.name or '')} on"
            " this machine"
        )
    else:
        st.caption(":material/lock: Nothing leaves this machine")


def _draw_run(here: Visit, live: DeltaGenerator) -> None:
    """The question, the checked sentences so far, and what is happening, until it has ended."""
    run = here.run
    assert run is not None
    with live.container(key="running"):
        draw_question(run.question)
        text = st.empty()
        with st.container(horizontal=True, vertical_alignment="center"):
            line = st.empty()
            st.button("Stop", icon=":material/stop:", key="stop", on_click=run.stop)
        if here.waiting is not None:
            st.caption(f"Next: {verbatim_markdown(one_line(here.waiting, 160))}")
    written = doing = ""
    while not run.is_ended:
        if run.text != written:
            written = run.text
            text.html(f'<div class="elute-answer"><p>{lines(written)}</p></div>')
        if run.doing != doing:
            doing = run.doing
            line.html(status_html(doing, time.monotonic() - run.since))
        run.news(LOOK_UP_S)
        _ = "visit" in st.session_state  # here Streamlit may turn to what the visitor does now


def status_html(doing: str, for_s: float) -> str:
    """The line that says what is happening; the browser counts its seconds."""
    return (
        '<div class="elute-status" role="status" aria-live="polite">'
        f'<span class="elute-dot"></span><span>{shown(doing)}</span>'
        f'<span class="elute-tick" style="animation-delay:-{for_s:.1f}s"></span></div>'
    )


def _paper_label(paper: Paper | None) -> str:
    if paper is None:
        return "(removed)"
    return one_line(f"{paper.key}: {paper.title or paper.file}", 90)


def tell_trouble(error: Exception) -> None:
    """A sentence in the place of a page that cannot be drawn."""
    st.error(verbatim_markdown(explain(error)[0]))
