"""The Gemini family beside what recorded traffic proves (tests/replay)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.gemini.embeddings import CODEC as EMBEDDINGS
from modelruntime.codecs.gemini.embeddings import ON_VERTEX
from modelruntime.codecs.gemini.generate import CODEC
from modelruntime.codecs.gemini.models import CODEC as MODELS
from modelruntime.codecs.gemini.speech import CODEC as SPEECH
from modelruntime.codecs.gemini.transcriptions import CODEC as TRANSCRIPTIONS
from modelruntime.codecs.operation import Done, Send
from modelruntime.entities.call import LLMCall, Speech2TextCall, TextEmbeddingCall, TTSCall
from modelruntime.entities.errors import ContentFiltered, ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.events import ErrorEvent, SourceEvent
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, ReasoningPart, TextPart, ToolCallPart, VideoPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}
OK = {"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 3}}


def call(*messages: Any, **more: Any) -> LLMCall:
    return LLMCall("m", messages or (UserMessage("Hello"),), **more)


def body(wanted: LLMCall, **profile: Any) -> Any:
    return json.loads(sent_by(CODEC.invoke(wanted, endpoint(**profile))).body or b"")


def warnings_of(wanted: LLMCall, **profile: Any) -> list[tuple[str, str | None]]:
    result = drive(CODEC.invoke(wanted, endpoint(**profile)), answer(OK))[1]
    return [(warning.kind, warning.field) for warning in result.warnings]


def test_the_model_stands_in_the_path() -> None:
    assert sent_by(CODEC.invoke(call(), endpoint("gemini-x"))).url == "https://api.example.com/v1/models/gemini-x:generateContent"
    assert CODEC.stream(call(), endpoint("g")).start().url.endswith("/models/g:streamGenerateContent?alt=sse")


def test_turns_instructions_and_results() -> None:
    sent = body(
        call(
            SystemMessage("Be short."),
            UserMessage("One"),
            AssistantMessage((ToolCallPart("c1", "f", '{"a": 1}'), ToolCallPart("c2", "f", "oops"))),
            ToolMessage("c1", '{"b": 2}'),
            ToolMessage("c2", "bad", is_error=True),
            UserMessage("Two"),
        )
    )
    assert sent["systemInstruction"] == {"parts": [{"text": "Be short."}]}
    assert [turn["role"] for turn in sent["contents"]] == ["user", "model", "user"]
    assert sent["contents"][1]["parts"][1]["functionCall"]["args"] == {"invalid_json": "oops"}
    first, second, third = sent["contents"][2]["parts"]
    assert first == {"functionResponse": {"name": "f", "response": {"b": 2}, "id": "c1"}}
    assert second["functionResponse"]["response"] == {"error": "bad"}
    assert third == {"text": "Two"}
    with pytest.raises(ParameterInvalid, match="name its tool"):
        body(call(ToolMessage("nobody", "x")))


def test_media_are_sent_inline_or_by_address() -> None:
    parts = (ImagePart(b"\x89PNG\r\n\x1a\n"), AudioPart("gs://a/b.mp3", "audio/mp3"), DocumentPart(b"%PDF-1"))
    sent = body(call(UserMessage(parts)))["contents"][0]["parts"]
    assert sent[0]["inlineData"]["mimeType"] == "image/png"
    assert sent[1] == {"fileData": {"fileUri": "gs://a/b.mp3", "mimeType": "audio/mp3"}}
    assert sent[2]["inlineData"]["mimeType"] == "application/pdf"


def test_reasoning_of_other_families_is_not_sent() -> None:
    foreign = call(UserMessage("a"), AssistantMessage((ReasoningPart("x", {"anthropic": {"signature": "s"}}), TextPart("b"))))
    assert body(foreign)["contents"][1]["parts"] == [{"text": "b"}]
    assert warnings_of(foreign) == [("mapped", "messages")]


def test_tools_and_the_choice_among_them() -> None:
    tools = (Tool("f", "does", SCHEMA), Tool("g"), HostedTool("googleSearch"))
    sent = body(call(tools=tools, tool_choice=ToolChoice("tool", "f")))
    assert sent["tools"][0]["functionDeclarations"][0] == {"name": "f", "description": "does", "parametersJsonSchema": SCHEMA}
    assert sent["tools"][1] == {"googleSearch": {}}
    assert sent["toolConfig"] == {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}}
    some = body(call(tools=tools, tool_choice=ToolChoice("auto", allowed=("f",))))
    assert some["toolConfig"]["functionCallingConfig"]["mode"] == "VALIDATED"
    assert warnings_of(call(tools=tools, tool_choice=ToolChoice("auto", parallel=False))) == [("dropped", "tool_choice")]


def test_a_schema_is_reduced_where_the_endpoint_takes_a_subset() -> None:
    schema = {
        "type": "object",
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        "properties": {
            "kind": {"const": "a"},
            "count": {"type": ["integer", "null"], "exclusiveMinimum": 0},
            "either": {"oneOf": [{"type": "string"}, {"type": "null"}]},
            "both": {"allOf": [{"type": "string"}], "description": "d"},
        },
        "additionalProperties": False,
    }
    wanted = call(tools=(Tool("f", None, schema),))
    declared = body(wanted, tool_schema_field="parameters")["tools"][0]["functionDeclarations"][0]["parameters"]
    assert declared["properties"] == {
        "kind": {"enum": ["a"]},
        "count": {"type": "integer", "nullable": True},
        "either": {"nullable": True, "anyOf": [{"type": "string"}]},
        "both": {"type": "string", "description": "d"},
    }
    assert warnings_of(wanted, tool_schema_field="parameters") == [("mapped", "tools")]
    looped = call(tools=(Tool("f", None, {**schema, "properties": {"n": {"$ref": "#/$defs/node"}}}),))
    assert ("mapped", "tools") in warnings_of(looped, tool_schema_field="parameters")


@pytest.mark.parametrize(
    ("parameters", "config"),
    [
        ({"max_tokens": 9, "top_p": 0.5, "stop": "x"}, {"maxOutputTokens": 9, "topP": 0.5, "stopSequences": ["x"]}),
        ({"thinking_budget": 128}, {"thinkingConfig": {"thinkingBudget": 128}}),
        (
            {"reasoning_effort": "low", "include_thoughts": True},
            {"thinkingConfig": {"thinkingLevel": "low", "includeThoughts": True}},
        ),
        ({"thinking": False}, {"thinkingConfig": {"includeThoughts": False, "thinkingBudget": 0}}),
        ({"thinking": True}, {"thinkingConfig": {"includeThoughts": True}}),
        ({"response_format": "json_object"}, {"responseMimeType": "application/json"}),
        ({"n": 1}, {"candidateCount": 1}),
        ({"media_resolution": "Low"}, {"mediaResolution": "MEDIA_RESOLUTION_LOW"}),
        ({"media_resolution": "Default"}, {"mediaResolution": "MEDIA_RESOLUTION_UNSPECIFIED"}),
        ({"mediaResolution": "MEDIA_RESOLUTION_HIGH"}, {"mediaResolution": "MEDIA_RESOLUTION_HIGH"}),
        (
            {"response_format": "json_schema", "json_schema": '{"type": "object"}'},
            {"responseMimeType": "application/json", "responseJsonSchema": {"type": "object"}},
        ),
    ],
)
def test_parameters_in_the_vendors_words(parameters: dict[str, Any], config: dict[str, Any]) -> None:
    assert body(call(parameters=parameters))["generationConfig"] == config


def test_parameters_that_stand_beside_or_nowhere() -> None:
    assert body(call(parameters={"safety_settings": []}))["safetySettings"] == []
    with pytest.raises(ParameterInvalid, match="one answer"):
        body(call(parameters={"n": 2}))
    with pytest.raises(ParameterInvalid, match="no model parameter"):
        body(call(parameters={"contents": []}))
    assert warnings_of(call(parameters={"top_k": 3}), drop=("top_k",)) == [("dropped", "top_k")]


def test_a_schema_is_asked_for_natively_or_otherwise() -> None:
    wanted = call(output=OutputFormat("json_schema", SCHEMA))
    assert body(wanted)["generationConfig"] == {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}
    older = body(wanted, output_schema_field="responseSchema")["generationConfig"]["responseSchema"]
    assert older == {name: value for name, value in SCHEMA.items() if name != "additionalProperties"}
    forced = drive(
        CODEC.invoke(wanted, endpoint(output_mode="tool")),
        answer(
            {
                "candidates": [
                    {"content": {"parts": [{"functionCall": {"name": "answer", "args": {"a": 1}}}]}, "finishReason": "STOP"}
                ]
            }
        ),
    )[1]
    assert (forced.text, forced.finish.unified) == ('{"a":1}', "stop")


def test_citations_count_characters_where_the_wire_counts_bytes() -> None:
    grounding = {
        "groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}, {"web": {"uri": "https://b"}}],
        "groundingSupports": [{"segment": {"startIndex": 3, "endIndex": 6}, "groundingChunkIndices": [0, 9]}],
    }
    data = {"candidates": [{"content": {"parts": [{"text": "四十二"}]}, "finishReason": "STOP", "groundingMetadata": grounding}]}
    decoder = CODEC.stream(call(), endpoint()).decoder(ResponseHead(200))
    events = [*decoder.feed(b"data: " + json.dumps(data).encode() + b"\n\n"), *decoder.close()]
    sources = [event.part for event in events if isinstance(event, SourceEvent)]
    assert [(source.url, source.start, source.end) for source in sources] == [("https://a", 1, 2), ("https://b", None, None)]
    assert gather(events).text == "四十二"


def test_a_blocked_prompt_is_told() -> None:
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}}
    with pytest.raises(ContentFiltered, match="SAFETY"):
        drive(CODEC.invoke(call(), endpoint()), answer(blocked))
    decoder = CODEC.stream(call(), endpoint()).decoder(ResponseHead(200))
    event = decoder.feed(b"data: " + json.dumps(blocked).encode() + b"\n\n")[-1]
    assert isinstance(event, ErrorEvent)
    assert isinstance(event.error, ContentFiltered)


@pytest.mark.parametrize(
    ("status", "error", "kind", "wait"),
    [
        (
            400,
            {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"},
            Unauthorized,
            None,
        ),
        (403, {"code": 403, "status": "PERMISSION_DENIED"}, Unauthorized, None),
        (429, {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "34.5s"}]}, RateLimited, 34.5),
        (503, {"code": 503, "status": "UNAVAILABLE"}, ServerUnavailable, None),
    ],
)
def test_errors_are_typed(status: int, error: dict[str, Any], kind: type[Exception], wait: float | None) -> None:
    with pytest.raises(kind) as raised:
        drive(CODEC.invoke(call(), endpoint()), answer({"error": error}, status))
    assert getattr(raised.value, "retry_after", None) == wait


@pytest.mark.parametrize(
    "data", [b"<html>", b"[]", b"{}", b'{"candidates": 3}', b'{"candidates": [{"content": {"parts": [{"functionCall": {}}]}}]}']
)
def test_an_answer_that_is_none_is_told(data: bytes) -> None:
    with pytest.raises(ServerUnavailable):
        drive(CODEC.invoke(call(), endpoint()), answer(data))


def test_the_vendor_counts_the_prompt() -> None:
    sent, count = drive(CODEC.count_tokens(call(SystemMessage("s"), UserMessage("u")), endpoint("g")), answer({"totalTokens": 5}))
    assert (count, sent[0]["generateContentRequest"]["model"]) == (5, "models/g")
    sent, _ = drive(CODEC.count_tokens(call(), endpoint("g", count_tokens_body="contents")), answer({"totalTokens": 5}))
    assert sent[0].keys() == {"contents"}


def test_models_are_listed_page_by_page() -> None:
    listing = MODELS.list_models(endpoint())
    assert isinstance(listing.start(), Send)
    rows = [
        {
            "name": "models/a",
            "displayName": "A",
            "inputTokenLimit": 9,
            "outputTokenLimit": 3,
            "supportedGenerationMethods": ["generateContent"],
        },
        {"name": "models/e", "supportedGenerationMethods": ["embedContent"]},
        {"name": "models/picture", "supportedGenerationMethods": ["predict"]},
    ]
    second = listing.receive(answer({"models": rows, "nextPageToken": "t"}))
    assert isinstance(second, Send)
    assert second.request.url.endswith("/models?pageSize=1000&pageToken=t")
    done = listing.receive(answer({"models": []}))
    assert isinstance(done, Done)
    assert [(model.id, model.model_type, model.context) for model in done.result] == [
        ("a", "llm", 9),
        ("e", "text-embedding", None),
    ]


def test_embeddings_are_sent_in_batches_with_their_task() -> None:
    wanted = TextEmbeddingCall("e", ("a", "b", "c"), "query", {"dimensions": 2})
    rows = [{"embeddings": [{"values": [1, 2]}, {"values": [3, 4]}]}, {"embeddings": [{"values": [5, 6]}]}]
    sent, result = drive(EMBEDDINGS.invoke(wanted, endpoint("e", embedding_max_batch=2)), *map(answer, rows))
    assert [len(each["requests"]) for each in sent] == [2, 1]
    assert sent[0]["requests"][0] == {
        "model": "models/e", "content": {"parts": [{"text": "a"}]}, "taskType": "RETRIEVAL_QUERY", "outputDimensionality": 2,
    }  # fmt: skip
    assert [list(row) for row in result.vectors] == [[1, 2], [3, 4], [5, 6]]
    prefixed, _ = drive(
        EMBEDDINGS.invoke(
            TextEmbeddingCall("e", ("a",), "query"), endpoint("e", embedding_prefixes={"query": "task: search | query: "})
        ),
        answer(rows[1]),
    )
    assert prefixed[0]["requests"][0]["content"] == {"parts": [{"text": "task: search | query: a"}]}
    assert "taskType" not in prefixed[0]["requests"][0]


def test_vertex_embeds_pictures_and_films_with_a_model_that_can() -> None:
    inputs = ("a", ImagePart(b"\x89PNG", "image/png"), VideoPart("gs://b/f.mp4", "video/mp4"))
    told = endpoint("e", embedding_media="objects")
    rows = [{"textEmbedding": [1]}, {"imageEmbedding": [2]}, {"videoEmbeddings": [{"embedding": [3]}]}]
    sent, result = drive(
        ON_VERTEX.invoke(TextEmbeddingCall("e", inputs, "query", {"dimensions": 128}), told),
        *(answer({"predictions": [row]}) for row in rows),
    )
    assert [request["instances"] for request in sent] == [
        [{"text": "a"}],
        [{"image": {"bytesBase64Encoded": "iVBORw=="}}],
        [{"video": {"gcsUri": "gs://b/f.mp4"}}],
    ]
    assert sent[0]["parameters"] == {"dimension": 128}
    assert [list(row) for row in result.vectors] == [[1], [2], [3]]
    with pytest.raises(ParameterInvalid, match="texts, images and films"):
        ON_VERTEX.invoke(TextEmbeddingCall("e", (AudioPart(b"RIFF", "audio/wav"),)), told)


def test_vertex_predicts_texts_only() -> None:
    prediction = {"embeddings": {"values": [1, 2], "statistics": {"token_count": 4}}}
    sent, result = drive(
        ON_VERTEX.invoke(TextEmbeddingCall("e", ("a",), "document"), endpoint("e")), answer({"predictions": [prediction]})
    )
    assert sent[0] == {"instances": [{"content": "a", "task_type": "RETRIEVAL_DOCUMENT"}]}
    assert result.usage.input.total == 4
    with pytest.raises(ParameterInvalid, match="texts only"):
        ON_VERTEX.invoke(TextEmbeddingCall("e", (ImagePart(b"\x89PNG"),)), endpoint("e"))


@pytest.mark.parametrize("rows", [[], [{"values": [1]}, {"values": [2]}], [{"values": ["x"]}], [{}]])
def test_vectors_that_do_not_fit_are_refused(rows: list[Any]) -> None:
    with pytest.raises(ServerUnavailable):
        drive(EMBEDDINGS.invoke(TextEmbeddingCall("e", ("a",)), endpoint("e")), answer({"embeddings": rows}))


def audio(media_type: str) -> dict[str, Any]:
    data = {"inlineData": {"mimeType": media_type, "data": base64.b64encode(b"\x01\x02" * 50).decode()}}
    return {"candidates": [{"content": {"parts": [data]}, "finishReason": "STOP"}]}


def test_bare_samples_are_handed_out_as_a_wave_file() -> None:
    wanted = TTSCall("t", "Hello", "Kore")
    sent, result = drive(SPEECH.invoke(wanted, endpoint("t")), answer(audio("audio/L16;codec=pcm;rate=16000")))
    config = sent[0]["generationConfig"]
    assert config["responseModalities"] == ["AUDIO"]
    assert config["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"]["voiceName"] == "Kore"
    assert (result.media_type, result.sample_rate, result.audio[:4], len(result.audio)) == ("audio/wav", 16000, b"RIFF", 144)
    assert drive(SPEECH.invoke(wanted, endpoint("t")), answer(audio("audio/mp3")))[1].media_type == "audio/mp3"
    decoder = SPEECH.stream(wanted, endpoint("t")).decoder(ResponseHead(200))
    event = b"data: " + json.dumps(audio("audio/L16;rate=8000")).encode() + b"\n\n"
    pieces = [*decoder.feed(event), *decoder.feed(event), *decoder.close()]
    assert [len(piece) for piece in pieces] == [44, 100, 100]


def test_speech_that_is_none_is_told() -> None:
    with pytest.raises(ParameterInvalid):
        SPEECH.invoke(TTSCall("t", " "), endpoint("t"))
    with pytest.raises(ServerUnavailable, match="no audio"):
        drive(SPEECH.invoke(TTSCall("t", "a"), endpoint("t")), answer(OK))
    decoder = SPEECH.stream(TTSCall("t", "a"), endpoint("t")).decoder(ResponseHead(200))
    decoder.feed(b"data: " + json.dumps(OK).encode() + b"\n\n")
    with pytest.raises(ServerUnavailable, match="no audio"):
        decoder.close()


def test_a_recording_is_written_down_by_a_model_that_hears() -> None:
    wanted = Speech2TextCall("t", b"RIFF", parameters={"language": "de", "temperature": 0})
    sent, result = drive(TRANSCRIPTIONS.invoke(wanted, endpoint("t")), answer(OK))
    audio_part, text = sent[0]["contents"][0]["parts"]
    assert audio_part["inlineData"]["mimeType"] == "audio/wav"
    assert "language is de" in text["text"]
    assert sent[0]["generationConfig"] == {"temperature": 0}
    assert result.text == "Hi"
    with pytest.raises(ParameterInvalid):
        TRANSCRIPTIONS.invoke(Speech2TextCall("t", b""), endpoint("t"))
