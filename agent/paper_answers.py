"""The papers' way of a turn: searched, quoted or written by a model, and seen by the gate."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.answer import Answer, AnswerStatus
from agent.events import Answered, Event, EvidenceFound, Searching, TextDelta
from agent.turn import Turn, told
from safety.substance import Decision, Verdict

if TYPE_CHECKING:
    from agent.langchain_planner import Acted
    from agent.literature.generative import Writer
    from ingest.library import Library
    from safety.gate import Gate


@dataclass(frozen=True)
class PaperAnswers:
    """Answers turns from one library's papers, each behind the gate."""

    library: Library
    gate: Gate
    writer: Callable[[Turn], Writer | None]  # the model that writes, opened when first needed
    name_of_model: Callable[[], str | None]

    def by_papers(self, turn: Turn, acted: Acted | None) -> Iterator[Event]:
        """Answer from the library's papers, with what tools gave behind it."""
        searched = self.library.papers() if turn.papers is None else turn.papers
        yield Searching(papers=len(searched))
        beside = acted.text if acted is not None else []
        answer = yield from self._from_papers(turn)
        if answer is None:
            return
        if acted is not None and acted.claims and answer.status is AnswerStatus.NO_EVIDENCE:
            found = {"passages": answer.passages, "unused": answer.unused}
            by = {**acted.fields(self.name_of_model()), **found}
            yield from told(turn, acted.text, by, self.gate)
            return
        changed = turn.fields(answer.verdict or turn.verdict)
        if acted is not None:
            changed |= {"planner": "langchain", "plan": acted.plan}
            if beside:
                after = self.gate.check_answer(
                    "\n".join([answer.text, *beside]), request=turn.asked
                )
                if after.decision is Decision.BLOCK:
                    yield turn.refused(after)
                    return
                yield TextDelta(text="\n" + " ".join(beside))
                changed |= acted.fields(self.name_of_model())
                changed["text"] = "\n".join([answer.text, " ".join(beside)])
                changed["claims"] = (*answer.claims, *acted.claims)
        yield Answered(answer=answer.model_copy(update=changed))

    def _from_papers(self, turn: Turn) -> Generator[Event, None, Answer | None]:
        """The answer that a model writes from the papers, or quotes; None where it is refused."""
        from agent.literature.answering import claim_with_citations, find_answer, quoting_answer
        from agent.tools.substance_keys import substance_keys

        found = find_answer(turn.asked, self.library, substance_keys, papers=turn.papers)
        writer = self.writer(turn) if found.silence is None else None
        answer = quoting_answer(found, turn.started)
        shown = [answer.text, *(citation.quote for citation in found.citations)]
        after = self.gate.check_answer("\n".join(shown), request=turn.asked)
        if after.decision is Decision.BLOCK:
            yield turn.refused(after)
            return None
        yield EvidenceFound(citations=found.citations)
        if writer is None:
            for claim in answer.claims:
                yield TextDelta(text=claim_with_citations(claim, answer.citations) + " ")
            return answer.model_copy(update={"verdict": after})
        from agent.literature.generative import write_answer

        writing = write_answer(found, self.library, writer, turn.started)
        while True:
            try:
                said = next(writing)
            except StopIteration as end:
                written: Answer | Verdict = end.value
                break
            yield TextDelta(text=said.text + " ")
        if isinstance(written, Verdict):
            yield turn.refused(written)
            return None
        turn.usage = written.usage
        return written
