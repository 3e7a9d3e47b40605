"""An HTTP client whose every reply ends within a time, however slowly its bytes come.

A client's own time-out runs anew with each byte, so that an endpoint which sends one now and then
holds it for ever. Here the connection is shut when the time is up, wherever in the reply that is:
in its head, in its body, or in lines of a stream that carry no text.
"""

from __future__ import annotations

import contextlib
import importlib
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

CONNECTED = ("connect_tcp.complete", "start_tls.complete")


class Watch:
    """Shuts a connection when the time of its reply is up."""

    def __init__(self, seconds: float) -> None:
        self.rang = False
        self._stream: Any = None
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """What the transport reports: remembers the connection that it opens."""
        if event.endswith(CONNECTED):
            self._stream = info["return_value"]
            if self.rang:
                self._shut()

    def end(self) -> None:
        """The reply is there, or given up."""
        self._timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        self._shut()

    def _shut(self) -> None:
        connection = self._stream.get_extra_info("socket") if self._stream is not None else None
        if connection is not None:
            # Wakes whoever reads from it, which closing alone would not.
            with contextlib.suppress(OSError):  # it was closed meanwhile
                connection.shutdown(socket.SHUT_RDWR)


def timed_client(seconds: float, *, trust_env: bool) -> Any:
    """The ``openai`` client's own HTTP client, with a time for each whole reply.

    Args:
        seconds: From sending a request to the last byte of its reply.
        trust_env: Whether a proxy that the environment names is used.
    """
    from openai import DefaultHttpxClient

    # Newer openai clients bring another HTTP library (httpx2) than older.
    http = importlib.import_module(DefaultHttpxClient.__mro__[1].__module__.split(".")[0])

    class Watched(http.SyncByteStream):  # type: ignore[misc,name-defined]
        """A reply's body, at whose end the watch ends."""

        def __init__(self, body: Any, watch: Watch, request: Any) -> None:
            self._body, self._watch, self._request = body, watch, request

        def __iter__(self) -> Iterator[bytes]:
            try:
                yield from self._body
            except Exception as error:
                if self._watch.rang:
                    raise http.ReadTimeout("time is up", request=self._request) from error
                raise
            if self._watch.rang:  # a shut connection can look like the end of a body
                raise http.ReadTimeout("time is up", request=self._request)

        def close(self) -> None:
            self._watch.end()
            self._body.close()

    class TimedClient(DefaultHttpxClient):
        """A client that shuts the connection of a reply whose time is up."""

        def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:
            """Send a request; ``stream`` as for the client below."""
            watch = Watch(seconds)
            request.extensions = {**request.extensions, "trace": watch.trace}
            request.headers["Connection"] = "close"  # one connection, one reply, one watch
            try:
                response = super().send(request, stream=True, **options)
                response.stream = Watched(response.stream, watch, request)
                if not stream:
                    try:
                        response.read()
                    except BaseException:
                        response.close()
                        raise
            except Exception as error:
                watch.end()
                if watch.rang and not isinstance(error, http.TimeoutException):
                    raise http.ReadTimeout("time is up", request=request) from error
                raise
            return response

    return TimedClient(trust_env=trust_env)
