"""The chat in a browser, over the same Session as the command line. `elute chat` serves it.

This is the hall: it opens the house, draws the side and leads to the page that is wanted. Each page
is a room of `ui/rooms`.
"""

from __future__ import annotations

import streamlit as st

from ui.rooms import asking, papers, screens, sidebar, style, toolbench
from ui.rooms.house import open_house

WIDE = ("library", "screen")


def main() -> None:
    """Draw the page that the address names, for one visitor."""
    st.set_page_config(page_title="elute", page_icon=style.icon(), layout="centered")
    style.apply()
    st.logo(style.wordmark(), size="large", link=None)
    pages = {
        "ask-page": st.Page(asking.page, title="Ask", icon=":material/forum:", url_path="ask",
                            default=True),
        "library-page": st.Page(papers.page, title="Library", icon=":material/menu_book:",
                                url_path="library"),
        "tools-page": st.Page(toolbench.page, title="Tools", icon=":material/science:",
                              url_path="tools"),
        "screen-page": st.Page(screens.page, title="Screen", icon=":material/verified_user:",
                               url_path="screen"),
    }  # fmt: skip
    st.session_state.update(pages)
    chosen = st.navigation(list(pages.values()))
    if chosen.url_path in WIDE:
        st.set_page_config(layout="wide")
    try:
        sidebar.draw_sidebar(open_house())
    except Exception as error:  # a front door
        asking.tell_trouble(error)
        st.stop()
    chosen.run()


main()
