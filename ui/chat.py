"""`elute chat`: the app of `ui/app.py`, served to a browser on this machine."""

from __future__ import annotations

import contextlib
import gc
import http.client
import socket
import sys
import tempfile
import threading
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import LibraryLocked, LibraryReadOnly
from ingest.lock import WriteLock
from ui.exits import Exit, PortError, explain, tell

if TYPE_CHECKING:
    from agent.pool import Pool

FIRST_PORT = 8501
TRIED_PORTS = 50
COLLECT_S = 30  # how often garbage is collected; Streamlit would after each run of a page
JOIN_S = 30
APP = Path(__file__).with_name("app.py")
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def serve(*, library: str, host: str, port: int | None, papers: Path = Path()) -> Exit:
    """Serve the chat until Ctrl-C; prints the address when a browser can open it.

    Args:
        library: The library's name; made where there is none.
        host: Address to listen on.
        port: None: the first free one.
        papers: The folder that visitors may read papers from; nothing outside it.

    Raises:
        FolderError: ``papers`` is no folder.
        PortError: It cannot listen there.
    """
    from agent.pool import chat_workers
    from agent.session import Session
    from agent.settings import Settings
    from ingest.errors import FolderError

    if not papers.expanduser().is_dir():
        raise FolderError(f"{str(papers)!r} is no folder. Name one with --papers, or leave it out")
    workers = chat_workers(Settings.load())
    with Session.open(library, create=True) as session:  # what is wrong is said here
        if not session.library.papers():
            tell(f"library {library!r} is empty; the chat says how to fill it.")
    claim = None
    if port is None:
        port, claim = claimed_port(host)
    else:
        free_port(host, port)
    ended = threading.Event()
    attendant = threading.Thread(target=_attend, args=(host, port, library, ended), daemon=True)
    attendant.start()
    with contextlib.suppress(KeyboardInterrupt):  # which the server passes on when it has ended
        _run_streamlit(library=library, host=host, port=port, papers=papers, workers=workers)
    if claim is not None:
        claim.release()
    ended.set()
    attendant.join(JOIN_S)  # a thread that is cut off while it loads a model aborts the process
    print("elute chat stopped.")
    return Exit.DONE


def free_port(host: str, port: int) -> int:
    """``port``, if it can be listened on.

    Raises:
        PortError: It is in use, may not be used, or the host is no address of this machine.
    """
    problem = _problem(host, port)
    if problem:
        raise PortError(
            f"cannot listen on {host} port {port}: {problem}. Name another with --port, or"
            " leave it out to take a free one"
        )
    return port


def claimed_port(host: str) -> tuple[int, WriteLock | None]:
    """The first free port from 8501 on, and the claim to it.

    A chat listens seconds after it has chosen its port; until then the claim, which ends with
    its holder, keeps others that start at the same time from choosing it too.

    Raises:
        PortError: None is free, or the host is no address of this machine.
    """
    problem = None
    for port in range(FIRST_PORT, FIRST_PORT + TRIED_PORTS):
        problem = _problem(host, port)
        if problem is None:
            claim = WriteLock(Path(tempfile.gettempdir()) / f"elute-chat-{port}.lock")
            try:
                for _ in claim.acquire(0):
                    continue
            except LibraryLocked:
                problem = "other chats are starting"
                continue
            except LibraryReadOnly:  # no temporary folder: without a claim, as it is free now
                return port, None
            return port, claim
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


def _attend(host: str, port: int, library: str, ended: threading.Event) -> None:
    """Print the address once the server answers, load what will be wanted, then keep house.

    Nothing is loaded while the server starts: it loads packages in threads of its own, and Python
    can come to a standstill where two threads load the same ones.
    """
    reached = "127.0.0.1" if host in ("0.0.0.0", "") else "::1" if host == "::" else host
    while not _answers(reached, port):
        if ended.wait(0.1):
            return
    shown = f"[{reached}]" if ":" in reached else reached
    print(f"elute chat over library {library!r}: http://{shown}:{port}  (stop with Ctrl-C)")
    if host not in THIS_MACHINE:
        tell(f"others who can reach {host} can read this library and ask it questions.")
    sys.stdout.flush()
    pool = _warm()
    gc.collect()
    gc.freeze()  # what is loaded stays; to look through it each time would hold everybody up
    while not ended.wait(COLLECT_S):
        gc.collect()
        if pool is not None:
            pool.tidy()
    if pool is not None:
        pool.close()


def _answers(host: str, port: int) -> bool:
    """Whether the server answers."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def options(host: str, port: int) -> dict[str, Any]:
    """What Streamlit is told: `ui/.streamlit/config.toml`, and where it listens.

    These beat the environment and a person's own Streamlit settings.
    """
    sections = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text("utf-8"))
    found = dict(_flat(sections))
    found |= {"server.address": host, "server.port": port, "browser.serverAddress": host}
    if host in THIS_MACHINE:
        # A page elsewhere whose name was pointed at this machine may not talk to the chat.
        found["server.allowedHosts"] = list(THIS_MACHINE)
    return found


def _flat(section: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in section.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _run_streamlit(*, library: str, host: str, port: int, papers: Path, workers: int) -> None:
    import streamlit
    from streamlit import net_util

    from ui.front_page import routes
    from ui.paper_files import route
    from ui.rooms.house import open_house

    # Streamlit asks a server elsewhere for this machine's public address when a request comes
    # from an unknown origin. Nothing here may call out.
    net_util.get_external_ip = _no_external_address
    sys.argv = [str(APP), "--library", library, "--papers", str(papers.expanduser().resolve())]
    sys.argv += ["--workers", str(workers)]
    is_shared = host not in THIS_MACHINE
    sys.argv += ["--shared"] if is_shared else []
    hosts = THIS_MACHINE if host in THIS_MACHINE else ()
    files = route(library, lambda: open_house().library, hosts)
    streamlit.App(APP, routes=[files, *routes(mark_visitors=is_shared)]).run(
        config=options(host, port)
    )


def _warm() -> Pool | None:
    """Load what the first question and the first table would wait for; the pool, where one is."""
    from ui.rooms.house import open_house

    try:
        house = open_house()
        if house.pool is not None:
            house.pool.start()
        import pandas  # noqa: F401 - only to have it loaded

        if house.pool is None:
            house.session.plan("What is the band gap of silicon?")
            if house.library.papers():
                house.library.search("band gap", limit=1)
    except Exception as error:  # whoever asks will be told; here it is only known sooner
        tell(explain(error)[0])
        return None
    return house.pool


def _no_external_address() -> None:
    return None
