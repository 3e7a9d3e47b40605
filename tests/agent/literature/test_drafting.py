from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.literature.drafting import Draft, DraftReader, DraftSentence, Malformed, draft_schema

words = st.text(alphabet='ab"{}[]\\,: é\n', max_size=12)
sentences = st.lists(
    st.builds(DraftSentence, text=words, evidence=st.lists(words, max_size=3)), max_size=4
)


@settings(deadline=None)  # a busy machine is no fault of the reader
@given(sentences, st.lists(words, max_size=3), st.integers(1, 40), st.randoms())
def test_however_a_reply_is_cut_each_sentence_comes_once_and_in_order(
    wanted: list[DraftSentence], missing: list[str], longest: int, chance: Random
) -> None:
    reply = json.dumps({"sentences": [one.model_dump() for one in wanted], "missing": missing})
    reader, found = DraftReader(), []

    at = 0
    while at < len(reply):
        piece = reply[at : at + chance.randint(1, longest)]
        found += reader.feed(piece)
        at += len(piece)
    draft, rest = reader.finish()

    assert [*found, *rest] == wanted
    assert draft == Draft(sentences=tuple(wanted), missing=tuple(missing))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("```json\n", "\n```"),
        ("<think>a {curly} thought</think>\n", "\nI hope this helps {really}."),
    ],
    ids=["bare", "fenced", "thought about"],
)
def test_words_around_the_object_are_no_part_of_it(before: str, after: str) -> None:
    reader = DraftReader()
    body = '{"sentences": [{"text": "A.", "evidence": ["b2c3"]}, {"text": "B."}], "note": 1}'

    given_early = reader.feed(f"{before}{body}{after}")
    draft, rest = reader.finish()

    assert [one.text for one in (*given_early, *rest)] == ["A.", "B."]
    assert draft.sentences[0].evidence == ("b2c3",)


@pytest.mark.parametrize(
    "text", ["", "no", '{"sentences": 3}', '{"sentences": [3]}', '"sentences"']
)
def test_what_is_no_draft_is_malformed(text: str) -> None:
    reader = DraftReader()

    def read() -> None:
        reader.feed(text)
        reader.finish()

    with pytest.raises(Malformed):
        read()


def test_a_form_can_name_only_the_ids_that_were_given() -> None:
    schema = draft_schema(["b2c3", "d4f5"])

    item = schema["properties"]["sentences"]["items"]
    assert item["properties"]["evidence"]["items"]["enum"] == ["b2c3", "d4f5"]
    assert item["additionalProperties"] is False
