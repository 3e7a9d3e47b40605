"""Many visitors of one chat: how long each waits, and what memory they take and give back.

    python -m benchmarks.chat_load [--visitors 20] [--seconds 60] [--workers N]

Visitors speak Streamlit's own protocol over loopback, as a browser does; answers are worked out
from the example papers, without a model.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).parents[1]
SINGLE = 30  # questions of one visitor alone
BURSTS = 3
QUESTIONS = (
    "What is the band gap of MAPbI3?",
    "Which sulfide conducts lithium best?",
    "How does water affect MOF-5?",
    "What is the activation energy of lithium-ion conduction in LLZO?",
    "How many vacancies has copper at 600 K?",
)


class Visitor:
    """One open page."""

    def __init__(self, address: str, number: int) -> None:
        self.address = address.replace("http://", "ws://") + "/_stcore/stream"
        self.questions = itertools.islice(itertools.cycle(QUESTIONS), number, None)
        self.socket: Any = None
        self.field = ""  # the id of the field for questions
        self.page_hash = ""

    async def open(self) -> None:
        """Open the page and wait until it is drawn."""
        self.socket = await websockets.connect(
            self.address,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            origin=None,
        )
        await self._rerun()
        await self._drawn()

    async def ask(self) -> float:
        """Ask the next question; seconds until its answer stands."""
        started = time.perf_counter()
        question = next(self.questions)
        await self._rerun(question)
        if not await self._drawn(question):
            raise RuntimeError("a question ended without an answer")
        return time.perf_counter() - started

    async def close(self) -> None:
        """Leave the page."""
        await self.socket.close()

    async def _rerun(self, question: str | None = None) -> None:
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_script_hash = self.page_hash
        if question is not None:
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id = self.field
            widget.chat_input_value.data = question
        await self.socket.send(message.SerializeToString())

    async def _drawn(self, question: str | None = None) -> bool:
        """Wait for the end of the script; whether the question's answer stands in the page.

        A run may end to be drawn anew; the answer is the part behind the last heading.
        """
        heading, answered = "", False
        while True:
            message = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), 300))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = message.new_session.page_script_hash or self.page_hash
                heading, answered = "", False
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "chat_input":
                    self.field = element.chat_input.id
                elif element.WhichOneof("type") == "html":
                    text = element.html.body
                    if "elute-question" in text and "<style>" not in text:
                        heading, answered = text, False
                    answered |= '<div class="elute-meta">' in text
            elif (
                kind == "script_finished"
                and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return question is None or (answered and escape(question) in heading)


async def measure(address: str, process: psutil.Process, visitors: int, seconds: float) -> None:
    """Print the table."""
    alone = Visitor(address, 0)
    await alone.open()
    for _ in QUESTIONS:
        await alone.ask()  # warm
    begun, of_page = cpu(process), page_cpu(process)
    single = [await alone.ask() for _ in range(SINGLE)]
    each, of_page = (cpu(process) - begun) / SINGLE, (page_cpu(process) - of_page) / SINGLE
    base = memory(process)
    print(
        f"one visitor: median {statistics.median(single):.2f} s, p95 {p95(single):.2f} s,"
        f" {each:.3f} CPU s an answer, {of_page:.3f} of them its page's",
        flush=True,
    )
    many = [Visitor(address, number) for number in range(visitors)]
    for visitor in many:
        await visitor.open()
    opened = memory(process)
    waits: list[float] = []
    worked = cpu(process)

    async def every_ten_seconds(visitor: Visitor, number: int) -> None:
        await asyncio.sleep(10 * number / visitors)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            begun = time.perf_counter()
            waits.append(await visitor.ask())
            await asyncio.sleep(max(0.0, 10 - (time.perf_counter() - begun)))

    await asyncio.gather(*(every_ten_seconds(v, n) for n, v in enumerate(many)))
    print(
        f"{visitors} visitors, each asking every 10 s for {seconds:.0f} s: {len(waits)} answers,"
        f" none failed, p95 {p95(waits):.2f} s = {p95(waits) / p95(single):.1f} x one visitor's;"
        f" {(cpu(process) - worked) / len(waits):.2f} CPU s an answer"
    )
    for _ in range(BURSTS):
        worked = cpu(process)
        at_once = await asyncio.gather(*(visitor.ask() for visitor in many))
        print(
            f"{visitors} at the same instant: none failed, p95 {p95(at_once):.2f} s ="
            f" {p95(at_once) / p95(single):.1f} x, median {statistics.median(at_once):.2f} s,"
            f" {(cpu(process) - worked) / visitors:.3f} CPU s an answer"
        )
    used, parts = memory(process), len(process.children(recursive=True))
    for visitor in many:
        await visitor.close()
    print(
        f"memory: {base:.0f} MB with one visitor, {opened:.0f} MB with {visitors} more pages open,"
        f" {used:.0f} MB after their questions, {parts} processes beside the chat's among it:"
        f" {(used - base) / visitors:.1f} MB a visitor"
    )
    # After 60 s a left page is forgotten and a process without work ended; looked for every 30 s.
    await asyncio.sleep(100)
    await alone.ask()
    parts = len(process.children(recursive=True))
    print(f"memory after they left: {memory(process):.0f} MB, {parts} processes beside the chat's")
    await alone.close()


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def page_cpu(process: psutil.Process) -> float:
    """CPU seconds so far of the process that draws."""
    times = process.cpu_times()
    return float(times.user + times.system)


def cpu(process: psutil.Process) -> float:
    """CPU seconds so far of the server and of its children, ended ones too."""
    times = process.cpu_times()
    ended = float(getattr(times, "children_user", 0) + getattr(times, "children_system", 0))
    return ended + sum(map(page_cpu, [process, *process.children(recursive=True)]))


def memory(process: psutil.Process) -> float:
    """Resident memory of the server and its children, in MB."""
    every = [process, *process.children(recursive=True)]
    return float(sum(one.memory_info().rss for one in every)) / 1e6


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", default="", help="processes that answer; 0: the chat's own")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("ELUTE_", "OPENAI_"))
        }
        environment |= {"ELUTE_DATA_DIR": folder, "PYTHONPATH": str(ROOT)}
        environment["ELUTE_CHAT_WORKERS"] = asked.workers
        elute = [sys.executable, "-u", "-m", "ui.cli"]
        papers = str(ROOT / "examples" / "papers")
        subprocess.run(
            [*elute, "ingest", papers], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        server = subprocess.Popen(
            [*elute, "chat"], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            line = next(line for line in server.stdout if "http://" in line)
            address = next(word for word in line.split() if word.startswith("http://"))
            time.sleep(5)  # what is loaded in the background is loaded
            asyncio.run(measure(address, psutil.Process(server.pid), asked.visitors, asked.seconds))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
