"""The judge refuses what the vendor's types do not have."""

from __future__ import annotations

from typing import Any

import pytest
from cohere.v2.client import V2Client
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from tests.conformance.type_judge import complaints, complaints_of_call

ASK: dict[str, Any] = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}


def body(**more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [ASK], **more}


def test_what_the_vendor_takes_passes() -> None:
    full = body(
        temperature=1,
        stop=["a"],
        tool_choice="auto",
        tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {}}},
    )
    assert complaints(full, CompletionCreateParamsNonStreaming) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (body(temprature=1), "body.temprature: unknown"),
        (body(temperature="1"), "'1' is no float"),
        (body(temperature=True), "True is no float"),
        (body(n=1.5), "1.5 is no int"),
        ({"messages": [ASK]}, "body.model: missing"),
        (body(messages=[{"role": "user", "content": [{"type": "txt", "text": "Hi"}]}]), "'txt' is none of"),
        (body(messages=[{"role": "user", "content": "Hi", "zest": 1}]), "body.messages[0].zest: unknown"),
        (body(messages={}), "a list is wanted"),
        (body(tool_choice="perhaps"), "none of"),
        (body(stream=True), "True is none of"),
    ],
)
def test_what_it_would_refuse_is_told_with_its_place(wrong: dict[str, Any], words: str) -> None:
    found = complaints(wrong, CompletionCreateParamsNonStreaming)
    assert any(words in complaint for complaint in found), found


CITY: dict[str, Any] = {"type": "function", "function": {"name": "f", "parameters": {}}}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "body.messages: missing"),
        ({"messages": [{"role": "user", "content": "Hi", "zest": 1}]}, "body.messages[0].zest: unknown"),
        ({"messages": [], "tool_choice": "PERHAPS"}, "none of"),
        ({"messages": [], "tools": [{**CITY, "function": {"name": "f"}}]}, "parameters: missing"),
        ({"messages": [], "zest": 1}, "body.zest: unknown"),
    ],
)
def test_a_method_of_a_package_judges_by_its_arguments(wrong: dict[str, Any], words: str) -> None:
    assert complaints_of_call({"model": "m", "messages": [ASK], "tools": [CITY], "tool_choice": "NONE"}, V2Client.chat) == []
    found = complaints_of_call({"model": "m", **wrong}, V2Client.chat)
    assert any(words in complaint for complaint in found), found
