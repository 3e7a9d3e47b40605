"""What was asked and answered in a conversation, kept so that another process can go on with it.

Only questions that the gate allowed and answers that were shown are kept: no refused text, no tool
calls, no words of a model before their check. Of an answer from the papers only the citations and
the numbers are kept, since a history is read by a model that holds tools, and what a paper says
must not speak to one.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agent.answer import Answer
from agent.literature.quantities import read_numbers

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage
    from langgraph.checkpoint.base import BaseCheckpointSaver

CONVERSATIONS_FILE: Final = "conversations.db"  # in the data folder
MAX_TURNS: Final = 6  # kept word by word; older ones are summarised
_SUMMARY_CHARS = 2_000
_LINE_CHARS = 200
_SUMMARY = "Earlier in this conversation:"
_MAX_NUMBERS = 12
_QUANTITY_CHARS = 24
_KEPT_CHARS = 1_500


class History:
    """The turns of one conversation.

    Args:
        path: SQLite file; None: only as long as this object lives.
        thread: Name of the conversation.
    """

    def __init__(self, path: Path | None = None, thread: str = "default") -> None:
        self._path = path
        self._config: Any = {"configurable": {"thread_id": thread}}
        self._memory: BaseCheckpointSaver[Any] | None = None

    def messages(self) -> list[AnyMessage]:
        """The conversation so far; a summary of the oldest turns first where it is long."""
        if self._path is not None and not self._path.exists():
            return []
        with self._graph() as graph:
            found: list[AnyMessage] = graph.get_state(self._config).values.get("messages", [])
        return found

    def questions(self) -> list[str]:
        """What was asked, the oldest first."""
        from langchain_core.messages import HumanMessage

        return [m.text for m in self.messages() if isinstance(m, HumanMessage)]

    def add(self, question: str, answer: Answer) -> None:
        """Keep one turn."""
        from langchain_core.messages import AIMessage, HumanMessage

        turns = [*self.messages(), HumanMessage(question), AIMessage(_kept(answer))]
        self._put(summarised(turns))

    def _put(self, messages: Sequence[AnyMessage]) -> None:
        from langchain_core.messages import RemoveMessage
        from langgraph.graph.message import REMOVE_ALL_MESSAGES

        with self._graph() as graph:
            graph.update_state(
                self._config,
                {"messages": [RemoveMessage(REMOVE_ALL_MESSAGES), *messages]},
                as_node="turn",
            )

    def lines(self) -> tuple[tuple[str, str], ...]:
        """The conversation as (who, text), for another process."""
        return tuple((message.type, message.text) for message in self.messages())

    def replace(self, lines: Sequence[tuple[str, str]]) -> None:
        """Hold what another process's history held, and nothing else."""
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        kinds = {"human": HumanMessage, "ai": AIMessage, "system": SystemMessage}
        self._put([kinds[who](text) for who, text in lines])

    @contextmanager
    def _graph(self) -> Iterator[Any]:
        from langgraph.graph import START, MessagesState, StateGraph

        with self._saver() as saver:
            builder = StateGraph(MessagesState)
            builder.add_node("turn", lambda _: {})
            builder.add_edge(START, "turn")
            yield builder.compile(checkpointer=saver)

    @contextmanager
    def _saver(self) -> Iterator[BaseCheckpointSaver[Any]]:
        if self._path is None:
            from langgraph.checkpoint.memory import InMemorySaver

            if self._memory is None:
                self._memory = InMemorySaver()
            yield self._memory
            return
        from langgraph.checkpoint.sqlite import SqliteSaver

        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, check_same_thread=False)
        try:
            yield SqliteSaver(connection)
        finally:
            connection.close()


def summarised(turns: Sequence[AnyMessage]) -> list[AnyMessage]:
    """The turns, of which the oldest are told in a line each where there are many."""
    from langchain_core.messages import HumanMessage, SystemMessage

    lines: list[str] = []
    rest = list(turns)
    if rest and isinstance(rest[0], SystemMessage):
        lines = rest.pop(0).text.splitlines()[1:]
    asked = [place for place, one in enumerate(rest) if isinstance(one, HumanMessage)]
    if len(asked) > MAX_TURNS:
        first = asked[-MAX_TURNS]
        for one in rest[:first]:
            who = "asked" if isinstance(one, HumanMessage) else "answered"
            lines.append(f"- {who}: {_short(one.text)}")
        rest = rest[first:]
    while sum(map(len, lines)) > _SUMMARY_CHARS:
        del lines[0]
    return [SystemMessage("\n".join([_SUMMARY, *lines])), *rest] if lines else rest


def _short(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= _LINE_CHARS else whole[: _LINE_CHARS - 4] + " ..."


def _kept(answer: Answer) -> str:
    """What of an answer is kept for later turns."""
    if not answer.citations:
        return answer.text[:_KEPT_CHARS]
    cited = ", ".join(dict.fromkeys(str(one) for one in answer.citations))
    text = " ".join(claim.text for claim in answer.claims)
    shown = dict.fromkeys(number.text.strip(" .") for number in read_numbers(text))
    numbers = [one for one in shown if len(one) <= _QUANTITY_CHARS and re.search(r"\d", one)]
    said = f" Numbers in it: {'; '.join(numbers[:_MAX_NUMBERS])}." if numbers else ""
    return f"Answered from the papers, with {len(answer.citations)} quotes {cited}.{said}"
