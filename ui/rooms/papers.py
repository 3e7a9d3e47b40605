"""The library's page: papers in, how far they are, a table of them, and out again."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import streamlit as st

from ingest.paper import Paper
from ingest.stored import FileState, FileStatus
from ui.exits import DoorError, explain
from ui.render import plural, verbatim_markdown
from ui.rooms.export import draw_bibliography
from ui.rooms.folders import folders, papers_under
from ui.rooms.house import House, open_house
from ui.rooms.intake import KINDS, MAX_UPLOAD_MB, Batch, UploadRefused
from ui.rooms.markup import shown

FILES_AT_ONCE = 50
_STATES = {
    "queued": ":material/schedule:", "reading": ":material/hourglass_top:",
    "embedding": ":material/hourglass_bottom:", "failed": ":material/error:",
}  # fmt: skip


def page() -> None:
    """Draw the page."""
    house = open_house()
    papers = list(house.library.papers())
    st.title("Library")
    pages = sum(paper.page_count for paper in papers)
    st.html(
        f'<p class="elute-soft">{shown(house.name)} · {plural(len(papers), "paper")} · '
        f"{plural(pages, 'page')}. Files stay where they are; uploads are kept beside the"
        " library.</p>"
    )
    _draw_adding(house, empty=not papers)
    draw_progress(house, house.library.catalog.generation())
    failed = [
        (path, state)
        for path, state in sorted(house.library.catalog.files().items())
        if state.status is FileStatus.FAILED
    ]
    if failed:
        _draw_failed(house, failed)
    if papers:
        _draw_papers(house, papers)


def _draw_adding(house: House, *, empty: bool) -> None:
    with st.expander("Add papers", expanded=empty, icon=":material/add:", key="adding"):
        upload, folder = st.tabs(["Upload files", "Read a folder"])
        with upload:
            _draw_upload(house)
        with folder:
            _draw_folder(house)


def _draw_upload(house: House) -> None:
    number = st.session_state.setdefault("upload-number", 0)
    given = st.file_uploader(
        "PDF, text, Markdown or HTML files",
        type=list(KINDS),
        accept_multiple_files=True,
        max_upload_size=MAX_UPLOAD_MB,
        key=f"upload-{number}",
    )
    if given and st.button("Read them in", type="primary", key="read-uploads"):
        kept, refused = [], []
        for file in given[:FILES_AT_ONCE]:
            try:
                kept.append(house.intake.keep(file.name, file.getvalue()))
            except (UploadRefused, OSError) as error:
                refused.append(
                    str(error) if isinstance(error, UploadRefused) else explain(error)[0]
                )
        if len(given) > FILES_AT_ONCE:
            refused.append(
                f"At most {FILES_AT_ONCE} files are taken at once; upload the rest next."
            )
        st.session_state["refused-uploads"] = refused
        if kept:
            house.intake.add(kept)
        st.session_state["upload-number"] = number + 1  # an empty uploader
        st.rerun()
    for sentence in st.session_state.pop("refused-uploads", []):
        st.warning(verbatim_markdown(sentence))


def _draw_folder(house: House) -> None:
    """Walk down from the allowed folder, and read in the one that was reached."""
    here: list[str] = st.session_state.setdefault("folder", [])
    relative = "/".join(here)
    try:
        below = folders(house.papers_root, relative)
        found = papers_under(house.papers_root, relative)
    except DoorError as error:
        st.warning(verbatim_markdown(str(error)))
        st.session_state["folder"] = []
        return
    trail = " / ".join([house.papers_root.name or str(house.papers_root), *here])
    st.html(
        f'<p class="elute-soft">In <strong>{shown(trail)}</strong>: '
        f"{plural(len(found), 'file')} to read, subfolders included.</p>"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Go into", below, index=None, key=f"into-{relative}", disabled=not below,
            placeholder="a subfolder" if below else "no subfolders",
        )  # fmt: skip
        if here and st.button("Back", icon=":material/arrow_upward:", key="folder-up"):
            here.pop()
            st.rerun()
    if chosen is not None and chosen in below:
        here.append(chosen)
        st.rerun()
    if st.button(
        f"Read in {plural(len(found), 'file')}", type="primary", key="read-folder",
        disabled=not found,
    ):  # fmt: skip
        house.intake.add(found)
        st.rerun()
    st.caption(
        "Only this folder and those in it can be chosen; elute chat --papers DIR names another."
    )


def draw_progress(house: House, generation: int) -> None:
    """How far the files are; looks again by itself, and draws the page anew when papers came."""
    busy = house.intake.is_working
    every = 0.7 if busy else 5.0

    @st.fragment(run_every=every)
    def watch() -> None:
        with st.container(key="intake", gap="xsmall"):  # in it, so that nothing below moves
            batch = house.intake.last
            if batch is not None:
                _draw_batch(batch)
        if house.library.catalog.generation() != generation or busy != house.intake.is_working:
            st.rerun()

    with st.container():
        watch()


def _draw_batch(batch: Batch) -> None:
    files = list(batch.files.values())
    done = sum(file.done == 1.0 for file in files)
    if not batch.ended:
        share = sum(file.done for file in files) / max(1, len(files))
        st.progress(min(1.0, share), text=f"{done} of {plural(len(files), 'file')} read")
    if batch.message:
        st.caption(verbatim_markdown(batch.message))
    shown_files = files if not batch.ended else [file for file in files if file.state == "failed"]
    for file in shown_files[:12]:
        icon = _STATES.get(file.state, ":material/check:")
        far = f" {file.done:.0%}" if file.state == "embedding" else ""
        st.caption(f"{icon} " + verbatim_markdown(f"{file.name}: {file.state}{far}"))
    if batch.ended and files:
        counts: dict[str, int] = {}
        for file in files:
            counts[file.state] = counts.get(file.state, 0) + 1
        told = ", ".join(f"{count} {state}" for state, count in counts.items())
        st.caption(f"Last read: {told}.")


def _draw_failed(house: House, failed: list[tuple[str, FileState]]) -> None:
    with st.container(border=True, key="failed-files"):
        st.markdown(f"**{plural(len(failed), 'file')} could not be read**")
        for path, state in failed[:20]:
            name = PurePath(path.replace("\\", "/")).name
            st.html(
                f'<p style="margin:0">{shown(name)}</p>'
                f'<p class="elute-soft">{shown(state.message or state.code or "")}</p>'
            )
        if st.button("Try them again", icon=":material/refresh:", key="retry"):
            from ingest.scanning import place_path

            house.intake.add([place_path(path) for path, _ in failed], retry=True)
            st.rerun()


def _draw_papers(house: House, papers: list[Paper]) -> None:
    wanted = st.text_input(
        "Find a paper", key="find-paper", live=True, placeholder="author, title, year or key",
        icon=":material/search:", max_chars=200,
    )  # fmt: skip
    found = [paper for paper in papers if matches(paper, wanted or "")]
    if not found:
        st.caption("No paper has these words in its key, title, authors or year.")
        return
    rows = [
        {
            "Key": paper.key,
            "Title": paper.title or "(no title found)",
            "Authors": ", ".join(paper.authors),
            "Year": str(paper.year or ""),
            "Pages": paper.page_count,
            "State": "searchable",
            "File": paper.file,
        }
        for paper in found
    ]
    state: Any = st.dataframe(
        rows, hide_index=True, on_select="rerun", selection_mode="multi-row", key="papers-table",
        height=min(560, 38 + 35 * len(rows)), alt="The library's papers",
        column_config={"Title": st.column_config.TextColumn(width="large"),
                       "Pages": st.column_config.NumberColumn(width="small")},
    )  # fmt: skip
    chosen = [found[row] for row in state["selection"]["rows"] if row < len(found)]
    with st.container(horizontal=True):
        if st.button(
            "Ask only these", icon=":material/filter_alt:", disabled=not chosen, key="ask-these"
        ):
            st.session_state["scope"] = [paper.paper_id for paper in chosen]
            st.switch_page(st.session_state["ask-page"])
        if st.button("Remove", icon=":material/delete:", disabled=not chosen, key="remove-papers"):
            _remove(house, chosen)
        with st.popover("Export", icon=":material/download:"):
            st.caption("The chosen papers" if chosen else "All papers that are shown")
            draw_bibliography(chosen or found, "library")
        removed = st.session_state.get("removed", [])
        if removed and st.button("Undo remove", icon=":material/undo:", key="undo-remove"):
            for paper_id in removed:
                house.library.restore(paper_id)
            st.session_state["removed"] = []
            st.rerun()
    if not chosen:
        st.caption("Choose papers in the table's first column to ask only them or to remove them.")


def _remove(house: House, chosen: list[Paper]) -> None:
    done = []
    try:
        for paper in chosen:
            house.library.remove(paper.paper_id)
            done.append(paper.paper_id)
    except Exception as error:
        st.session_state["trouble"] = explain(error)[0]
    st.session_state["removed"] = done
    st.toast(f"Removed {plural(len(done), 'paper')}. The files stay where they are.")
    st.rerun()


def matches(paper: Paper, words: str) -> bool:
    """Whether every word stands in the paper's key, title, authors, year or file."""
    from ingest.keys import fold_key

    text = " ".join(
        map(str, (paper.key, paper.title, *paper.authors, paper.year, paper.file))
    ).casefold()
    return all(
        word in text or fold_key(word) in fold_key(text) for word in words.casefold().split()
    )
