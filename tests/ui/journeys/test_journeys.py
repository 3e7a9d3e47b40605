from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.example_library import ROOT
from tests.ui.journeys.browsing import (
    CHROMIUM,
    WAIT_MS,
    Chat,
    ask,
    go,
    serving,
    visiting,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("loopback"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
]

# What a model writes that names a passage and a number that stands in none.
FALSE = (
    '{"sentences": [{"text": "Water lowers the surface area of MOF-5 by 97.31 % within'
    ' 4711 minutes.", "evidence": ["p1"]}], "missing": []}'
)
BAND_GAP = "What is the band gap of MAPbI3?"


def test_a_citation_opens_to_its_quote_its_page_and_its_file(chat: Chat, browser: Any) -> None:
    from playwright.sync_api import expect

    with visiting(browser, chat.address) as page:
        turn = ask(page, BAND_GAP)
        citation = turn.get_by_test_id("stExpander").filter(has_text="Müller2020, page").first
        citation.locator("summary").click()
        shown = citation.get_by_role("img", name="perovskite-gaps.pdf")
        expect(shown).to_be_visible(timeout=WAIT_MS)
        expect(citation.locator("blockquote")).to_contain_text("eV")
        boxed = shown.evaluate(
            """image => { const c = document.createElement('canvas');
            c.width = image.naturalWidth; c.height = image.naturalHeight;
            const pen = c.getContext('2d'); pen.drawImage(image, 0, 0);
            const d = pen.getImageData(0, 0, c.width, c.height).data; let n = 0;
            for (let i = 0; i < d.length; i += 4)
              if (d[i] > 200 && d[i + 1] < 110 && d[i + 2] < 80) n++;
            return n; }"""
        )
        link = citation.get_by_role("link", name="Open the file at page").get_attribute("href")
        reply = page.request.get(f"{chat.address}{link.split('#')[0]}")
        file = reply.body()

    assert boxed > 200  # the page is black on white: red is the frame, here of one short line
    assert link.endswith("#page=1")
    assert reply.headers["content-type"] == "application/pdf"
    assert file.startswith(b"%PDF-")


def test_a_question_is_refused_or_allowed_by_what_it_asks_for(chat: Chat, browser: Any) -> None:
    with visiting(browser, chat.address) as page:
        for request in ("How do I synthesise heroin?", "How can I make OC(=O)CCCO at home?"):
            turn = ask(page, request)
            card = turn.locator(".elute-card.refused").inner_text()
            assert "us-csa" in card
            assert "Schedule I" in card
            assert "21 CFR 1308.11" in card
        said = page.locator("body").inner_text()
        turn = ask(page, "What is known about the pharmacology of heroin?")
        allowed = turn.inner_text()

    for word in ("heroin", "synthesise", "OC(=O)CCCO"):
        assert word not in said
    assert "Not answered" not in allowed
    assert "Regulated" in allowed


def test_a_crystal_turns(chat: Chat, browser: Any) -> None:
    with visiting(browser, chat.address) as page:
        go(page, "Tools")
        choose_tool(page, "View a crystal")
        rutile = ROOT / "examples" / "structures" / "rutile.cif"
        page.locator("input[type=file]").set_input_files(str(rutile))
        canvas = page.frame_locator("iframe").locator("canvas")
        canvas.wait_for()
        page.wait_for_function(
            "() => document.querySelector('iframe').contentDocument"
            ".querySelector('canvas').dataset.turn"
        )
        before = canvas.screenshot()
        canvas.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "() => document.querySelector('iframe').contentDocument"
            ".querySelector('canvas').dataset.turn > 1"
        )
        after = canvas.screenshot()
        caption = page.locator("body").inner_text()

    assert before != after
    assert "TiO2, P4_2/mnm" in caption


def test_a_second_reading_and_a_follow_up_are_a_click_and_a_word_away(
    chat: Chat, browser: Any
) -> None:
    with visiting(browser, chat.address) as page:
        ask(page, "boiling point of acetone")
        page.get_by_role("button", name="Ask the papers instead").click()
        page.locator(".st-key-turn-1 .elute-meta").wait_for()
        papers = page.locator(".st-key-turn-1").inner_text()
        turn = ask(page, "boiling point of ethanol")
        turn = ask(page, "And of acetone?")
        follow_up = turn.inner_text()

    assert "read as literature" in papers
    assert "Understood as: boiling point of acetone" in follow_up
    assert "329.23 K" in follow_up


def test_a_reload_keeps_the_session_and_two_browsers_do_not_mix(chat: Chat, browser: Any) -> None:
    mine, yours = "How does water affect MOF-5?", "Which sulfide conducts lithium best?"
    with visiting(browser, chat.address) as one, visiting(browser, chat.address) as other:
        ask(one, mine)
        ask(other, yours)
        one.reload()
        one.locator(".st-key-turn-0 .elute-meta").wait_for()
        first = one.get_by_test_id("stMain").inner_text()
        second = other.get_by_test_id("stMain").inner_text()

    assert mine in first
    assert yours not in first
    assert yours in second
    assert mine not in second


def test_a_reload_of_any_page_stays_on_it(chat: Chat, browser: Any) -> None:
    with visiting(browser, f"{chat.address}/library") as page:
        for name in ("Library", "Tools", "Screen"):
            go(page, name)
            page.reload()
            page.get_by_role("heading", name=name, exact=True).first.wait_for()
        title = page.title()

    assert "elute" in title


def choose_tool(page: Any, name: str) -> None:
    """Choose a tool by typing its name."""
    box = page.get_by_role("combobox", name="Tool")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name).first.click()
    slug = name.replace(" ", "_").lower() if not name.startswith("View") else "View"
    page.wait_for_function("slug => location.search.includes(slug)", arg=slug)


@pytest.mark.slow
def test_the_first_start_leads_from_nothing_to_a_cited_answer(browser: Any, tmp_path: Path) -> None:
    with serving(tmp_path / "data", ROOT / "examples") as empty:
        with visiting(browser, empty.address) as page:
            page.get_by_text("Begin with your papers.").wait_for()
            page.get_by_role("button", name="Add papers").click()
            paper = ROOT / "examples" / "papers" / "perovskite-gaps.pdf"
            page.locator("input[type=file]").first.set_input_files(str(paper))
            page.get_by_role("button", name="Read them in").click()
            page.get_by_text("Last read: 1 added").wait_for()
            page.get_by_text("Find a paper").wait_for()
            go_ask(page)
            cited = ask(page, BAND_GAP).inner_text()
        said = empty.stop()

    assert "page 1" in cited
    assert "elute chat stopped." in said
    assert "Traceback" not in said


def go_ask(page: Any) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Ask").click()
    page.get_by_text("Ask your papers.").wait_for()


@pytest.mark.slow
def test_three_tools_run_from_their_forms(chat: Chat, browser: Any) -> None:
    with visiting(browser, chat.address) as page:
        go(page, "Tools")
        for name, sign in (
            ("Lookup properties", "329.23 K"),
            ("Describe molecule", "180.159 g/mol"),
            ("Balance equation", "2 Fe2O3"),
        ):
            choose_tool(page, name)
            page.get_by_role("button", name="Run").click()
            page.get_by_text("The call").wait_for()
            page.locator(".st-key-tool-output").get_by_text(sign).first.wait_for()


@pytest.mark.slow
def test_stop_ends_an_answer_at_once(browser: Any, data: Path, tmp_path: Path) -> None:
    from tests.ui.journeys.slow_model import serving_slowly

    with (
        serving_slowly() as model,
        serving(
            data, tmp_path, ELUTE_MODEL__BASE_URL=model, ELUTE_MODEL__NAME="slow",
            ELUTE_MODEL__API_KEY="none",
        ) as running,
        visiting(browser, running.address) as page,
    ):  # fmt: skip
        page.get_by_test_id("stChatInputTextArea").fill(BAND_GAP)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("Stopped.").wait_for()
        again = page.get_by_role("button", name="Ask again").is_enabled()

    assert again


@pytest.mark.slow
def test_a_false_number_of_a_model_is_marked(browser: Any, data: Path, tmp_path: Path) -> None:
    """The model is a server on loopback that writes a number its passage does not hold."""
    from tests.model_server import ModelServer

    with ModelServer([FALSE] * 6) as model:
        environment = {
            "ELUTE_MODEL__BASE_URL": model.url,
            "ELUTE_MODEL__NAME": "liar",
            "ELUTE_MODEL__API_KEY": "none",
        }
        with (
            serving(data, tmp_path, **environment) as running,
            visiting(browser, running.address) as page,
        ):
            said = ask(page, "How does water affect MOF-5?").inner_text()
            where = page.get_by_text("Model liar on this machine").count()

    assert "written by liar" in said
    assert "unsupported" in said
    assert where == 1


@pytest.mark.slow
def test_pictures_of_the_documentation_are_taken(chat: Chat, browser: Any, tmp_path: Path) -> None:
    from tests.ui.journeys.pictures import take_pictures

    taken = take_pictures(browser, chat.address, tmp_path)

    assert {path.name for path in taken} == {
        path.name for path in (ROOT / "docs" / "pictures").glob("*.png")
    }
