"""Records and a session that answers from a table, for tests of the doors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from agent.answer import Answer, AnswerStatus, Evidence, RankedPage
from agent.errors import QuestionError
from agent.events import Answered, Event, EvidenceFound, Refused, TextDelta
from agent.plan import Reading
from agent.session import Session
from ingest.citation import Box, Citation, PageSpan
from ingest.paper import Chunk, Paper, Passage
from ingest.stored import FileState
from safety.substance import Decision, Hit, Level, Verdict

PAPER = Paper(
    paper_id="ab" * 32,
    key="Mosquera2023",
    title="Vacancies in hot oxides",
    authors=("Ana Mosquera", "Li Wei"),
    year=2023,
    doi="10.1000/vac",
    journal=None,
    paths=("/papers/mosquera.pdf",),
    page_count=9,
    ingested_at=datetime(2026, 11, 1, tzinfo=UTC),
)
CITATION = Citation(
    key="Mosquera2023",
    paper_id=PAPER.paper_id,
    file="mosquera.pdf",
    page=5,
    printed_page="1235",
    quote="Heating to 900 K doubles\nthe vacancy concentration.",
    start=812,
    box=Box(x0=10.0, y0=20.5, x1=300.0, y1=44.0),
)
ANSWERED = Answer(
    question="What does heating do?",
    status=AnswerStatus.ANSWERED,
    text="Heating to 900 K doubles the vacancy concentration (Mosquera2023 page 5).",
    citations=(CITATION,),
    passages=(RankedPage(file="mosquera.pdf", page=5, score=0.9, rank=1),),
    references=(PAPER,),
    planner="rules",
    elapsed_s=0.1,
)
NOT_FOUND = Answer(
    question="Who won?",
    status=AnswerStatus.NO_EVIDENCE,
    text="No passage of the papers carries what is asked.",
    unused=(Evidence(citation=CITATION, relevance=0.2),),
    passages=(RankedPage(file="mosquera.pdf", page=5, score=0.1, rank=1),),
    planner="rules",
    elapsed_s=0.1,
)
HIT = Hit(
    name="a listed substance",
    list="us-csa",
    edition="2026-04-01",
    schedule="Schedule I",
    jurisdiction="US",
    citation="21 CFR 1308.11",
    how="name",
    score=1.0,
    level=Level.BLOCK,
)
REFUSED = Answer(
    question="q",
    status=AnswerStatus.REFUSED,
    text="Refused: this is regulated by us-csa, Schedule I.",
    planner="rules",
    elapsed_s=0.1,
    verdict=Verdict(decision=Decision.BLOCK, hits=(HIT,), reason="Refused: ..."),
)
NOTED = ANSWERED.model_copy(
    update={
        "verdict": Verdict(decision=Decision.WARN, hits=(HIT,), reason="It is regulated (us-csa).")
    }
)
PASSAGE = Passage(
    chunk=Chunk(
        chunk_id="c1",
        paper_id=PAPER.paper_id,
        ordinal=0,
        text="Heating to 900 K doubles\nthe vacancy concentration.",
        start=812,
        end=862,
        pages=PageSpan(first=5, last=5),
        sentences=(0, 0),
    ),
    paper=PAPER,
    page=5,
    score=0.5,
    rank=1,
    found_by="lexical+dense",
)


class ScriptedCatalog:
    """A catalog that never changes."""

    def generation(self) -> int:
        return 1

    def text(self, paper_id: str) -> str:
        return "The band gap of TiO2 is 3.0 eV."

    def files(self) -> dict[str, FileState]:
        return {}


class ScriptedLibrary:
    """A library of one paper that finds the same passage for everything but 'nothing'."""

    def __init__(self) -> None:
        self.closed = False
        self.catalog = ScriptedCatalog()

    def search(self, question: str, limit: int = 10) -> list[Passage]:
        return [] if question == "nothing" else [PASSAGE][:limit]

    def papers(self) -> list[Paper]:
        return [PAPER]

    def close(self) -> None:
        self.closed = True


class ScriptedSession(Session):
    """Answers from a table; an exception in the table is raised."""

    opened = 0
    freshened = 0

    def __init__(self, answers: dict[str, Answer | BaseException]) -> None:
        super().__init__(ScriptedLibrary())  # type: ignore[arg-type]
        self.answers = answers
        self.asked: list[tuple[str, Collection[str] | None, Reading | None]] = []

    def fresh(self, earlier: Sequence[Answer] = ()) -> ScriptedSession:
        ScriptedSession.freshened += 1
        return self

    def ask(
        self,
        question: str,
        *,
        papers: Collection[str] | None = None,
        reading: Reading | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, papers, reading))
        if not question.strip():
            raise QuestionError("the question is empty.")
        answer = self.answers.get(question, ANSWERED)
        if isinstance(answer, BaseException):
            raise answer
        if answer.status is AnswerStatus.REFUSED:
            yield Refused(answer=answer)
            return
        yield EvidenceFound(citations=answer.citations)
        if answer.status is AnswerStatus.ANSWERED:
            yield TextDelta(text=answer.text)
        yield Answered(answer=answer)
