"""Whatever a client sends, it gets an answer, or an error of its dialect: never a 500, never silence.

Bodies are recorded or minimal ones, mutated: another type at any path, odd texts and numbers, deep nesting, duplicate keys; and
raw bytes that are no JSON at all. The gateway is the real one on its socket; what a vendor is sent is answered with an error.
"""

from __future__ import annotations

import copy
import json
import socket
from http.client import HTTPConnection
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.serving import KEY, Running
from tests.simulators.recorded_vendor import Answer, RecordedVendor

PNG = "data:image/png;base64,iVBORw0KGgo="
TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}, "strict": True}}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
SEEDS: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {
        "messages": [
            {"role": "system", "content": "s", "name": "n"},
            {"role": "user", "content": [{"type": "text", "text": "t"}, {"type": "image_url", "image_url": {"url": PNG}}]},
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}]},
            {
                "role": "user",
                "content": [{"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}}],
            },
            {"role": "assistant", "content": None, "tool_calls": [CALL], "reasoning_content": "r"},
            {"role": "tool", "tool_call_id": "c1", "content": "1"},
        ],
        "tools": [TOOL],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA, "strict": True}},
        "temperature": 1,
        "max_tokens": 5,
        "stop": ["a"],
        "n": 1,
        "stream": False,
        "stream_options": {"include_usage": True},
        "metadata": {"a": "b"},
        "logit_bias": {"1": 2},
    },
    "/v1/completions": {"prompt": ["a", "b"], "max_tokens": 5, "echo": True, "stream": False},
    "/v1/responses": {
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "t"}, {"type": "input_image", "image_url": PNG}]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "r"}], "encrypted_content": "x"},
            {
                "type": "message",
                "role": "assistant",
                "id": "m1",
                "content": [{"type": "output_text", "text": "o", "annotations": []}],
            },
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}", "id": "f1"},
            {"type": "function_call_output", "call_id": "c1", "output": "1"},
            {"type": "web_search_call", "id": "w", "status": "completed", "action": {"type": "search", "query": "q"}},
        ],
        "instructions": "i",
        "tools": [{"type": "function", "name": "f", "parameters": SCHEMA, "strict": True}, {"type": "web_search"}],
        "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]},
        "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}, "verbosity": "low"},
        "reasoning": {"effort": "low", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
        "metadata": {"a": "b"},
        "truncation": "auto",
        "top_logprobs": 1,
        "max_output_tokens": 5,
    },
    "/v1/messages": {
        "max_tokens": 5,
        "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "t"},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
                    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "d"}, "title": "x"},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "r", "signature": "s"},
                    {"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}},
                ],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "1"}]}]},
        ],
        "tools": [{"name": "f", "input_schema": SCHEMA}, {"type": "web_search_20250305", "name": "web_search"}],
        "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": True},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}, "effort": "low"},
        "stop_sequences": ["a"],
        "metadata": {"user_id": "u"},
    },
    "/v1/messages/count_tokens": {"system": "s", "messages": [{"role": "user", "content": "t"}], "thinking": {"type": "disabled"}},
    "/v1/embeddings": {"input": ["a", "b"], "encoding_format": "base64", "dimensions": 3, "input_type": "query"},
    "/v1/rerank": {"query": "q", "documents": ["a", {"text": "b"}], "top_n": 1, "return_documents": True},
    "/v1/moderations": {"input": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": PNG}}]},
    "/v1/audio/speech": {"input": "a", "voice": {"id": "v"}, "response_format": "wav", "speed": 1},
}
MODELS = ("chatty/known", "responding/known", "claudian/known", "prompted/known", "chatty/vectors")
ODD_TEXTS = (
    "",
    "\x00",
    "a\r\nx-injected: 1",
    "‮",
    "𐏿" * 3,
    "data:;base64,",
    "data:image/png;base64,@@@",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://[::1",
    "x" * 5000,
    "NaN",
    "{",
)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from((0, -1, 2**63, 10**40, 1e308, -0.0, 0.5)),
    st.sampled_from(ODD_TEXTS),
    st.text(max_size=8),
    st.sampled_from(([], {}, [[]], [None], [{}], {"": None}, {"type": None}, [{"type": []}], {"a": {"a": {"a": []}}})),
)


def paths_of(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body."""
    found = [place] if place else []
    if isinstance(value, dict):
        inner: Any = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        return found
    return found + [path for key, item in inner for path in paths_of(item, (*place, key))]


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A path, and a body with up to three places changed or left out."""
    path = draw(st.sampled_from(sorted(SEEDS)))
    body: dict[str, Any] = copy.deepcopy({"model": draw(st.sampled_from(MODELS)), **SEEDS[path]})
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(paths_of(body) or [("model",)]))
        holder: Any = body
        for key in place[:-1]:
            holder = holder[key]
        if body and draw(st.integers(0, 4)) == 0:  # of an empty body nothing can be left out
            del holder[place[-1]]
        else:
            holder[place[-1]] = copy.deepcopy(draw(ODD))
    if draw(st.booleans()):
        body["stream"] = True
    return path, body


_ODD_TYPES: tuple[Any, ...] = (None, 7, "x", [], {}, True)


def sent(running: Running, path: str, body: bytes) -> tuple[int, bytes]:
    connection = HTTPConnection(*running.address, timeout=20)
    try:
        connection.request("POST", path, body, {"authorization": f"Bearer {KEY}", "content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def check(path: str, status: int, answer: bytes) -> None:
    """An answer, or an error that clients of the path can read."""
    assert status in (200, 400, 404, 413, 422, 424), (status, answer)
    if status == 200:
        return
    fault = json.loads(answer)
    if path.startswith("/v1/messages"):
        assert fault["type"] == "error", fault
    assert fault["error"]["message"], fault
    assert fault["error"]["type"], fault


REFUSAL = Answer(400, body=b'{"type":"error","error":{"type":"invalid_request_error","message":"no"}}')


@given(bodies())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_mutated_bodies(gateway: Running, vendor: RecordedVendor, asked: tuple[str, dict[str, Any]]):
    vendor.answer = REFUSAL
    path, body = asked
    check(path, *sent(gateway, path, json.dumps(body).encode()))


@pytest.mark.parametrize("path", sorted(SEEDS))
@pytest.mark.parametrize("model", MODELS[:3])
def test_another_type_at_every_place(gateway: Running, vendor: RecordedVendor, path: str, model: str):
    vendor.answer = REFUSAL
    seed: dict[str, Any] = {"model": model, **SEEDS[path]}
    for place in paths_of(seed):
        for odd in _ODD_TYPES:
            body: Any = copy.deepcopy(seed)
            holder = body
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = copy.deepcopy(odd)
            status, answer = sent(gateway, path, json.dumps(body).encode())
            try:
                check(path, status, answer)
            except AssertionError as wrong:
                raise AssertionError(f"{place} = {odd!r}") from wrong


@given(st.sampled_from(sorted(SEEDS)), st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_that_are_no_json(gateway: Running, path: str, body: bytes):
    check(path, *sent(gateway, path, body))


@pytest.mark.parametrize(
    "body",
    [
        b'{"model":"chatty/known","model":"nobody/x","messages":[{"role":"user","content":"a"}]}',
        b'{"model":"chatty/known","messages":[{"role":"user","role":"nobody","content":"a"}]}',
        b'{"model":"chatty/known","messages":[{"role":"user","content":"\\ud83d"}]}',
        b'{"model":"chatty/known","messages":[{"role":"user","content":"\\udc00\\ud800"}]}',
        b'{"model":"chatty/known","messages":[{"role":"user","content":"\xed\xa0\x80"}]}',
        b'{"model":"chatty/known","temperature":1e999,"messages":[{"role":"user","content":"a"}]}',
        b'{"model":"chatty/known","temperature":NaN,"messages":[{"role":"user","content":"a"}]}',
        b'{"model":"chatty/known","seed":' + b"9" * 5000 + b',"messages":[{"role":"user","content":"a"}]}',
        b'{"model":"chatty/known","messages":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"model":"chatty/known","tools":' + b'{"a":' * 60 + b"1" + b"}" * 60 + b',"messages":[{"role":"user","content":"a"}]}',
        b'{"model":"chatty/known\\r\\nx-injected: 1","messages":[{"role":"user","content":"a"}]}',
        b'{"model":"../../etc/passwd","messages":[{"role":"user","content":"a"}]}',
        b'{"model":"chatty/known?x=1#y","messages":[{"role":"user","content":"a"}]}',
        b'{"model":"' + b"x" * 100_000 + b'","messages":[{"role":"user","content":"a"}]}',
    ],
)
def test_known_mischief(gateway: Running, vendor: RecordedVendor, body: bytes):
    vendor.answer = REFUSAL
    check("/v1/chat/completions", *sent(gateway, "/v1/chat/completions", body))
    assert all("x-injected" not in asked.headers for asked in vendor.asked)


def test_duplicate_keys_are_one_thing_to_all(gateway: Running, vendor: RecordedVendor):
    """What was checked is what is sent: the last of two equal keys, here and at the vendor."""
    vendor.answer = REFUSAL
    first, last = (b'"messages":[{"role":"user","content":"%s"}]' % word for word in (b"a", b"b"))
    body = b'{%s,"model":"nobody/x","model":"chatty/known",%s}' % (first, last)
    sent(gateway, "/v1/chat/completions", body)
    (asked,) = vendor.asked
    assert asked.body.count(b'"messages"') == asked.body.count(b'"model"') == 1
    assert json.loads(asked.body)["messages"][0]["content"] == "b"


@pytest.mark.parametrize(
    "head",
    [
        b"x-request-id: a\rx-injected: 1",
        b"x-request-id: \xff\xfe",
        b"anthropic-beta: a\x0bb",
        b"openai-beta: " + b"x" * 8000,
        b"content-length: 5\r\ncontent-length: 6",
        b"transfer-encoding: chunked\r\ncontent-length: 6",
        b"content-length: -1",
        b"host: b",
    ],
)
def test_strange_headers(gateway: Running, vendor: RecordedVendor, head: bytes):
    vendor.answer = REFUSAL
    body = b'{"model":"claudian/known","max_tokens":5,"messages":[{"role":"user","content":"a"}]}'
    ask = b"POST /v1/messages HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer " + KEY.encode() + b"\r\n" + head
    if b"content-length" not in head:
        ask += b"\r\ncontent-length: " + str(len(body)).encode()
    with socket.create_connection(gateway.address, timeout=20) as client:
        client.sendall(ask + b"\r\n\r\n" + body)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    assert not answer or answer.split(b" ")[1] in (b"400", b"401", b"404"), answer
    assert b"\r\nx-injected" not in answer
    assert all("x-injected" not in asked.headers for asked in vendor.asked)
