"""An answer as it is read: its sentences with their verdicts, and what stands behind them."""

from __future__ import annotations

import streamlit as st

from agent.answer import Answer, AnswerStatus, Claim, ClaimVerdict
from agent.plan import Reading
from ingest.citation import Citation
from ingest.paper import Paper
from ui.render import as_json, one_line, plural, verbatim_markdown
from ui.rooms.citations import draw_citations, draw_references
from ui.rooms.house import House
from ui.rooms.markup import lines, shown
from ui.rooms.refusal import draw_banner, draw_refusal
from ui.rooms.results import draw_result, plain_result

READ_AS = {
    Reading.LITERATURE: "Ask the papers instead",
    Reading.PROPERTY: "Look it up in tables instead",
    Reading.FEATURIZE: "Make a feature vector instead",
    Reading.GENERATE: "Generate structures instead",
    Reading.CONVERT: "Convert it instead",
    Reading.SCREEN: "Screen it instead",
    Reading.SYNTHESIS: "Look for procedures instead",
}
_VERDICTS = {
    ClaimVerdict.SUPPORTED: ("✓", "supported by its quote"),
    ClaimVerdict.PARTLY: ("partly supported", "partly supported"),
    ClaimVerdict.UNSUPPORTED: ("unsupported", "not supported by its quote"),
}


def draw_answer(answer: Answer, key: str, papers: dict[str, Paper], house: House) -> None:
    """Banner, prose, results, sources and trace of one answer."""
    if answer.status is AnswerStatus.REFUSED:
        draw_refusal(answer.verdict, answer.text)
        return
    draw_banner(answer)
    results = [plain_result(result) for result in answer.tools or ()]
    st.html(answer_html(answer))
    for number, result in enumerate(results):
        draw_result(result, key=f"{key}-result-{number}", warned=True)
    for note in answer.notes:
        st.caption(f":material/info: {verbatim_markdown(note)}")
    st.html(_meta(answer, house))
    if answer.status is AnswerStatus.NO_EVIDENCE and answer.unused:
        st.caption("The nearest passages, not used:")
        draw_citations([one.citation for one in answer.unused], key, papers, house.name)
    elif answer.citations:
        draw_citations(answer.citations, key, papers, house.name)
    _draw_folded(answer, results, key)


@st.fragment
def _draw_folded(answer: Answer, results: list[dict[str, object]], key: str) -> None:
    """References and trace; what is folded up is drawn when it is opened."""
    if answer.references:
        with st.expander(
            "References", icon=":material/menu_book:", type="compact",
            key=f"references-{key}", on_change="rerun",
        ) as opened:  # fmt: skip
            if opened.open:
                draw_references(answer.references)
    with st.expander(
        "How this was answered", icon=":material/account_tree:", type="compact",
        key=f"trace-{key}", on_change="rerun",
    ) as opened:  # fmt: skip
        if opened.open:
            _draw_trace(answer, results)


def answer_html(answer: Answer) -> str:
    """The prose; each claim with citations and verdict, and the reason of one not supported."""
    if not answer.claims:
        return f'<div class="elute-answer"><p>{lines(answer.text)}</p></div>'
    claims = " ".join(_claim(claim, answer.citations) for claim in answer.claims)
    return f'<div class="elute-answer"><p>{claims}</p></div>'


def _claim(claim: Claim, citations: tuple[Citation, ...]) -> str:
    text = claim.text.rstrip(". ")
    cited = " ".join(
        f'<span class="elute-cite">({shown(citations[index].key)} page'
        f" {citations[index].page})</span>"
        for index in claim.citations
    )
    sign, meaning = _VERDICTS[claim.verdict]
    kind = claim.verdict.value
    said = (
        f'<span class="elute-verdict {kind}" title="{meaning}"><span aria-hidden="true">{sign}'
        f'</span><span class="elute-only-read">{meaning}</span></span>'
    )
    why = (
        f' <span class="elute-why">[{shown(claim.why)}]</span>'
        if claim.why and claim.verdict is not ClaimVerdict.SUPPORTED
        else ""
    )
    return f'<span class="elute-claim {kind}">{shown(text)}</span> {cited}.&nbsp;{said}{why}'


def _meta(answer: Answer, house: House) -> str:
    """Who planned and who wrote it, how sure the reading is, and how long it took."""
    chips = [f"{answer.planner} planner"]
    if answer.model:
        chips.append(f"written by {answer.model}")
        if house.text_goes_to:
            chips.append(f"question and quotes went to {house.text_goes_to}")
    elif answer.tools is None:
        chips.append("written without a model")
    if answer.usage is not None and answer.usage.calls:
        tokens = answer.usage.tokens_in + answer.usage.tokens_out
        chips.append(f"{plural(tokens, 'token')}")
    if answer.plan is not None:
        chips.append(f"read as {answer.plan.reading.value}")
    if answer.claims:
        good = sum(claim.verdict is ClaimVerdict.SUPPORTED for claim in answer.claims)
        chips.append(f"{good} of {plural(len(answer.claims), 'sentence')} supported")
    chips.append(f"{answer.elapsed_s:.1f} s")
    inner = "".join(f'<span class="elute-chip">{shown(chip)}</span>' for chip in chips)
    return f'<div class="elute-meta">{inner}</div>'


def _draw_trace(answer: Answer, results: list[dict[str, object]]) -> None:
    """Each step in its order: the gate, the reading, the calls, the pages that were ranked."""
    if answer.verdict is not None:
        found = f"The gate: {answer.verdict.decision.value}"
        st.caption(
            found
            + (
                f", {plural(len(answer.verdict.hits), 'listed hit')}"
                if answer.verdict.hits
                else ", nothing regulated"
            )
        )
    if answer.plan is not None:
        others = ", ".join(
            f"{other.reading.value} {other.confidence:.2f}" for other in answer.plan.alternatives
        )
        st.caption(
            f"Read as {answer.plan.reading.value} ({answer.plan.confidence:.2f})"
            + (f"; otherwise {others}" if others else "")
        )
        for step in answer.plan.steps:
            st.caption(f"Planned: {one_line(step.tool)} · {one_line(step.why, 160)}")
    for result in results:
        draw_call(result)
    if answer.passages:
        rows = "".join(
            f'<tr><td class="num">{page.rank}</td><td>{shown(page.file)}</td>'
            f'<td class="num">{page.page}</td><td class="num">{page.score:.3f}</td></tr>'
            for page in answer.passages[:10]
        )
        st.html(
            '<div class="elute-table"><table><thead><tr><th>Rank</th><th>File</th><th>Page</th>'
            f"<th>Score</th></tr></thead><tbody>{rows}</tbody></table></div>"
        )


def draw_call(result: dict[str, object]) -> None:
    """One call of a tool: arguments, time, verdict, warnings and the result as JSON."""
    verdict = result.get("verdict") or {}
    decision = verdict.get("decision", "") if isinstance(verdict, dict) else ""
    elapsed = result.get("elapsed_s")
    took = f" · {elapsed:.2f} s" if isinstance(elapsed, float) else ""
    st.caption(f"Ran {result.get('tool')}{took} · the gate: {decision}")
    st.code(as_json(result.get("arguments", {})), language="json", wrap_lines=True)
    st.json(result.get("output", {}), expanded=False)
