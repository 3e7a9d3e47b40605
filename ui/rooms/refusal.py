"""What the gate said, as a card or a banner. It never repeats what was asked."""

from __future__ import annotations

import streamlit as st

from agent.answer import Answer
from safety.substance import Hit, Level, Verdict
from ui.render import answer_banner
from ui.rooms.markup import shown

MAY_ASK = (
    "Questions about pharmacology, toxicology, safety, detection, history and regulation are"
    " answered from the papers."
)


def draw_refusal(verdict: Verdict | None, text: str) -> None:
    """A card: that it was refused, on which list, with code and citation, and what may be asked."""
    hits = [hit for hit in verdict.hits if hit.level is Level.BLOCK] if verdict else []
    table = _table(hits) if hits else f"<p>{shown(text)}</p>"
    st.html(
        '<section class="elute-card refused" role="alert" aria-label="Refused">'
        "<h3>Not answered: the safety gate stopped this</h3>"
        f"{table}<p>{MAY_ASK}</p>"
        '<p class="elute-soft">Each decision is logged on this machine as a digest; '
        "<code>elute audit verify</code> checks the log.</p></section>"
    )


def draw_banner(answer: Answer) -> None:
    """The gate's note beside an answer about something that a list blocks, if there is one."""
    banner = answer_banner(answer)
    if banner:
        st.html(
            '<section class="elute-card noted" role="note" aria-label="Regulated">'
            f"<strong>Regulated.</strong> {shown(banner)}</section>"
        )


def _table(hits: list[Hit]) -> str:
    rows = {
        (hit.list, hit.schedule, hit.citation, hit.jurisdiction, hit.edition): None for hit in hits
    }
    body = "".join(
        f"<tr><td>{shown(name)}</td><td>{shown(schedule)}</td><td>{shown(citation)}</td>"
        f"<td>{shown(jurisdiction)}, {shown(edition)}</td></tr>"
        for name, schedule, citation, jurisdiction, edition in rows
    )
    return (
        "<table><thead><tr><th>List</th><th>Schedule</th><th>Citation</th><th>Edition</th></tr>"
        f"</thead><tbody>{body}</tbody></table>"
    )
