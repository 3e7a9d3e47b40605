"""`elute chat`: the app of `ui/app.py`, served to a browser on this machine."""

from __future__ import annotations

import socket
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

from ui.exits import Exit, PortError, tell

FIRST_PORT = 8501
TRIED_PORTS = 50
APP = Path(__file__).with_name("app.py")
# Flags beat the environment and a person's own Streamlit settings. `ui/.streamlit/config.toml`
# holds the same for those who start the app without this command.
OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",  # else it asks for an e-mail address on first use
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "logger.hideWelcomeMessage": "true",
    "logger.level": "error",
    "global.developmentMode": "false",
}
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def serve(*, library: str, host: str, port: int | None) -> Exit:
    """Serve the chat until Ctrl-C; prints the address when a browser can open it."""
    from ingest.errors import LibraryMissing
    from ui.ask import open_session

    try:
        open_session(library).library.close()  # what is wrong is said here, not in a browser
    except LibraryMissing:
        tell(f"library {library!r} is empty; the chat says how to fill it.")
    port = free_port(host, port)
    threading.Thread(target=_announce, args=(host, port, library), daemon=True).start()
    _run_streamlit(library=library, host=host, port=port)
    print("elute chat stopped.")
    return Exit.DONE


def free_port(host: str, wanted: int | None = None) -> int:
    """``wanted``, or without it the first free port from 8501 on.

    Raises:
        PortError: It is in use, may not be used, or the host is no address of this machine.
    """
    if wanted is not None:
        problem = _problem(host, wanted)
        if problem:
            raise PortError(
                f"cannot listen on {host} port {wanted}: {problem}. Name another with --port, or"
                " leave it out to take a free one"
            )
        return wanted
    problem = None
    for port in range(FIRST_PORT, FIRST_PORT + TRIED_PORTS):
        problem = _problem(host, port)
        if problem is None:
            return port
    raise PortError(
        f"cannot listen on {host}: {problem}. Name a port with --port, and with --host an address"
        " of this machine"
    )


def _problem(host: str, port: int) -> str | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":  # there it would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def _announce(host: str, port: int, library: str) -> None:
    """Print the address once the server listens."""
    reached = "127.0.0.1" if host in ("0.0.0.0", "") else "::1" if host == "::" else host
    for _ in range(600):
        try:
            socket.create_connection((reached, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            break
    else:
        return
    shown = f"[{reached}]" if ":" in reached else reached
    print(f"elute chat over library {library!r}: http://{shown}:{port}  (stop with Ctrl-C)")
    if host not in THIS_MACHINE:
        tell(f"others who can reach {host} can read this library and ask it questions.")
    sys.stdout.flush()


def _run_streamlit(*, library: str, host: str, port: int) -> None:
    from streamlit import net_util
    from streamlit.web.cli import main

    # Streamlit asks a server elsewhere for this machine's public address when a request comes
    # from an unknown origin. Nothing here may call out.
    net_util.get_external_ip = _no_external_address
    options = {
        **OPTIONS,
        "server.address": host,
        "server.port": port,
        "browser.serverAddress": host,
    }
    arguments = ["run", str(APP), *(f"--{name}={value}" for name, value in options.items())]
    if host in THIS_MACHINE and _limits_hosts():
        # A page elsewhere whose name was pointed at this machine may not talk to the chat.
        arguments += [f"--server.allowedHosts={name}" for name in THIS_MACHINE]
    main([*arguments, "--", "--library", library], standalone_mode=False)


def _no_external_address() -> None:
    return None


def _limits_hosts() -> bool:
    """Whether this Streamlit has ``server.allowedHosts``; 1.60 has not, 1.63 has."""
    major, minor = version("streamlit").split(".")[:2]
    return (int(major), int(minor)) >= (1, 63)
