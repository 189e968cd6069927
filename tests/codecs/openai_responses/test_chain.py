"""What a connection remembers of its last answer, and compacted conversations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.openai_responses.inbound.chain import Chain, PreviousResponseUnknown
from modelruntime.codecs.openai_responses.inbound.compaction import render_compaction, summary_of, transcript
from modelruntime.codecs.openai_responses.inbound.items import messages_from
from modelruntime.entities.errors import ParameterInvalid

CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": "{}"}
SAID = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}
HIDDEN = {"type": "reasoning", "id": "rs_1", "summary": []}
OURS = {"type": "reasoning", "id": "rs_mr_1", "summary": [{"type": "summary_text", "text": "hm"}]}
SEALED = {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "x"}


def answered(output: list[Any], **more: Any) -> Chain:
    chain = Chain()
    chain.begin({"input": "one", **more})
    chain.end({"id": "resp_1", "status": "completed", "output": output})
    return chain


def test_the_next_request_says_all_by_itself():
    chain = answered([HIDDEN, OURS, SEALED, SAID])
    body = chain.begin({"input": [{"role": "user", "content": "two"}], "previous_response_id": "resp_1", "store": False})
    assert body == {
        "store": False,
        "input": [{"type": "message", "role": "user", "content": "one"}, OURS, SEALED, SAID, {"role": "user", "content": "two"}],
    }
    assert chain.goes_on_from == "resp_1"


def test_the_last_answer_alone_is_remembered():
    chain = answered([SAID])
    chain.begin({"input": "again", "previous_response_id": "resp_1"})
    chain.end({"id": "resp_2", "status": "incomplete", "output": [SAID]})
    with pytest.raises(PreviousResponseUnknown):
        chain.begin({"input": "x", "previous_response_id": "resp_1", "store": False})
    assert len(chain.begin({"input": "x", "previous_response_id": "resp_2"})["input"]) == 5


@pytest.mark.parametrize("fields", [{"conversation": "conv_1"}, {"previous_response_id": "resp_0"}])
def test_what_a_vendor_keeps_is_left_to_it(fields: dict[str, Any]):
    chain = answered([SAID], **fields)
    assert chain.begin({"input": "x", "previous_response_id": "resp_1"})["previous_response_id"] == "resp_1"


def test_a_failed_answer_is_not_gone_on_from():
    chain = answered([SAID])
    chain.begin({"input": "x", "previous_response_id": "resp_1"})
    chain.end({"id": "resp_2", "status": "failed", "output": []})
    for gone in ("resp_1", "resp_2"):
        with pytest.raises(PreviousResponseUnknown):
            chain.begin({"input": "x", "previous_response_id": gone, "store": False})


def test_a_failure_of_another_chain_forgets_nothing():
    chain = answered([SAID])
    chain.begin({"input": "x"})
    chain.fail()
    assert len(chain.begin({"input": "x", "previous_response_id": "resp_1"})["input"]) == 3


@pytest.mark.parametrize("call_id, known", [("call_1", True), ("call_2", False)])
def test_the_output_of_a_call_that_nobody_made_is_refused(call_id: str, known: bool):
    chain = answered([CALL])
    request = {"input": [{"type": "function_call_output", "call_id": call_id, "output": "x"}], "previous_response_id": "resp_1"}
    if known:
        assert len(chain.begin(request)["input"]) == 3
        return
    with pytest.raises(ParameterInvalid) as raised:
        chain.begin(request)
    assert raised.value.field == "input[0].call_id"


@given(st.text())
def test_a_summary_comes_back_as_it_was(summary: str):
    assert summary_of(render_compaction(summary, "cmp_1")) == summary


def test_a_summary_stands_for_the_conversation_and_a_vendors_own_is_left_to_it():
    (ours,) = messages_from([render_compaction("They agreed.", "cmp_1")])
    assert "They agreed." in str(ours.content)
    assert summary_of({"type": "compaction", "encrypted_content": "gAAAAAB"}) is None


@pytest.mark.parametrize("content", ["mrc1.", "mrc1.!!!", "mrc1.eJwDAAAAAAE", "mrc1.AAAA"])
def test_a_summary_that_was_changed_is_refused(content: str):
    with pytest.raises(ParameterInvalid) as raised:
        messages_from([{"type": "compaction", "encrypted_content": content}])
    assert raised.value.field == "input[0].encrypted_content"


def test_a_transcript_has_everything_that_was_said():
    items = [{"role": "user", "content": "do"}, CALL, {"type": "function_call_output", "call_id": "call_1", "output": "done"}, SAID]
    assert transcript(messages_from(items)) == "user: do\n\nassistant: [calls f with {}]\n\ntool: done\n\nassistant: hi"
