"""The screening page: names or a SMILES file in, and a table of verdicts to take away."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Final

import streamlit as st

from ingest.record import Record
from safety.substance import Decision, Verdict
from ui.render import one_line, plain, plural
from ui.rooms.results import table

MAX_LINES: Final = 20_000
MAX_UPLOAD_MB: Final = 5
AT_ONCE: Final = 200
SHOWN: Final = 300
_WORDS: Final = {
    Decision.BLOCK: "listed",
    Decision.WARN: "to look at",
    Decision.ALLOW: "not listed",
}
HEADS: Final = ("Line", "Text", "Decision", "Substance", "List", "Schedule", "Jurisdiction",
                "Citation", "Found by", "Note")  # fmt: skip


class Row(Record):
    """One line and what the lists say of it."""

    number: int
    text: str
    name: str  # behind a SMILES
    verdict: Verdict

    def cells(self) -> list[tuple[str, ...]]:
        """One row of text a hit, or one for a line without any."""
        text = one_line(plain(f"{self.text} {self.name}".strip()), 160)
        head = (str(self.number), text, self.verdict.decision.value)
        note = "; ".join(f"not readable: {one_line(part, 60)}" for part in self.verdict.unread)
        return [
            (*head, hit.name, hit.list, hit.schedule, hit.jurisdiction, hit.citation, hit.how, note)
            for hit in self.verdict.hits
        ] or [(*head, "", "", "", "", "", "", note)]


def page() -> None:
    """Draw the page."""
    st.title("Screen")
    st.markdown(
        "Type names, CAS numbers or SMILES, one a line, or drop a SMILES file. Each is looked up in"
        " the lists that elute carries. Nothing is kept and nothing leaves this machine."
    )
    with st.form("screening", border=True):
        typed = st.text_area(
            "Names or structures, one a line", key="screen-text", height=140,
            placeholder="acetone\n76-99-3\nCC(C)=O", max_chars=200_000,
        )  # fmt: skip
        given = st.file_uploader(
            "Or a file: one SMILES a line, a name behind it", type=["smi", "smiles", "txt", "csv"],
            max_upload_size=MAX_UPLOAD_MB, key="screen-file",
        )  # fmt: skip
        sent = st.form_submit_button("Screen", type="primary", icon=":material/verified_user:")
    if sent:
        lines = (
            list(file_lines(given.getvalue().decode("utf-8", "replace")))
            if given
            else [(n, line.strip(), "") for n, line in enumerate(typed.splitlines(), 1)]
        )
        lines = [line for line in lines if line[1]]
        if not lines:
            st.warning("There is nothing to screen. Type a name, or choose a file.")
            return
        if len(lines) > MAX_LINES:
            st.warning(
                f"At most {MAX_LINES:,} lines are screened here, and there are {len(lines):,}. Use:"
                " elute screen --file FILE"
            )
            return
        st.session_state["screened"] = _screen(lines, structures=given is not None)
    rows = st.session_state.get("screened")
    if rows:
        _draw(rows)


def _screen(lines: list[tuple[int, str, str]], *, structures: bool) -> list[Row]:
    from safety import screen_many
    from ui.screening import as_structure

    rows: list[Row] = []
    bar = st.progress(0.0, text="Screening ...")
    for start in range(0, len(lines), AT_ONCE):
        part = lines[start : start + AT_ONCE]
        verdicts = screen_many([text for _, text, _ in part])
        for (number, text, name), verdict in zip(part, verdicts, strict=True):
            if structures:
                verdict = as_structure(verdict.model_copy(update={"query": text}))
            rows.append(Row(number=number, text=text, name=name, verdict=verdict))
        bar.progress(len(rows) / len(lines), text=f"{len(rows):,} of {len(lines):,}")
    bar.empty()
    return rows


def _draw(rows: list[Row]) -> None:
    counts = Counter(row.verdict.decision for row in rows)
    with st.container(horizontal=True, key="screen-counts"):
        for decision, word in _WORDS.items():
            st.metric(word, f"{counts[decision]:,}", border=True)
    order = {Decision.BLOCK: 0, Decision.WARN: 1, Decision.ALLOW: 2}
    rows = sorted(rows, key=lambda row: (order[row.verdict.decision], row.number))
    cells = [line for row in rows for line in row.cells()]
    words = {decision.value: word for decision, word in _WORDS.items()}
    table(HEADS, [(*line[:2], words[line[2]], *line[3:]) for line in cells[:SHOWN]])
    if len(cells) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(cells):,} rows, listed ones first.")
    st.download_button(
        "Download as CSV", as_csv(cells), file_name="screening.csv", mime="text/csv",
        icon=":material/download:", on_click="ignore", key="screen-csv",
    )  # fmt: skip
    st.caption(
        f"{plural(len(rows), 'line')} screened. This is no legal advice: your country's own lists"
        " decide, and what is on no list here may be on another."
    )


def file_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Number, SMILES and name of each line that is not blank."""
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.replace(",", " ").replace("\t", " ").split(maxsplit=1)
        if parts and not (number == 1 and parts[0].lower() in ("smiles", "smi")):
            yield number, parts[0], parts[1].strip() if len(parts) > 1 else ""


def as_csv(cells: list[tuple[str, ...]]) -> str:
    """The rows as CSV; a cell that a spreadsheet would take for a formula begins with a quote."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for row in cells:
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
    return text.getvalue()
