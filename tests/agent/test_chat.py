"""The one chat model: how it is opened, and what is said when it fails."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from agent.chat import (
    check_whole,
    is_local,
    open_chat_model,
    speaking_to,
    usage_of,
    where_text_goes,
)
from agent.errors import ModelError
from agent.settings import ModelSettings
from tests.model_server import (
    BreaksOff,
    Cut,
    Drips,
    Fails,
    Hangs,
    ModelServer,
    Raw,
    Structured,
    calls,
)

pytestmark = pytest.mark.usefixtures("loopback")


def say(server: ModelServer, text: str = "hello", **changed: Any) -> Any:
    settings = server.settings(**changed)
    model = open_chat_model(settings)
    assert model is not None
    with speaking_to(settings):
        return model.invoke(text)


def whole_reply(model: Any, settings: ModelSettings, *, streamed: bool) -> Any:
    with speaking_to(settings):
        if streamed:
            first, *others = model.stream("hello")
            whole = sum(others, first)
        else:
            whole = model.invoke("hello")
        check_whole(whole, settings)
    return whole


def test_without_an_endpoint_or_a_key_there_is_no_model() -> None:
    assert open_chat_model(ModelSettings()) is None


def test_a_reply_comes_with_its_tokens_and_their_price() -> None:
    with ModelServer(["good day"]) as server:
        message = say(server)
        used = usage_of([message], server.settings(price_in=1e6, price_out=0))

    assert message.content == "good day"
    assert used.calls == 1
    assert used.tokens_in > 0
    assert used.cost == pytest.approx(used.tokens_in)
    assert server.headers[0]["authorization"] == "Bearer key-of-the-test"
    assert server.requests[0]["max_tokens"] == 1_500


def test_the_model_without_a_name_is_the_one_that_is_served() -> None:
    with ModelServer(["yes"], models=["only-one"]) as server:
        say(server, name=None)

    assert server.requests[0]["model"] == "only-one"


@pytest.mark.parametrize("served", [(), ("a", "b")])
def test_a_name_is_asked_for_where_none_or_several_models_are_served(
    served: tuple[str, ...],
) -> None:
    with ModelServer(models=served) as server, pytest.raises(ModelError) as caught:
        open_chat_model(server.settings(name=None))

    assert caught.value.kind == "unnamed"
    assert "ELUTE_MODEL__NAME" in str(caught.value)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("step", "kind", "said"),
    [
        (Fails(401), "key", "ELUTE_MODEL__API_KEY"),
        (Fails(403), "key", "refuses the key"),
        (Fails(404), "not_found", "ELUTE_MODEL__NAME"),
        (Fails(400), "request", "status 400"),
        (Fails(429), "rate", "rate limit"),
        (Fails(500), "server", "status 500"),
        (Fails(503), "server", "status 503"),
        (BreaksOff("half of a sen"), "broken_off", "broke off"),
        (BreaksOff("half of a sen", quietly=True), "broken_off", "broke off"),
        (Cut("as far as it goes"), "cut", "ELUTE_MODEL__MAX_TOKENS"),
    ],
)
def test_what_fails_is_said_in_one_sentence_without_the_key_or_the_servers_words(
    step: Any, kind: str, said: str, streamed: bool
) -> None:
    with ModelServer([step]) as server:
        settings = server.settings()
        model = open_chat_model(settings)
        assert model is not None
        with pytest.raises(ModelError) as caught:
            whole_reply(model, settings, streamed=streamed)

    assert caught.value.kind == kind
    assert said in str(caught.value)
    assert "key-of-the-test" not in str(caught.value)
    assert "scripted" not in str(caught.value).replace("'scripted'", "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{", b"<html>not found</html>", b"[]", b'{"choices": []}'])
def test_a_body_that_is_no_reply_is_said_to_be_none(body: bytes) -> None:
    with ModelServer([Raw(body)]) as server, pytest.raises(ModelError) as caught:
        say(server)

    assert caught.value.kind == "malformed"


def test_a_model_that_does_not_answer_in_time_is_given_up() -> None:
    with ModelServer([Hangs()]) as server, pytest.raises(ModelError) as caught:
        say(server, timeout_s=0.2)

    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("reply", [Drips(), Drips(head=True)], ids=["body", "head"])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_reply_that_comes_byte_by_byte_is_given_up_in_time(reply: Drips, streamed: bool) -> None:
    with ModelServer([reply]) as server:
        settings = server.settings(timeout_s=0.4)
        model = open_chat_model(settings)
        assert model is not None
        with pytest.raises(ModelError) as caught:
            whole_reply(model, settings, streamed=streamed)

    assert caught.value.kind == "timeout"
    assert "did not answer within 0.4 s" in str(caught.value)


def test_a_server_that_is_not_there_is_said_to_be_missing() -> None:
    with ModelServer() as server:
        settings = server.settings()
    model = open_chat_model(settings)
    assert model is not None

    with pytest.raises(ModelError) as caught, speaking_to(settings):
        model.invoke("hello")

    assert caught.value.kind == "unreachable"


def test_an_error_of_our_own_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), speaking_to(ModelSettings()):
        raise ZeroDivisionError


def test_a_request_that_may_succeed_later_is_sent_again_and_a_refused_key_is_not() -> None:
    with ModelServer([Fails(500), "at last"]) as server:
        assert say(server, max_retries=1).content == "at last"
    with ModelServer([Fails(401), "never"]) as server:
        with pytest.raises(ModelError):
            say(server, max_retries=1)
        assert len(server.requests) == 1


def test_tool_calls_and_structured_replies_come_through_the_real_client() -> None:
    from pydantic import BaseModel

    class Pair(BaseModel):
        """Two numbers."""

        first: int
        second: int

    with ModelServer(
        [calls(("Pair", {"first": 1, "second": 2})), *[Structured({"first": 3, "second": 4})] * 2]
    ) as server:
        settings = server.settings()
        model = open_chat_model(settings)
        assert model is not None
        called: Any = model.bind_tools([Pair]).invoke("go")
        by_schema = model.with_structured_output(Pair, method="json_schema").invoke("go")
        by_tool = model.with_structured_output(Pair, method="function_calling").invoke("go")

    assert called.tool_calls[0]["args"] == {"first": 1, "second": 2}
    assert by_schema == by_tool == Pair(first=3, second=4)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost:11434/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://192.168.1.5:8000/v1", False),
        ("https://example.org/v1", False),
        ("https://localhost.example.org/v1", False),
    ],
)
def test_only_what_stays_on_this_machine_is_local(url: str, local: bool) -> None:
    settings = ModelSettings(base_url=url)

    assert is_local(url) is local
    assert (where_text_goes(settings) is None) is local


def test_a_key_alone_sends_text_to_the_default_service_and_says_so() -> None:
    said = where_text_goes(ModelSettings(api_key=SecretStr("k")))

    assert said is not None
    assert "api.openai.com" in said


def test_no_trace_is_sent_elsewhere_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from langsmith import utils

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    utils.get_env_var.cache_clear()
    try:
        with speaking_to(ModelSettings()):
            assert not utils.tracing_is_enabled()
    finally:
        monkeypatch.undo()
        utils.get_env_var.cache_clear()
