"""A scripted OpenAI-compatible server on loopback, so that the real clients run offline.

    with ModelServer([calls(("convert_units", {...})), "5 eV is 482 kJ/mol."]) as server:
        model = open_chat_model(server.settings())

Each request takes the next step of the script. `server.requests` holds what was asked.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from agent.settings import ModelSettings

LONGEST_WAIT_S = 20.0
DRIP_S = 0.05


@dataclass(frozen=True)
class Calls:
    """A reply that calls tools; arguments given as a string are sent as they are."""

    calls: tuple[tuple[str, Any], ...]
    text: str | None = None


def calls(*made: tuple[str, Any], text: str | None = None) -> Calls:
    """A reply that calls these tools."""
    return Calls(made, text)


@dataclass(frozen=True)
class Structured:
    """An object in the form that the request asks for: as JSON text, or as a tool's arguments."""

    value: Any


@dataclass(frozen=True)
class Fails:
    """A status that is no success."""

    status: int
    message: str = "scripted"


@dataclass(frozen=True)
class Hangs:
    """Nothing comes until the client goes away or the server closes."""


@dataclass(frozen=True)
class BreaksOff:
    """A part of a reply, then the connection ends; ``quietly`` as if all had been said."""

    text: str
    quietly: bool = False


@dataclass(frozen=True)
class Endless:
    """The same piece of text again and again, until the client goes away."""

    piece: str
    first: str = ""


@dataclass(frozen=True)
class Drips:
    """A byte now and then, until the client goes away: of the reply's head, or of its body."""

    head: bool = False


@dataclass(frozen=True)
class Raw:
    """These bytes as the body, with status 200."""

    body: bytes


@dataclass(frozen=True)
class Cut:
    """A reply that reached the largest number of tokens."""

    text: str


Reply = str | Calls | Structured | Fails | Hangs | BreaksOff | Endless | Drips | Raw | Cut
Step = Reply | Callable[[dict[str, Any]], Reply]


class ModelServer(ThreadingHTTPServer):
    """Plays a script to whoever asks for a completion.

    Args:
        script: A step for each request; a callable is given the request and returns a step.
        then: The step for all requests after the script; without it they get a status 400, and
            ``overrun`` counts them.
        models: Names that ``/models`` lists.
        counts_tokens: Whether replies tell how many tokens were used.
    """

    daemon_threads = True

    def __init__(
        self,
        script: Sequence[Step] = (),
        *,
        then: Step | None = None,
        models: Sequence[str] = ("scripted",),
        counts_tokens: bool = True,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.then = then
        self.models = tuple(models)
        self.counts_tokens = counts_tokens
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []  # of the requests, names in lower case
        self.overrun = 0
        self.closing = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """What a client is given as ``base_url``."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def settings(self, **changed: Any) -> ModelSettings:
        """Settings of the one chat model that name this server."""
        given = {
            "name": self.models[0] if self.models else None,
            "base_url": self.url,
            "api_key": SecretStr("key-of-the-test"),
            "timeout_s": 30.0,  # a busy machine is no silent model
            "max_retries": 0,
            **changed,
        }
        return ModelSettings(**given)

    def next_reply(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        """The reply to this request."""
        with self._turn:
            self.requests.append(body)
            self.headers.append(headers)
            step: Step
            if self.script:
                step = self.script.pop(0)
            elif self.then is not None:
                step = self.then
            else:
                self.overrun += 1
                step = Fails(400, "the script has no step left")
        return step(body) if callable(step) else step

    def texts(self) -> list[str]:
        """All that was sent to the model, a JSON text a request."""
        return [json.dumps(body, ensure_ascii=False) for body in self.requests]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving; whoever still waits is let go."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault here."""


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.rstrip("/").endswith("/models"):
            data = [{"id": name, "object": "model"} for name in self.server.models]
            self._send_json(200, {"object": "list", "data": data})
        else:
            self._send_json(404, _error("no such page"))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.next_reply(body, {k.lower(): v for k, v in self.headers.items()})
        if isinstance(reply, Structured):
            reply = _structured(reply.value, body)
        if isinstance(reply, Fails):
            self._send_json(reply.status, _error(reply.message))
        elif isinstance(reply, Hangs):
            self.server.closing.wait(LONGEST_WAIT_S)
            self.close_connection = True
        elif isinstance(reply, Endless):
            self._stream_endlessly(reply)
        elif isinstance(reply, Drips):
            self._drip(reply, streamed=bool(body.get("stream")))
        elif isinstance(reply, Raw):
            self._send(200, "application/json", reply.body)
        elif body.get("stream"):
            self._stream(reply)
        elif isinstance(reply, BreaksOff):
            whole = json.dumps(self._completion(body, reply.text)).encode()
            self._send(200, "application/json", whole[: len(whole) // 2], claimed=len(whole))
        else:
            self._send_json(200, self._completion(body, reply))

    def _stream_endlessly(self, reply: Endless) -> None:
        self._begin_stream()
        ends = time.monotonic() + LONGEST_WAIT_S
        text = reply.first
        while time.monotonic() < ends and not self.server.closing.is_set():
            self._event({"content": text}, None)
            text = reply.piece
        self.close_connection = True

    def _drip(self, reply: Drips, *, streamed: bool) -> None:
        if reply.head:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Waits: ")
        elif streamed:
            self._begin_stream()
        else:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "1000000")
            self.end_headers()
        ends = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < ends and not self.server.closing.wait(DRIP_S):
            if reply.head or not streamed:
                self.wfile.write(b" ")
                self.wfile.flush()
            else:
                self._chunk(b": still here\n\n")  # a comment, of which a reader sees nothing
        self.close_connection = True

    def _completion(self, body: dict[str, Any], reply: str | Calls | Cut) -> dict[str, Any]:
        message, reason = _message(reply)
        made = {
            "id": "reply",
            "object": "chat.completion",
            "created": 0,
            "model": body.get("model", "scripted"),
            "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        }
        return {**made, "usage": _usage(body, message)} if self.server.counts_tokens else made

    def _stream(self, reply: str | Calls | Cut | BreaksOff) -> None:
        self._begin_stream()
        broken = isinstance(reply, BreaksOff)
        for delta, reason in _deltas(reply.text if isinstance(reply, BreaksOff) else reply):
            if broken and reason is not None:
                break
            self._event(delta, reason)
        if not broken:
            self._chunk(b"data: [DONE]\n\n")
        if not isinstance(reply, BreaksOff) or reply.quietly:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def _begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()

    def _event(self, delta: dict[str, Any], reason: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        event = {
            "id": "reply",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "scripted",
            "choices": [choice],
        }
        self._chunk(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _send_json(self, status: int, value: Any) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, data: bytes, *, claimed: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) if claimed is None else claimed))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "scripted", "code": None}}


def _structured(value: Any, body: dict[str, Any]) -> str | Calls:
    text = value if isinstance(value, str) else json.dumps(value)
    if "response_format" in body or not body.get("tools"):
        return text
    choice = body.get("tool_choice")
    wanted = choice["function"]["name"] if isinstance(choice, dict) else None
    name = wanted or body["tools"][-1]["function"]["name"]
    return Calls(((name, text),))


def _message(reply: str | Calls | Cut) -> tuple[dict[str, Any], str]:
    if isinstance(reply, str):
        return {"role": "assistant", "content": reply}, "stop"
    if isinstance(reply, Cut):
        return {"role": "assistant", "content": reply.text}, "length"
    made = [
        {
            "id": f"call_{place}_{abs(hash((name, str(given)))) % 10**6}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given),
            },
        }
        for place, (name, given) in enumerate(reply.calls)
    ]
    return {"role": "assistant", "content": reply.text, "tool_calls": made}, "tool_calls"


def _deltas(reply: str | Calls | Cut) -> Iterator[tuple[dict[str, Any], str | None]]:
    """A reply in pieces, the last with the reason why it ends."""
    message, reason = _message(reply)
    yield {"role": "assistant", "content": ""}, None
    text = message["content"] or ""
    for start in range(0, len(text), 12):
        yield {"content": text[start : start + 12]}, None
    for place, call in enumerate(message.get("tool_calls", ())):
        arguments = call["function"]["arguments"]
        head = {**call, "index": place, "function": {**call["function"], "arguments": ""}}
        yield {"tool_calls": [head]}, None
        for start in range(0, len(arguments), 12):
            piece = {"index": place, "function": {"arguments": arguments[start : start + 12]}}
            yield {"tool_calls": [piece]}, None
    yield {}, reason


def _usage(body: dict[str, Any], message: dict[str, Any]) -> dict[str, int]:
    read, written = len(json.dumps(body)) // 4, len(json.dumps(message)) // 4
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
