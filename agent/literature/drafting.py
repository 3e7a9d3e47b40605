"""A model's reply, read while it is written: sentences with the ids they cite, as JSON.

Endpoints that know structured output are given the form; others are asked for JSON in their text.
Both are read by the same parser. Nothing here is shown to anybody: `generative` checks it first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.answer import Usage
from agent.chat import check_whole, speaking_to
from agent.errors import ModelError
from agent.literature.prompts import REPAIR

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from agent.settings import ModelSettings

MAX_SENTENCES: Final = 12  # of one reply
MAX_EVIDENCE: Final = 4  # ids of one sentence that a form allows
CHARS_A_TOKEN: Final = 4  # where the endpoint does not count
MAX_CHARS_A_TOKEN: Final = 12  # a reply longer than so many for each allowed token is not read on


class DraftSentence(BaseModel):
    """One sentence of a reply and the ids it names."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    evidence: tuple[str, ...] = ()


class Draft(BaseModel):
    """A reply in the form asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sentences: tuple[DraftSentence, ...]
    missing: tuple[str, ...] = ()


class Parts(BaseModel):
    """A question split for the search."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    questions: tuple[str, ...] = Field(max_length=20)


Form = TypeVar("Form", Draft, Parts)

Pieces = Generator[str, None, None]


def draft_schema(ids: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a `Draft` that can name these ids only."""
    sentence = _object(
        {
            "text": {"type": "string"},
            "evidence": _array({"type": "string", "enum": list(ids)}, MAX_EVIDENCE),
        }
    )
    return _object(
        {
            "sentences": _array(sentence, MAX_SENTENCES),
            "missing": _array({"type": "string"}, 3),
        }
    )


def parts_schema() -> dict[str, Any]:
    """The JSON schema of `Parts`."""
    return _object({"questions": _array({"type": "string"}, 4)})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Mapping[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), "maxItems": most}


class Malformed(Exception):
    """A reply that is not in the form asked for."""


class DraftReader:
    """Takes a reply piece by piece and gives each sentence as soon as it is whole."""

    def __init__(self) -> None:
        self.text = ""
        self._given = 0

    def feed(self, piece: str) -> tuple[DraftSentence, ...]:
        """The sentences that ``piece`` completes.

        Raises:
            Malformed: What stands in the place of a sentence is none.
        """
        self.text += piece
        if "}" not in piece:  # no sentence can have ended
            return ()
        found = _partial(self.text, "sentences")
        listed = found.get("sentences") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            return ()
        # The last one may still grow; it is whole once something follows.
        whole = listed if len(found) > 1 else listed[:-1]
        return self._new(whole)

    def finish(self) -> tuple[Draft, tuple[DraftSentence, ...]]:
        """The whole reply, and those of its sentences that were not given yet.

        Raises:
            Malformed: It is not a `Draft`.
        """
        draft = read_form(self.text, Draft, "sentences")
        rest = draft.sentences[self._given :]
        self._given = len(draft.sentences)
        return draft, rest

    def _new(self, listed: Sequence[Any]) -> tuple[DraftSentence, ...]:
        try:
            new = tuple(DraftSentence.model_validate(one) for one in listed[self._given :])
        except ValidationError as error:
            raise Malformed("what stands in the place of a sentence is none") from error
        self._given += len(new)
        return new


def read_form(text: str, form: type[Form], field: str) -> Form:
    """The object that holds ``field``, wherever it stands in ``text``.

    Raises:
        Malformed: There is none, or it is not of the form.
    """
    start = _start(text, field)
    if start is None:
        raise Malformed(f"no object with {field!r}")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
        return form.model_validate(found)
    except (ValueError, RecursionError) as error:  # pydantic's errors are ValueErrors
        raise Malformed(f"not an object with {field!r}") from error


def _start(text: str, field: str) -> int | None:
    """Where the object that holds ``field`` begins: replies have words or fences around it."""
    name = text.find(f'"{field}"')
    brace = text.rfind("{", 0, name) if name >= 0 else -1
    return brace if brace >= 0 else None


def _partial(text: str, field: str) -> Any:
    from pydantic_core import from_json

    start = _start(text, field)
    if start is None:
        return None
    try:
        return from_json(text[start:], allow_partial=True)
    except ValueError:
        return None  # what follows the object is no part of it; `finish` reads it


class Calls:
    """Calls of one model for one answer, within its limits of time, length, tokens and cost."""

    def __init__(
        self, model: BaseChatModel, settings: ModelSettings, used: Usage | None = None
    ) -> None:
        self._model = model
        self._settings = settings
        # 0: with the form, 1: without, 2: as a whole. Some endpoints know no structured output, or
        # count no streamed tokens, or do not stream.
        self._way = 0
        self.usage = used or Usage()

    def ask(self, messages: Sequence[BaseMessage], form: type[Parts]) -> Parts:
        """A short reply as a whole.

        Raises:
            ModelError: The endpoint failed, or the budget is used up.
            Malformed: The reply is not of the form.
        """
        text = "".join(self.stream(messages, parts_schema()))
        return read_form(text, form, "questions")

    def draft(
        self, messages: Sequence[BaseMessage], ids: Sequence[str]
    ) -> Iterator[DraftSentence | Draft]:
        """The sentences of a reply as they become whole, then the reply.

        A reply that is not of the form and gave no sentence is asked for once more.

        Raises:
            ModelError: The endpoint failed, or the budget is used up.
            Malformed: The reply is not of the form.
        """
        from langchain_core.messages import HumanMessage

        given = 0
        try:
            for sentence in self._read(messages, ids):
                given += isinstance(sentence, DraftSentence)
                yield sentence
            return
        except Malformed:
            if given:
                raise
        # Its words are not sent back: what was not checked stands in no log of a request either.
        yield from self._read([*messages, HumanMessage(REPAIR)], ids)

    def _read(
        self, messages: Sequence[BaseMessage], ids: Sequence[str]
    ) -> Iterator[DraftSentence | Draft]:
        reader = DraftReader()
        n_sentences = 0
        stream = self.stream(messages, draft_schema(ids))
        try:
            for piece in stream:
                for sentence in reader.feed(piece):
                    yield sentence
                    n_sentences += 1
                    if n_sentences == MAX_SENTENCES:
                        yield Draft(sentences=())
                        return
        finally:
            stream.close()
        draft, rest = reader.finish()
        yield from rest[: MAX_SENTENCES - n_sentences]
        yield draft

    def stream(self, messages: Sequence[BaseMessage], schema: Mapping[str, Any]) -> Pieces:
        """The pieces of a reply, asked for in as many ways as the endpoint needs.

        Raises:
            ModelError: The endpoint failed, the reply is too long or takes too long, or the budget
                is used up.
        """
        self.check_budget()
        ways = (partial(self._stream, options=_structured(schema)), self._stream, self._invoke)
        for way in ways[self._way :]:
            asked = way(messages)
            try:
                first = next(asked, None)
            except ModelError as error:
                if error.kind not in ("request", "malformed") or self._way == len(ways) - 1:
                    raise
                first = None
            if first is not None:
                yield first
                yield from asked
                return
            self._way = min(self._way + 1, len(ways) - 1)

    def check_budget(self) -> None:
        """Go on only within what one answer may use.

        Raises:
            ModelError: It is used up.
        """
        told = self._settings.spent(self.usage.tokens_in, self.usage.tokens_out)
        if told is not None:
            raise ModelError(told, kind="budget")

    def _invoke(self, messages: Sequence[BaseMessage]) -> Pieces:
        n_read = _chars(messages) // CHARS_A_TOKEN
        with speaking_to(self._settings):
            whole = self._model.invoke(list(messages))
        self._count(whole, n_read, len(whole.text))
        check_whole(whole, self._settings)
        yield whole.text

    def _stream(
        self, messages: Sequence[BaseMessage], options: Mapping[str, Any] = MappingProxyType({})
    ) -> Pieces:
        ends = time.monotonic() + self._settings.timeout_s
        n_read = _chars(messages) // CHARS_A_TOKEN
        n_chars = 0
        whole: Any = None
        stream = self._model.stream(list(messages), **options)
        try:
            while True:
                with speaking_to(self._settings):
                    piece = next(stream, None)
                if piece is None:
                    break
                whole = piece if whole is None else whole + piece
                n_chars += len(piece.text)
                self._check_limits(n_read, n_chars, ends)
                if piece.text:
                    yield piece.text
            if whole is not None:
                check_whole(whole, self._settings)
                if n_chars == 0:
                    yield ""  # it ended, and said nothing
        finally:
            with speaking_to(self._settings):
                stream.close()  # type: ignore[attr-defined]  # it is a generator
            self._count(whole, n_read, n_chars)

    def _check_limits(self, n_read: int, n_chars: int, ends: float) -> None:
        limit = self._settings.max_tokens * MAX_CHARS_A_TOKEN
        if n_chars > limit:
            raise ModelError(f"the model's reply was cut after {limit:,} characters", kind="cut")
        if time.monotonic() > ends:
            raise ModelError(
                f"the model did not end its reply within {self._settings.timeout_s:g} s. Raise"
                " ELUTE_MODEL__TIMEOUT_S",
                kind="timeout",
            )
        told = self._settings.spent(
            self.usage.tokens_in + n_read, self.usage.tokens_out + n_chars // CHARS_A_TOKEN
        )
        if told is not None:
            raise ModelError(told, kind="budget")

    def _count(self, whole: Any, n_read: int, n_chars: int) -> None:
        counted = whole.usage_metadata if whole is not None else None
        tokens_in = counted["input_tokens"] if counted else n_read
        tokens_out = counted["output_tokens"] if counted else n_chars // CHARS_A_TOKEN
        tokens_in += self.usage.tokens_in
        tokens_out += self.usage.tokens_out
        self.usage = Usage(
            calls=self.usage.calls + 1,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost=self._settings.cost(tokens_in, tokens_out),
        )


def _chars(messages: Sequence[BaseMessage]) -> int:
    return sum(len(str(message.content)) for message in messages)


def _structured(schema: Mapping[str, Any]) -> dict[str, Any]:
    form = {"name": "reply", "schema": dict(schema), "strict": True}
    return {
        "response_format": {"type": "json_schema", "json_schema": form},
        "stream_usage": True,
    }
