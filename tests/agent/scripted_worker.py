"""Bodies of processes that do in the place of `agent.worker.main` what a question tells them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from agent.answer import Answer, AnswerStatus
from agent.conversation import Conversation
from agent.events import Answered, Event, TextDelta
from agent.plan import Reading
from agent.worker import Opening, Worker
from ingest.coprocess import conversing


class Scripted:
    """Says a sentence, then does what the question's first word says."""

    def __init__(self, key: str | None) -> None:
        self.key = key
        self.conversation = Conversation()

    def fresh(self) -> Scripted:
        return Scripted(self.key)

    def ask(
        self, question: str, *, papers: Collection[str] | None, reading: Reading | None
    ) -> Iterator[Event]:
        self.conversation = Conversation(questions=(*self.conversation.questions, question))
        yield TextDelta(text="Checked.")
        word, _, rest = question.partition(" ")
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif word == "die-once" and not Path(rest).exists():
            Path(rest).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        elif word == "hang":
            threading.Event().wait()
        elif word == "go-on":
            while True:
                yield TextDelta(text=" More.")
        elif word == "fail":
            raise OSError(28, "No space left on device", "audit.jsonl")
        elif word == "break":
            raise RuntimeError("boom")
        text = f"{os.getpid()} {self.key}"
        yield Answered(
            answer=Answer(
                question=question,
                status=AnswerStatus.ANSWERED,
                text=text,
                planner="rules",
                elapsed_s=0.0,
            )
        )


class Tiring(Worker):
    """Has done enough after one answer."""

    def _is_worn(self) -> bool:
        return True


def main(kind: type[Worker] = Worker) -> None:
    lines, answers = conversing()
    opening = Opening.model_validate_json(next(lines))
    model = opening.whole_model()
    key = model.api_key.get_secret_value() if model is not None and model.api_key else None
    session = Scripted(key)
    kind(session, answers).serve(lines)  # type: ignore[arg-type]
    os._exit(0)


def tiring() -> None:
    main(Tiring)
