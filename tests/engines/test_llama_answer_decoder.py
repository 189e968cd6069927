"""The incremental reader of answers in the tool grammar."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.engines.llama_cpp.answer_decoder import AnswerDecoder, CallBegins, CallEnds, CallPiece, Piece, TextPiece

CALLS = (
    '{ "tool_calls" : [\n {"name":"a","arguments": {"x": "}]\\"", "y": [1, {"z": null}]}} , {"name": "b\\u00e9", "arguments": {}}]}'
)


def read(*chunks: str) -> list[Piece]:
    decoder = AnswerDecoder()
    return [piece for chunk in chunks for piece in decoder.feed(chunk)] + decoder.close()


def gathered(pieces: list[Piece]) -> list[tuple[str, ...]]:
    """Text and calls with their deltas added up."""
    parts: list[tuple[str, ...]] = []
    for piece in pieces:
        match piece:
            case TextPiece(text):
                if parts and len(parts[-1]) == 1:
                    parts[-1] = (parts[-1][0] + text,)
                else:
                    parts.append((text,))
            case CallBegins(name):
                parts.append((name, ""))
            case CallPiece(arguments):
                parts[-1] = (parts[-1][0], parts[-1][1] + arguments)
            case CallEnds():
                parts[-1] = (*parts[-1], "end")
    return parts


@given(st.text(), st.booleans(), st.data())
def test_a_response_comes_out_unescaped_however_it_is_cut(text: str, ascii_only: bool, data: Any) -> None:
    written = json.dumps({"response": text}, ensure_ascii=ascii_only, indent=data.draw(st.sampled_from([None, 2])))
    cut = data.draw(st.integers(0, len(written)))
    expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert gathered(read(written[:cut], written[cut:])) == ([(expected,)] if text else [])


@pytest.mark.parametrize("cut", range(len(CALLS) + 1))
def test_calls_come_out_the_same_at_every_cut(cut: int) -> None:
    assert gathered(read(CALLS[:cut], CALLS[cut:])) == [("a", '{"x": "}]\\"", "y": [1, {"z": null}]}', "end"), ("bé", "{}", "end")]


def test_text_streams_before_the_answer_is_whole() -> None:
    decoder = AnswerDecoder()
    assert decoder.feed('{"response": "Hel') == [TextPiece("Hel")]
    assert decoder.feed("lo\\") == [TextPiece("lo")]
    assert decoder.feed("n") == [TextPiece("\n")]


def test_arguments_stream_before_the_call_is_whole() -> None:
    decoder = AnswerDecoder()
    assert decoder.feed('{"tool_calls": [{"name": "f", "arguments": {"a"') == [CallBegins("f"), CallPiece('{"a"')]
    assert decoder.close() == [CallEnds()]


@pytest.mark.parametrize("value", ["7", "-1.5e3", "null", "true", '{"a": [1, "}"]}', "[]", '[{"b": "\\""}]'])
def test_a_structured_response_comes_out_as_its_json(value: str) -> None:
    assert gathered(read(*f'{{"response": {value} }}')) == [(value,)]


@pytest.mark.parametrize(
    "written",
    ["just text", "", "{", '{"resp', '{"other": 1}', "[1]", '{"response" 1}', '{"tool_calls": {}}', '{"tool_calls": [{"n": 1}]}'],
)
def test_what_has_another_shape_comes_out_as_text(written: str) -> None:
    assert gathered(read(*written)) == ([(written,)] if written else [])
    assert gathered(read(written)) == ([(written,)] if written else [])


def test_text_after_the_answer_is_not_lost_but_white_space_is() -> None:
    assert gathered(read('{"response": "a"}\n  ')) == [("a",)]
    assert gathered(read('{"response": "a"}\n b c')) == [("ab c",)]


def test_a_lone_half_of_a_surrogate_pair_is_replaced() -> None:
    assert gathered(read('{"response": "\\ud83d\\ude00 \\ud83dx \\ude00"}')) == [("😀 \ufffdx \ufffd",)]
