"""The one chat model: opening it, saying in a sentence what fails, counting what it costs.

LangChain's ``BaseChatModel`` is the seam; ``ChatOpenAI`` reaches every OpenAI-compatible endpoint
by its URL. Text is sent to that endpoint and nowhere else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from agent.answer import Usage
from agent.deadline import timed_client
from agent.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from openai import OpenAI

    from agent.settings import ModelSettings

DEFAULT_URL: Final = "https://api.openai.com/v1"
NO_STREAM: Final = "nostream"
"""Without this tag LangGraph streams a model's raw tokens before any guard can judge them."""

_NO_KEY = "not-needed"  # local servers ask for none, and the client insists on one
_CONNECT_S = 5.0
_NAMES_SHOWN = 5


def open_chat_model(settings: ModelSettings) -> BaseChatModel | None:
    """The chat model that the settings name, or None where none is configured.

    Where no name is set and the endpoint serves exactly one model, it is that one.

    Raises:
        ModelError: No name is set, and the endpoint cannot be asked or serves several models.
    """
    if not settings.is_configured:
        return None
    name = settings.name or _only_name(settings)
    with speaking_to(settings):
        from langchain_openai import ChatOpenAI
        from openai import Timeout

        url = endpoint(settings)
        # ChatOpenAI sends a limit as "max_completion_tokens" only, which the hosted service wants
        # and smaller servers pass over; those know it by its older name.
        limit: dict[str, Any] = (
            {"max_completion_tokens": settings.max_tokens}
            if url == DEFAULT_URL
            else {"extra_body": {"max_tokens": settings.max_tokens}}
        )
        return ChatOpenAI(
            model=name,
            base_url=url,
            api_key=SecretStr(_key(settings)),
            timeout=Timeout(settings.timeout_s, connect=min(_CONNECT_S, settings.timeout_s)),
            max_retries=settings.max_retries,
            temperature=settings.temperature,
            # A proxy of the environment does not stand between this machine and itself.
            http_client=timed_client(settings.timeout_s, trust_env=not is_local(url)),
            use_responses_api=False,
            tags=[NO_STREAM],
            **limit,
        )


def endpoint(settings: ModelSettings) -> str:
    """The URL that text is sent to."""
    return settings.base_url or DEFAULT_URL


def is_local(base_url: str) -> bool:
    """Whether what is sent there stays on this machine."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def where_text_goes(settings: ModelSettings) -> str | None:
    """A sentence on what leaves this machine, or None where nothing does."""
    if not settings.is_configured or is_local(endpoint(settings)):
        return None
    return f"questions, quotes from the papers and tools' results are sent to {endpoint(settings)}"


@contextmanager
def speaking_to(settings: ModelSettings) -> Iterator[None]:
    """Within it, what goes wrong with the endpoint is a `ModelError` of one plain sentence.

    No trace goes to LangSmith meanwhile, whatever the environment says: it would carry text to
    another host than the endpoint, before the gate has seen it.

    Raises:
        ModelError: The endpoint is missing, refuses, fails or breaks off.
    """
    from langsmith.run_helpers import tracing_context

    try:
        with tracing_context(enabled=False):
            yield
    except Exception as error:
        told = told_error(error, settings)
        if told is None:
            raise
        raise told from error


def told_error(error: BaseException, settings: ModelSettings) -> ModelError | None:
    """What an error of the ``openai`` client means, or None where it is no error of it."""
    import json

    import openai

    where = repr(endpoint(settings))
    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.APITimeoutError) or _by_transport(error, "Timeout"):
        return ModelError(
            f"the model at {where} did not answer within {settings.timeout_s:g} s. Wait for it to"
            " load, or raise ELUTE_MODEL__TIMEOUT_S",
            kind="timeout",
        )
    if _by_transport(error, "Protocol", "ReadError", "CloseError"):
        return _broken_off(where)
    if isinstance(error, openai.APIConnectionError) or _by_transport(error, ""):
        return ModelError(
            f"no model answers at {where}. Start its server, or mend ELUTE_MODEL__BASE_URL",
            kind="unreachable",
        )
    if isinstance(error, openai.APIStatusError):
        return _told_status(error, settings, where)
    if isinstance(error, openai.LengthFinishReasonError):
        return ModelError(
            f"the model's reply was cut after {settings.max_tokens:,} tokens. Raise"
            " ELUTE_MODEL__MAX_TOKENS",
            kind="cut",
        )
    unread = (json.JSONDecodeError, openai.APIResponseValidationError)
    if isinstance(error, unread) or _reading_a_reply(error):
        return ModelError(
            f"what {where} sent is no reply of an OpenAI-compatible model. Check the URL; it often"
            " ends in /v1",
            kind="malformed",
        )
    if isinstance(error, openai.APIError):  # an error event within a stream
        return _broken_off(where)
    if isinstance(error, openai.OpenAIError):
        return ModelError(f"the model at {where} could not be used", kind="server")
    return None


def check_whole(message: AIMessage, settings: ModelSettings) -> None:
    """Go on only with a reply that the endpoint ended itself.

    A connection that closes early can look like the end of a stream; then no reason is given why
    the reply ended.

    Raises:
        ModelError: The reply was cut or broke off.
    """
    reason = message.response_metadata.get("finish_reason")
    if reason == "length":
        raise ModelError(
            f"the model's reply was cut after {settings.max_tokens:,} tokens. Raise"
            " ELUTE_MODEL__MAX_TOKENS",
            kind="cut",
        )
    if reason is None:
        raise _broken_off(repr(endpoint(settings)))


def usage_of(messages: Sequence[AIMessage], settings: ModelSettings) -> Usage:
    """Tokens and cost of these replies.

    Where the endpoint does not count them, four characters of what was written count as one token
    and what was read as none.
    """
    tokens_in = tokens_out = 0
    for message in messages:
        counted = message.usage_metadata
        tokens_in += counted["input_tokens"] if counted else 0
        tokens_out += counted["output_tokens"] if counted else len(str(message.content)) // 4
    return Usage(
        calls=len(messages),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=settings.cost(tokens_in, tokens_out),
    )


def _broken_off(where: str) -> ModelError:
    return ModelError(
        f"the model at {where} broke off in the middle of its reply. Ask again",
        kind="broken_off",
    )


def _told_status(error: Exception, settings: ModelSettings, where: str) -> ModelError:
    """A status that is no success, in a sentence; the endpoint's own words may hold secrets."""
    status = int(getattr(error, "status_code", 0))
    if status in (401, 403):
        given = "the key" if settings.api_key else "a request without a key"
        return ModelError(
            f"{where} refuses {given}. Set ELUTE_MODEL__API_KEY or OPENAI_API_KEY to a valid one",
            kind="key",
        )
    if status == 404:
        return ModelError(
            f"{where} knows no model {settings.name!r}, or is no model's address. Check"
            " ELUTE_MODEL__NAME, and that the URL ends as the server says, often in /v1",
            kind="not_found",
        )
    if status == 429:
        return ModelError(
            f"{where} takes no more requests for now: a rate limit or a quota is used up. Wait a"
            " minute, or look at the account",
            kind="rate",
        )
    if status >= 500:
        return ModelError(f"the server at {where} failed (status {status})", kind="server")
    return ModelError(
        f"{where} did not accept the request (status {status}). The text may be too long for the"
        " model, or the model may know no tools",
        kind="request",
    )


def _by_transport(error: BaseException | None, *kinds: str) -> bool:
    """Whether the HTTP client raised it, or what it was raised from.

    Newer openai clients bring another one (httpx2) than older.
    """
    while error is not None:
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2"):
            return any(kind in type(error).__name__ for kind in kinds)
        error = error.__cause__
    return False


_READERS = ("langchain_core.language_models", "langchain_openai", "openai")


def _reading_a_reply(error: BaseException) -> bool:
    """Whether a client fell over the form of a reply, which it does with whatever error."""
    read_wrong = LookupError | TypeError | AttributeError | ValueError | AssertionError
    if not isinstance(error, read_wrong):
        return False
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    module = frame.tb_frame.f_globals.get("__name__", "") if frame is not None else ""
    return str(module).startswith(_READERS)


def _key(settings: ModelSettings) -> str:
    return settings.api_key.get_secret_value() if settings.api_key else _NO_KEY


def _client(settings: ModelSettings) -> OpenAI:
    from openai import OpenAI

    url = endpoint(settings)
    timeout = min(settings.timeout_s, 2 * _CONNECT_S)
    return OpenAI(
        base_url=url,
        api_key=_key(settings),
        timeout=timeout,
        max_retries=settings.max_retries,
        http_client=timed_client(timeout, trust_env=not is_local(url)),
    )


def _only_name(settings: ModelSettings) -> str:
    """The name of the one model that is served.

    Raises:
        ModelError: The endpoint cannot be asked, or serves none or several.
    """
    with speaking_to(settings), _client(settings) as client:
        names = sorted({model.id for model in client.models.list().data or ()})
    if len(names) == 1:
        return names[0]
    shown = ", ".join(map(repr, names[:_NAMES_SHOWN])) + (
        ", ..." if len(names) > _NAMES_SHOWN else ""
    )
    raise ModelError(
        f"{endpoint(settings)!r} serves {len(names)} models{': ' + shown if names else ''}. Name"
        " one with ELUTE_MODEL__NAME",
        kind="unnamed",
    )
