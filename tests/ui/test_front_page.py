from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui.front_page import front_page, routes
from ui.rooms import PAGES

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.mark.parametrize("place", ["", *PAGES])
def test_each_page_is_served_with_the_address_of_its_server(place: str) -> None:
    reply = TestClient(Starlette(routes=routes())).get(f"/{place}")

    head = reply.text.split("</head>")[0]
    assert reply.status_code == 200
    assert "BACKEND_BASE_URL: location.origin" in head.split('type="module"')[0]
    assert "<title>elute</title>" in head
    assert "stylesheet" in head or "modulepreload" in head  # all of Streamlit's own is there


def test_the_first_page_names_no_other_host() -> None:
    assert "https://" not in front_page().split("-->", 1)[1]


def test_a_shared_chat_marks_each_browser_once_and_out_of_reach_of_scripts() -> None:
    alone = TestClient(Starlette(routes=routes()))
    shared = Starlette(routes=routes(mark_visitors=True))
    one, other = TestClient(shared), TestClient(shared)

    marks = [client.get("/").headers.get("set-cookie") for client in (alone, one, other, one)]

    assert marks[0] is None
    assert marks[3] is None
    assert marks[1] != marks[2]
    assert "HttpOnly" in str(marks[1])
    assert "samesite=strict" in str(marks[1]).lower()
