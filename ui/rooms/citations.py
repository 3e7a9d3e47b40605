"""Citations that open: the quote, the paper, the picture of the page, the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from agent.answer import reference_line
from agent.settings import Settings
from ingest.citation import Citation
from ingest.paper import Paper
from ui.paper_files import file_of, page_address
from ui.render import one_line, verbatim_markdown
from ui.rooms.markup import shown

LABEL_CHARS = 74


@st.cache_data(show_spinner="Drawing the page ...", max_entries=48)
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


@st.fragment
def draw_citations(
    cited: Sequence[Citation], key: str, papers: dict[str, Paper], library: str
) -> None:
    """Each citation closed, with the beginning of its quote; open, all that stands behind it."""
    with st.container(gap="xsmall"):
        for number, citation in enumerate(cited, start=1):
            begin = one_line(citation.quote, LABEL_CHARS)
            label = verbatim_markdown(f"{citation.key}, page {citation.page}: {begin}")
            with st.expander(
                label,
                key=f"citation-{key}-{number}",
                on_change="rerun",
                icon=":material/format_quote:",
            ) as opened:
                if opened.open:
                    draw_citation(
                        citation, papers.get(citation.paper_id), f"{key}-{number}", library
                    )


def draw_citation(citation: Citation, paper: Paper | None, key: str, library: str) -> None:
    """The quote, where it stands, what can be done with it, and the page with the quote boxed."""
    st.html(
        f'<blockquote class="elute-quote">{shown(one_line(citation.quote))}</blockquote>'
        + _facts(citation, paper)
    )
    path = file_of(paper) if paper else None
    with st.container(horizontal=True, gap="small"):
        if paper is not None and path is not None:
            address = page_address(library, paper, citation.page)
            if address is not None:
                st.link_button(
                    f"Open the file at page {citation.page}"
                    if path.suffix.lower() == ".pdf"
                    else "Open the file",
                    address,
                    icon=":material/open_in_new:",
                )
        with st.popover("Copy", icon=":material/content_copy:"):
            st.caption("The quote with its citation")
            st.code(f"“{one_line(citation.quote)}” {citation}", language=None, wrap_lines=True)
            if paper is not None:
                st.caption("The reference")
                st.code(reference_line(paper), language=None, wrap_lines=True)
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
    with st.container(key=f"page-{key}", border=True):
        st.image(
            picture,
            width="stretch",
            alt=f"Page {citation.page} of {citation.file}, the quote boxed",
        )


def draw_references(papers: Sequence[Paper]) -> None:
    """The References list."""
    items = "".join(f"<li>{shown(reference_line(paper))}</li>" for paper in papers)
    st.html(f'<ol class="elute-soft" style="padding-left:1.2rem">{items}</ol>')


def _facts(citation: Citation, paper: Paper | None) -> str:
    printed = citation.printed_page
    page = f"{citation.page}" + (
        f" (printed {printed})" if printed and printed != str(citation.page) else ""
    )
    facts = {"Title": paper.title if paper else None}
    if paper:
        facts["Authors"] = ", ".join(paper.authors)
        facts["Year"] = str(paper.year) if paper.year else None
        facts["Journal"] = paper.journal
        facts["DOI"] = paper.doi
    facts |= {"Page": page, "File": citation.file, "Key": citation.key}
    rows = "".join(f"<dt>{name}</dt><dd>{shown(text)}</dd>" for name, text in facts.items() if text)
    return f'<dl class="elute-facts">{rows}</dl>'
