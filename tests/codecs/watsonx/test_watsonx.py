"""watsonx.ai: what differs from the shapes it shares."""

from __future__ import annotations

import json

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.watsonx import chat, embeddings, rerank
from modelruntime.entities.call import LLMCall, RerankCall, TextEmbeddingCall
from modelruntime.entities.errors import BadRequest, CredentialsInvalid, ServerUnavailable
from modelruntime.entities.events import ErrorEvent
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.tools import Tool, ToolChoice
from modelruntime.schema.profile import Profile
from tests.codecs.calls import answer, drive, sent_by
from tests.codecs.stream_cuts import check_cuts, frames, told

CALL = LLMCall("m", (UserMessage("Hello"),), parameters={"stop": "end"})
PROJECT = {"project_id": "p-1"}


def endpoint(credentials=PROJECT, **profile):
    return Endpoint(
        "https://wx.test", "ibm/granite", Profile(query={"version": "2026-10-14"}, **profile), "acme", credentials=credentials
    )


@pytest.mark.parametrize(
    ("credentials", "scope"),
    [(PROJECT, PROJECT), ({"space_id": "s-1"}, {"space_id": "s-1"}), ({**PROJECT, "space_id": "s"}, PROJECT)],
)
def test_a_body_names_the_model_and_who_pays(credentials, scope):
    request = sent_by(chat.CODEC.invoke(CALL, endpoint(credentials)))
    assert request.url == "https://wx.test/ml/v1/text/chat?version=2026-10-14"
    messages = [{"role": "user", "content": "Hello"}]
    assert json.loads(request.body or b"") == {**scope, "model_id": "ibm/granite", "messages": messages, "stop": ["end"]}


@pytest.mark.parametrize(
    "refused",
    [
        lambda: chat.CODEC.invoke(CALL, endpoint({})),
        lambda: embeddings.CODEC.invoke(TextEmbeddingCall("m", ("a",)), endpoint({})),
        lambda: rerank.CODEC.invoke(RerankCall("m", "q", ("d",)), endpoint({})),
    ],
)
def test_without_a_project_the_form_is_at_fault(refused):
    with pytest.raises(CredentialsInvalid) as raised:
        refused()
    assert raised.value.field == "project_id"


@pytest.mark.parametrize(
    ("choice", "fields"),
    [
        (ToolChoice("required"), {"tool_choice_option": "required"}),
        (ToolChoice("tool", "t"), {"tool_choice": {"type": "function", "function": {"name": "t"}}}),
    ],
)
def test_a_choice_among_tools_has_two_fields(choice, fields):
    body = json.loads(
        sent_by(chat.CODEC.invoke(LLMCall("m", CALL.messages, tools=(Tool("t"),), tool_choice=choice), endpoint())).body or b""
    )
    assert {name: body[name] for name in body if name.startswith("tool_choice")} == fields


def reply(**choice):
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {"id": "c", "model_id": "ibm/granite", "created_at": "2026", "choices": [{"index": 0, **choice}], "usage": usage}


def test_a_reply_is_read():
    body = reply(message={"role": "assistant", "content": "Hello!"}, finish_reason="stop")
    _, result = drive(chat.CODEC.invoke(CALL, endpoint()), answer(body))
    assert (result.text, result.model, result.usage.input.total, result.raw.json()) == ("Hello!", "ibm/granite", 11, body)


def test_a_stream_has_a_path_of_its_own_and_no_mark_at_its_end():
    operation = chat.CODEC.stream(CALL, endpoint())
    request = operation.start()
    assert request.url == "https://wx.test/ml/v1/text/chat_stream?version=2026-10-14"
    assert "stream" not in json.loads(request.body or b"")
    chunks = [reply(delta={"role": "assistant", "content": piece}) for piece in ("Hel", "lo — 天气")]
    for chunk in chunks:
        del chunk["usage"]
    body = b"".join(b"id: 1\n" + frames(chunk, name="message") for chunk in (*chunks, reply(delta={}, finish_reason="stop")))
    result = gather(check_cuts(operation, body, len(body) - 1))
    assert (result.text, result.finish.unified, result.usage.output.total) == ("Hello — 天气", "stop", 7)
    assert not result.warnings


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"errors": [{"code": "downstream_issue", "message": "no"}], "trace": "t", "status_code": 500}, ServerUnavailable),
        ({"errors": [{"code": "invalid_request", "message": "no"}], "trace": "t", "status_code": 400}, BadRequest),
    ],
)
def test_an_error_amid_a_stream_ends_it(error, kind):
    body = frames(reply(delta={"content": "A"})) + frames(error, name="error")
    found = told(chat.CODEC.stream(CALL, endpoint()), body)
    assert isinstance(found[-1], ErrorEvent)
    assert (type(found[-1].error), found[-1].error.code) == (kind, error["errors"][0]["code"])


def test_texts_come_back_in_order_over_several_requests():
    call = TextEmbeddingCall("m", ("a", "b"), parameters={"truncate_input_tokens": 9})
    pages = [answer({"results": [{"embedding": [float(at)]}], "input_token_count": at, "model_id": "slate"}) for at in (1, 2)]
    sent, result = drive(embeddings.CODEC.invoke(call, endpoint(embedding_max_batch=1)), *pages)
    assert sent[0] == {"model_id": "ibm/granite", **PROJECT, "parameters": {"truncate_input_tokens": 9}, "inputs": ["a"]}
    assert ([row[0] for row in result.vectors], result.usage.input.total, result.model) == ([1.0, 2.0], 3, "slate")


def test_a_ranking_is_asked_for_with_options():
    ranked = {"results": [{"index": 1, "score": 0.7}, {"index": 0, "score": 0.2}], "input_token_count": 5}
    call = RerankCall("m", "q", ("a", "b"), top_n=2)
    sent, result = drive(rerank.CODEC.invoke(call, endpoint()), answer(ranked))
    assert sent == [
        {
            **PROJECT,
            "model_id": "ibm/granite",
            "query": "q",
            "inputs": [{"text": "a"}, {"text": "b"}],
            "parameters": {"return_options": {"top_n": 2}},
        }
    ]
    assert [(item.index, item.score) for item in result.items] == [(1, 0.7), (0, 0.2)]
    assert result.usage.input.total == 5
