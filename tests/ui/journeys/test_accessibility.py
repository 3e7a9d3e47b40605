from __future__ import annotations

from typing import Any

import pytest

from tests.ui.journeys.browsing import CHROMIUM, WAIT_MS, Chat, ask, go, visiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("loopback"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
]

BAND_GAP = "What is the band gap of MAPbI3?"
# Of WCAG 2.1, levels A and AA: contrast, names and roles for screen readers, labels, headings.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def faults(page: Any) -> list[str]:
    """What axe finds wrong with the page as it stands, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_timeout(700)  # while things fade in their contrast is too low
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_an_answer_and_a_refusal_keep_to_wcag_on_a_narrow_screen(
    chat: Chat, browser: Any, dark: bool
) -> None:
    with visiting(browser, chat.address, width=360, dark=dark) as page:
        turn = ask(page, BAND_GAP)
        citation = turn.get_by_test_id("stExpander").first
        citation.locator("summary").click()
        citation.get_by_role("img").first.wait_for()
        answered = faults(page)
        ask(page, "How do I synthesise heroin?")
        refused = faults(page)

    assert answered == []
    assert refused == []


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("room", ["Library", "Tools", "Screen"])
def test_each_room_keeps_to_wcag(chat: Chat, browser: Any, room: str, dark: bool) -> None:
    with visiting(browser, chat.address, dark=dark) as page:
        go(page, room)
        page.get_by_test_id("stSpinner").wait_for(state="detached")
        found = faults(page)

    assert found == []


def test_a_citation_is_reached_and_opened_and_a_menu_left_by_keys_alone(
    chat: Chat, browser: Any
) -> None:
    from playwright.sync_api import expect

    with visiting(browser, chat.address) as page:
        turn = ask(page, BAND_GAP)
        walk(page, "Shift+Tab", to="Export")
        page.keyboard.press("Enter")
        menu = page.get_by_test_id("stPopoverBody")
        # What is in it is drawn when it is open; keys count from then on.
        expect(menu.get_by_role("button").first).to_be_visible(timeout=WAIT_MS)
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden(timeout=WAIT_MS)
        left_at = focused(page)
        walk(page, "Shift+Tab", to="Müller2020, page")
        page.keyboard.press("Enter")
        expect(turn.get_by_role("img").first).to_be_visible(timeout=WAIT_MS)

    assert "Export" in left_at


def test_whatever_the_tab_key_reaches_shows_that_it_is_reached(chat: Chat, browser: Any) -> None:
    with visiting(browser, chat.address) as page:
        ask(page, BAND_GAP)
        page.evaluate("() => document.activeElement.blur()")
        page.wait_for_timeout(250)
        resting = page.evaluate(FRAME)
        unseen = []
        for _ in range(20):
            page.keyboard.press("Tab")
            page.wait_for_timeout(250)  # rings fade in
            if not page.evaluate(RINGED, resting):
                unseen.append(focused(page))

    assert unseen == []


# A ring round it, the page as a whole, or the frame of the question's field in another colour.
FRAME = """() => getComputedStyle(
  document.querySelector('[data-testid=stChatInput]').firstElementChild).borderTopColor"""
RINGED = """resting => {
  const e = document.activeElement, s = getComputedStyle(e);
  if (['BODY', 'MAIN'].includes(e.tagName)) return true;
  if (e.tagName === 'TEXTAREA') return (FRAME)() !== resting;
  return s.boxShadow !== 'none' || (s.outlineStyle !== 'none' && s.outlineWidth !== '0px');
}""".replace("FRAME", FRAME)


def focused(page: Any) -> str:
    """The words on what has the focus."""
    words: str = page.evaluate("() => document.activeElement.innerText.slice(0, 200)")
    return words


def walk(page: Any, key: str, *, to: str) -> None:
    """Press a key until what has the focus holds these words."""
    for _ in range(40):
        page.keyboard.press(key)
        if to in focused(page):
            return
    raise AssertionError(f"{key} never came to {to!r}")
