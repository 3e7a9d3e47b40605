"""The command as a process of its own: what it loads, pipes, signals."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ELUTE = [sys.executable, "-m", "ui.cli"]
ROOT = Path(__file__).parents[2]
HEAVY = ("langchain", "langchain_core", "chromadb", "streamlit", "rdkit", "onnxruntime", "openai")


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*ELUTE, *arguments], env=environment, capture_output=True, text=True, **options
    )


def test_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print([m for m in {HEAVY!r} if m in sys.modules],"
        " file=sys.stderr))\n"
        "sys.argv = ['elute', *sys.argv[1:]]\n"
        "from ui.cli import main; main()"
    )

    for arguments in (["--help"], ["ask", "--help"], ["--version"]):
        result = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )

        assert result.returncode == 0
        assert result.stderr.strip() == "[]"


def test_the_version_is_the_installed_one() -> None:
    assert run("--version").stdout == f"elute {metadata.version('elute')}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_goes_away_gets_no_traceback(home: Path) -> None:
    folder = home / "papers"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"Oxide {number} loses oxygen at {number + 600} K.")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ELUTE_EMBEDDER__KIND": "none"}
    ingest = subprocess.run([*ELUTE, "ingest", str(folder)], env=environment, capture_output=True)
    command = " ".join([*ELUTE, "papers", "--json", "|", "true;", "exit", "${PIPESTATUS[0]}"])

    piped = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True)

    assert ingest.returncode == 0
    assert piped.stderr == ""
    assert piped.returncode == 141


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child there")
def test_ctrl_c_says_what_was_kept_and_the_same_command_goes_on(home: Path) -> None:
    folder = home / "papers"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Oxide {number} loses oxygen at {number + 600} K.")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ELUTE_EMBEDDER__KIND": "none"}
    # The second paper's line is the sign to interrupt, also where whoever runs the suite in the
    # background has SIGINT ignored, which a child inherits.
    stopping = (
        "import os, signal, ui.shelf as shelf\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "whole, seen = shelf.file_line, []\n"
        "def line(file):\n"
        "    seen.append(file)\n"
        "    if len(seen) == 2: os.kill(os.getpid(), signal.SIGINT)\n"
        "    return whole(file)\n"
        "shelf.file_line = line\n"
        "from ui.cli import main; main()"
    )

    stopped = subprocess.run(
        [sys.executable, "-c", stopping, "ingest", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
    )
    again = subprocess.run(
        [*ELUTE, "ingest", str(folder)], env=environment, capture_output=True, text=True
    )

    assert stopped.returncode == 130
    assert "2 papers of this run are kept" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert again.returncode == 0
    assert ": 1 added, 2 unchanged." in again.stdout


def test_a_question_of_100_000_characters_is_a_sentence_and_code_2(home: Path) -> None:
    result = run("ask", "why " * 25_000)

    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "99,999 characters" in result.stderr
    assert len(result.stderr) < 1000


def test_signs_that_the_terminal_cannot_show_do_not_stop_the_command(home: Path) -> None:
    folder = home / "papers"
    folder.mkdir()
    (folder / "Übergänge-Å.txt").write_text("Oxides lose oxygen at 900 K.", encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ELUTE_EMBEDDER__KIND": "none",
        "PYTHONIOENCODING": "ascii",
    }

    result = subprocess.run(
        [*ELUTE, "ingest", str(folder)], env=environment, capture_output=True, text=True
    )

    assert result.returncode == 0
    assert "\\xc5.txt" in result.stdout


@pytest.mark.parametrize("module", sorted((ROOT / "ui").glob("*.py")), ids=lambda path: path.stem)
def test_no_module_of_ui_is_named_like_a_package(module: Path) -> None:
    # `streamlit run ui/app.py` puts ui/ first on sys.path, where such a module would shadow it.
    if module.stem == "__init__":
        return

    assert module.stem not in sys.stdlib_module_names
    assert module.stem not in metadata.packages_distributions()


def on_a_terminal(*arguments: str, columns: int, **environment: str) -> str:
    """What the command writes on a terminal of that width."""
    import fcntl
    import pty
    import struct
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    whole = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environment}
    process = subprocess.Popen([*ELUTE, *arguments], stdin=its, stdout=its, stderr=its, env=whole)
    os.close(its)
    written = bytearray()
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    process.wait()
    return written.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_a_narrow_terminal_wraps_and_no_color_is_respected(home: Path) -> None:
    folder = home / "papers"
    folder.mkdir()
    text = "Oxides lose oxygen when they are heated above 900 K in a vacuum for several hours."
    (folder / "oxides.txt").write_text(text)

    plainly = on_a_terminal(
        "ingest", str(folder), columns=40, NO_COLOR="1", ELUTE_EMBEDDER__KIND="none"
    )
    coloured = on_a_terminal(
        "ingest", str(folder), "--retry", columns=40, ELUTE_EMBEDDER__KIND="none"
    )
    found = on_a_terminal("search", "oxygen", columns=40, ELUTE_EMBEDDER__KIND="none")

    assert not re.search(r"\x1b\[[0-9;]*m", plainly)
    assert re.search(r"\x1b\[[0-9;]*m", coloured)
    assert "900 K" in " ".join(found.split())
    lines = [line for line in found.splitlines() if not line.startswith("elute: ")]
    assert max(len(line) for line in lines) <= 40


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_the_output_is_a_sentence(home: Path) -> None:
    folder = home / "papers"
    folder.mkdir()
    (folder / "oxides.txt").write_text("Oxides lose oxygen when they are heated.")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ELUTE_EMBEDDER__KIND": "none"}

    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*ELUTE, "ingest", str(folder)],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )

    assert result.returncode == 1
    assert "the disk is full" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr


NO_NETWORK = """
import os, socket
connect, look_up = socket.socket.connect, socket.getaddrinfo
def noted(address):
    with open(os.environ["CALLS"], "a") as calls:
        print(address, file=calls)
    raise OSError("no network here")
def guarded(self, address):
    return connect(self, address) if self.family == socket.AF_UNIX else noted(address)
socket.socket.connect = socket.socket.connect_ex = guarded
socket.getaddrinfo = lambda host, *args, **options: noted(host)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are sockets there")
def test_ingest_and_ask_reach_for_no_network(home: Path) -> None:
    folder, calls = home / "papers", home / "calls"
    folder.mkdir()
    (folder / "oxides.txt").write_text(
        "Oxygen loss of oxides\n\nThe oxide loses oxygen when it is heated above 900 K in vacuum. "
        "The loss is reversible when oxygen is let in again.\n"
    )
    (home / "sitecustomize.py").write_text(NO_NETWORK)
    environment = {**os.environ, "PYTHONPATH": f"{home}:{ROOT}", "CALLS": str(calls)}
    reach = "import socket; socket.create_connection(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", reach], env=environment, capture_output=True)
    assert "127.0.0.1" in calls.read_text()  # a call would be noticed
    calls.unlink()

    for arguments in (
        ["ingest", str(folder)],
        ["ask", "At which temperature does the oxide lose oxygen?"],
        ["verify"],
    ):
        result = subprocess.run(
            [*ELUTE, *arguments], env=environment, capture_output=True, text=True
        )

        assert result.returncode == 0, result.stdout + result.stderr
        assert not calls.exists(), calls.read_text()
        assert result.stderr == ""
