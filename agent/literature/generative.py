"""An answer written by a model: no sentence of it is shown before it was checked.

The model reads numbered passages and sends sentences with the ids they rest on. Each sentence is
checked against the quotes, then by the gate together with all that was shown before, and only then
released. What fails on the way is said in one sentence, and quotes finish the answer.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent.answer import Answer, AnswerStatus, Claim, ClaimVerdict, Usage
from agent.errors import ModelError
from agent.literature.answering import (
    PLANNER,
    Found,
    cited_papers,
    claim_with_citations,
    find_answer,
    no_evidence,
    ranked_pages,
)
from agent.literature.citing import Citer
from agent.literature.claims import Closeness
from agent.literature.drafting import Calls, Draft, DraftSentence, Malformed, Parts
from agent.literature.names import SubstanceKeys
from agent.literature.passages import NumberedPassage, number_passages, seeds
from agent.literature.prompts import ANSWER, COMPARE, SPLIT, question_with_quotes
from agent.literature.support import MAX_CHARS, Checked, Checker
from ingest.candidates import Candidate
from ingest.chunking import sentence_texts
from ingest.citation import Citation
from safety.substance import Decision, Verdict

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from agent.settings import ModelSettings
    from ingest.library import Library
    from safety.gate import Gate

PASSAGES: Final = {"fast": 6, "thorough": 10, "compare": 10}
A_PAPER: Final = {"fast": 4, "thorough": 4, "compare": 2}  # passages, while others have any
MORE_PASSAGES: Final = 4  # that the second search of "thorough" adds
SEARCHES: Final = 4  # parts of a question, and things missing, that are searched for
MAX_SEARCH_CHARS: Final = 300  # of a model's words for a search
NOT_OF_THE_FORM: Final = "the model's reply was not in the form asked for"
TOO_LONG: Final = "A sentence of the model was too long to be checked and is left out"


@dataclass(frozen=True)
class Said:
    """A released sentence, as it is shown."""

    text: str


@dataclass(frozen=True, eq=False)
class Writer:
    """A model that writes answers, and what checks it.

    Args:
        model: The chat model.
        settings: Its endpoint and limits.
        gate: Sees all that is shown before it is shown, and what the model wants searched for.
        substance_keys: Keys of a name of a substance, for the check of claims.
        used: What was used for the same answer before.
    """

    model: BaseChatModel
    settings: ModelSettings
    gate: Gate
    substance_keys: SubstanceKeys | None = None
    used: Usage | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.settings.name or str(getattr(self.model, "model_name", "a model"))


class _Stopped(Exception):
    """The gate lets a sentence not pass."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


def write_answer(
    found: Found, library: Library, writer: Writer, started: float
) -> Generator[Said, None, Answer | Verdict]:
    """Write the answer to a question from what was found, sentence by sentence.

    Args:
        found: What the papers hold on the question; not silent.
        library: Where it was found.
        writer: Writes and checks.
        started: When the question was asked, by ``time.monotonic``.

    Returns:
        The answer, or the gate's verdict where it stopped one of its sentences.
    """
    sheet = _Sheet(found, library, writer)
    calls = Calls(writer.model, writer.settings, writer.used)
    try:
        try:
            yield from _written(sheet, calls)
        except (ModelError, Malformed) as error:
            told = str(error) if isinstance(error, ModelError) else NOT_OF_THE_FORM
            sheet.note(f"{_capital(told)}; quotes from the papers finish the answer.")
            yield from sheet.quote()
        return sheet.answer(calls, started)
    except _Stopped as stopped:
        return stopped.verdict


def _written(sheet: _Sheet, calls: Calls) -> Iterator[Said]:
    """The sentences of the model that pass."""
    preset = sheet.writer.settings.preset
    sources = [sheet.found]
    if preset == "thorough":
        sources += sheet.search(_parts(sheet, calls))
    most = sheet.writer.settings.passages or PASSAGES[preset]
    passages = sheet.read(sources, most, A_PAPER[preset])
    missing = yield from _drafted(sheet, calls, passages)
    if preset == "thorough" and missing:
        more = sheet.search(missing)
        passages = sheet.read(more, MORE_PASSAGES, A_PAPER[preset]) if more else ()
        if passages:
            yield from _drafted(sheet, calls, passages)


def _parts(sheet: _Sheet, calls: Calls) -> tuple[str, ...]:
    """The question split for the search; none where the model cannot."""
    from langchain_core.messages import HumanMessage, SystemMessage

    messages = [SystemMessage(SPLIT), HumanMessage(sheet.found.question)]
    try:
        return calls.ask(messages, Parts).questions
    except Malformed:
        return ()


def _drafted(
    sheet: _Sheet, calls: Calls, passages: Sequence[NumberedPassage]
) -> Generator[Said, None, tuple[str, ...]]:
    """The sentences of one reply that pass; returns what it says is missing."""
    from langchain_core.messages import HumanMessage, SystemMessage

    compares = sheet.writer.settings.preset == "compare"
    messages: list[BaseMessage] = [
        SystemMessage(f"{ANSWER}\n\n{COMPARE}" if compares else ANSWER),
        HumanMessage(question_with_quotes(sheet.found.question, passages, said=sheet.supported)),
    ]
    missing: tuple[str, ...] = ()
    for part in calls.draft(messages, [passage.id for passage in passages]):
        if isinstance(part, Draft):
            missing = part.missing
        else:
            yield from sheet.put(part)
    return missing


class _Sheet:
    """The answer while it is written."""

    def __init__(self, found: Found, library: Library, writer: Writer) -> None:
        self.found = found
        self.writer = writer
        self._library = library
        self._checker = Checker(
            substance_keys=writer.substance_keys, closeness=local_closeness(library)
        )
        self._citer = Citer(library.catalog)
        self._claims: list[Claim] = []
        self._citations: list[Citation] = []
        self._cited: list[Candidate] = []
        self._shown: list[str] = []
        self._held: list[str] = []  # marked sentences, until one is supported
        self._notes: list[str] = []
        self._seen: set[str] = set()
        self._by_model = False
        self.verdict: Verdict | None = None  # the gate's last

    @property
    def supported(self) -> tuple[str, ...]:
        """The sentences that the quotes bear out."""
        return tuple(
            claim.text for claim in self._claims if claim.verdict is ClaimVerdict.SUPPORTED
        )

    def note(self, sentence: str) -> None:
        """Say with the answer what went otherwise than asked."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def read(
        self, sources: Sequence[Found], limit: int, a_paper: int
    ) -> tuple[NumberedPassage, ...]:
        """New passages from what was found for each question, in turns."""
        shelf = self._library.retriever.shelf
        rows = [
            seeds(
                one.evidence,
                [chosen.candidate for chosen, _ in one.cited],
                limit=4 * limit,
                a_paper=a_paper,
            )
            for one in sources
        ]
        turns = [row[depth] for depth in range(4 * limit) for row in rows if depth < len(row)]
        known = tuple(self._checker.passages.values())
        passages = number_passages(turns, shelf, limit=limit, known=known)
        self._checker.add(passages)
        return passages

    def search(self, wanted: Sequence[str]) -> list[Found]:
        """What the papers hold on words of the model, as far as the gate lets them be asked."""
        found = []
        for words in wanted[:SEARCHES]:
            text = words.strip()[:MAX_SEARCH_CHARS]
            if not text or text == self.found.question:
                continue
            asked = self.writer.gate.check_request(text, conversation=(self.found.question,))
            if asked.decision is not Decision.BLOCK:
                found.append(
                    find_answer(
                        text,
                        self._library,
                        self.writer.substance_keys,
                        papers=self.found.papers,
                    )
                )
        return found

    def put(self, draft: DraftSentence) -> Iterator[Said]:
        """Check what a model wrote, and release what passes."""
        text = draft.text
        for name in self._checker.passages:  # told not to, some write ids into the sentence
            for form in (f"[{name}]", f"({name})"):
                text = text.replace(form, "")
        pieces = sentence_texts(" ".join(text.split()))
        if any(len(one) > MAX_CHARS for one in pieces):
            self.note(f"{TOO_LONG}.")
            return
        for one in pieces:
            if one.strip(" .").casefold() not in self._seen:
                self._seen.add(one.strip(" .").casefold())
                self._by_model = True
                yield from self._release(self._checker.check(one, draft.evidence))

    def quote(self) -> Iterator[Said]:
        """Finish with the sentences of the answer without a model that are not cited yet."""
        if not self.supported:
            self._claims, self._citations, self._cited, self._held = [], [], [], []
            self._by_model = False
        cited = {(one.paper.paper_id, one.ordinal) for one in self._cited}
        for chosen, _ in self.found.cited:
            quote = chosen.candidate
            if (quote.paper.paper_id, quote.ordinal) not in cited:
                yield from self._release(
                    Checked(chosen.shown, ClaimVerdict.SUPPORTED, "", (quote,))
                )

    def _release(self, checked: Checked) -> Iterator[Said]:
        """Cite a checked sentence and show it, once the gate lets it pass.

        Marked sentences wait for a supported one: where none comes, none is shown.
        """
        numbers = [self._cite(quote) for quote in checked.quotes]
        verdict, why = checked.verdict, checked.why
        if None in numbers and verdict is ClaimVerdict.SUPPORTED:
            verdict, why = ClaimVerdict.PARTLY, "A quote for it is not found again on its page."
        claim = Claim(
            text=checked.text,
            verdict=verdict,
            citations=tuple(number for number in numbers if number is not None),
            why=why,
        )
        self._claims.append(claim)
        self._held.append(claim_with_citations(claim, tuple(self._citations)))
        if not self.supported:
            return
        quotes = [citation.quote for citation in self._citations]
        self._pass([*self._shown, *self._held, *quotes])
        held, self._held = self._held, []
        for sentence in held:
            self._shown.append(sentence)
            yield Said(text=sentence)

    def _pass(self, shown: Sequence[str]) -> None:
        verdict = self.writer.gate.check_answer("\n".join(shown), request=self.found.question)
        if verdict.decision is Decision.BLOCK:
            raise _Stopped(verdict)
        self.verdict = verdict

    def _cite(self, quote: Candidate) -> int | None:
        """The number of a sentence among the citations; None where its page does not hold it."""
        place = (quote.paper.paper_id, quote.start)
        for number, citation in enumerate(self._citations):
            if (citation.paper_id, citation.start) == place:
                return number
        citation_ = self._citer.cite(quote)
        if citation_ is None:
            return None
        self._citations.append(citation_)
        self._cited.append(quote)
        return len(self._citations) - 1

    def answer(self, calls: Calls, started: float) -> Answer:
        """The answer, or the finding that nothing in it is borne out."""
        model = self.writer.name if self._by_model else None
        if not self.supported:
            why = (
                "Nothing that the model wrote is borne out by the quotes."
                if self._claims
                else "The model found no answer in the quotes."
            )
            silent = no_evidence(self.found, why, started)
            uncited = tuple(claim.model_copy(update={"citations": ()}) for claim in self._claims)
            quotes = [item.citation.quote for item in silent.unused]
            self._pass([silent.text, *(claim.text for claim in uncited), *quotes])
            return silent.model_copy(
                update={
                    "claims": uncited,
                    "model": model,
                    "usage": calls.usage,
                    "notes": tuple(self._notes),
                    "verdict": self.verdict,
                }
            )
        return Answer(
            question=self.found.question,
            status=AnswerStatus.ANSWERED,
            text=" ".join(self._shown),
            citations=tuple(self._citations),
            claims=tuple(self._claims),
            passages=ranked_pages(self.found.evidence),
            references=cited_papers(quote.paper for quote in self._cited),
            planner=PLANNER,
            model=model,
            usage=calls.usage,
            notes=tuple(self._notes),
            verdict=self.verdict,
            elapsed_s=time.monotonic() - started,
        )


def local_closeness(library: Library) -> Closeness | None:
    """Closeness by the library's embedder; None where it would send unchecked text elsewhere."""
    embedder = library.embedder
    if embedder is None or embedder.destination is not None:
        return None
    known: dict[str, object] = {}

    def closeness(left: str, right: str) -> float:
        new = [text for text in dict.fromkeys((left, right)) if text not in known]
        if new:
            known.update(zip(new, embedder.embed(new), strict=True))
        return float(known[left] @ known[right])  # type: ignore[operator]  # unit vectors

    return closeness


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
