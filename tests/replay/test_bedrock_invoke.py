"""InvokeModel on recorded traffic: embeddings, completions in four shapes, Nova's messages. The models' own bodies are opaque to
the service's model; `botocore` opens the envelope, plain lookups read what is in it."""

from __future__ import annotations

import json
from array import array
from typing import Any
from urllib.parse import unquote

from modelruntime.codecs.bedrock import embeddings, invoke
from modelruntime.codecs.machine_decoder import AwsEvents
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.vendor_metadata import without
from modelruntime.entities.call import LLMCall, TextEmbeddingCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.family_files import load_families
from modelruntime.schema.profile import Profile
from modelruntime.schema.profile_merge import merge_profiles
from tests.replay import bedrock_requests as requests
from tests.replay.aws_oracle import operation, read_reply, read_stream
from tests.replay.family_replay import JSON, body_of, broken_laws, difference, request_of, result_of, without_nulls
from tests.replay.recordings import Recording
from tests.replay.verdicts import failures

PROMPTS = {"ai21.": "jurassic", "meta.": "llama", "amazon.titan-text": "titan", "arn:aws:sagemaker": "completions"}
"""What a declaration says of a model."""
PLACES = {
    "titan": {"textGenerationConfig.maxTokenCount": "max_tokens", "textGenerationConfig.temperature": "temperature"},
    "jurassic": {"maxTokens": "max_tokens", "topP": "top_p"},
    "llama": {"max_gen_len": "max_tokens"},
    "completions": {},
}
ANSWERS: dict[str, Any] = {
    "jurassic": lambda body: (body["completions"][0]["data"]["text"], body["completions"][0]["finishReason"]["reason"], None, None),
    "llama": lambda body: (body["generation"], body["stop_reason"], body["prompt_token_count"], body["generation_token_count"]),
    "completions": lambda body: (
        body["choices"][0]["text"],
        body["choices"][0]["finish_reason"],
        body["usage"]["prompt_tokens"],
        body["usage"]["completion_tokens"],
    ),
    "titan": lambda body: (
        body["results"][0]["outputText"],
        body["results"][0]["completionReason"],
        body["inputTextTokenCount"],
        body["results"][0]["tokenCount"],
    ),
}
EMBEDS = ("embed", "application-inference-profile")


def judge(row: Recording) -> None:
    """One row, by what its model is."""
    model = unquote(row.path.split("/")[2])
    if any(word in model for word in EMBEDS):
        judge_embedding(row, model)
    elif "nova" in model:
        judge_messages(row, model)
    else:
        judge_prompt(row, model)


def judge_embedding(row: Recording, model: str) -> None:
    """The request anew, every number of the reply, its tokens."""
    profile = merge_profiles(load_families().profile_for(model))
    call = embedding_call(row.request, model, profile.invoke_embeddings)
    operation_ = embeddings.CODEC.invoke(call, Endpoint("https://vendor.invalid", model, profile))
    step = operation_.start()
    assert isinstance(step, Send)
    assert difference(row.request, body_of(step.request)) is None
    assert unquote(step.request.url.removeprefix("https://vendor.invalid")) == unquote(row.path)
    done = operation_.receive(row.response)
    assert isinstance(done, Done)
    reply = whole(row)
    found = reply.get("embedding") or reply["embeddings"]
    if isinstance(found, dict):
        found = found["float"]
    rows = [item["embedding"] if isinstance(item, dict) else item for item in (found if "embeddings" in reply else [found])]
    assert list(done.result.vectors) == [array("f", item) for item in rows]
    assert done.result.usage.input.total == reply.get("inputTextTokenCount")


def embedding_call(body: JSON, model: str, shape: str) -> TextEmbeddingCall:
    """The call that a recorded body is."""
    if shape == "titan":
        return TextEmbeddingCall(model, (body["inputText"],), parameters=without(body, ("inputText",)))
    if shape == "cohere":
        return TextEmbeddingCall(model, tuple(body["texts"]), parameters=without(body, ("texts",)))
    params = body["singleEmbeddingParams"]
    parameters = {
        "embedding_purpose": params["embeddingPurpose"],
        "truncate": params["text"]["truncationMode"],
        "dimensions": params.get("embeddingDimension"),
    }
    return TextEmbeddingCall(model, (params["text"]["value"],), parameters=parameters)


def judge_messages(row: Recording, model: str) -> None:
    """Nova: a body like Converse's, and its events inside `chunk`."""
    call = requests.parse_request(row.request, model, stream=row.streamed)
    endpoint = Endpoint("https://vendor.invalid", model, Profile())
    sent = body_of(request_of(invoke.CODEC, call, endpoint))
    assert difference(without_nulls(row.request), without_nulls(sent)) is None
    result = result_of(invoke.CODEC, row, call, endpoint)
    if row.streamed:
        events = [json.loads(event["chunk"]["bytes"]) for event in stream_of(row)]
        deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
        stop = next(event["messageStop"]["stopReason"] for event in events if "messageStop" in event)
        usage = next(event["metadata"]["usage"] for event in events if "metadata" in event)
        text = "".join(delta["text"] for delta in deltas)
        assert broken_laws(invoke.CODEC, row, call, endpoint, lambda body: seen(row, body, "messageStop")) == []
    else:
        reply = whole(row)
        text, stop, usage = reply["output"]["message"]["content"][0]["text"], reply["stopReason"], reply["usage"]
    assert told(result) == (text, stop, usage.get("inputTokens"), usage.get("outputTokens"))


def judge_prompt(row: Recording, model: str) -> None:
    """Older models and containers: a prompt, a text."""
    shape: Any = next(name for beginning, name in PROMPTS.items() if model.startswith(beginning))
    endpoint = Endpoint("https://vendor.invalid", model, Profile(invoke_prompt=shape))
    flat = {"inputText": row.request["inputText"], **nested(row.request)} if shape == "titan" else dict(row.request)
    prompt = flat.pop("inputText" if shape == "titan" else "prompt")
    parameters = {PLACES[shape].get(name, name): value for name, value in flat.items()}
    call = LLMCall(model, prompt=prompt, parameters=parameters, stream=row.streamed)
    assert difference(row.request, body_of(request_of(invoke.CODEC, call, endpoint))) is None
    result = result_of(invoke.CODEC, row, call, endpoint)
    if row.streamed:
        events = [json.loads(event["chunk"]["bytes"]) for event in stream_of(row)]
        assert result.text == "".join(event.get("outputText") or "" for event in events)
        assert result.finish.unified == "content_filter"
        assert broken_laws(invoke.CODEC, row, call, endpoint, lambda body: seen(row, body, "amazon-bedrock-guardrailAction")) == []
        return
    assert told(result)[0::2] == ANSWERS[shape](whole(row))[0::2]
    assert told(result)[3] == ANSWERS[shape](whole(row))[3]


def nested(body: JSON) -> JSON:
    """Titan's parameters by their dotted names."""
    return {f"textGenerationConfig.{name}": value for name, value in body["textGenerationConfig"].items()}


def told(result: LLMResult) -> tuple[Any, ...]:
    """Text, reason, tokens in and out."""
    return result.text, result.finish.raw, result.usage.input.total, result.usage.output.total


def whole(row: Recording) -> JSON:
    """What stands in the envelope of a whole answer."""
    parsed = read_reply(operation("bedrock-runtime", "InvokeModel"), row.status, dict(row.headers), row.body)
    assert parsed["contentType"] == "application/json"
    body: JSON = json.loads(parsed["body"])
    return body


def stream_of(row: Recording) -> list[JSON]:
    """The events of a streamed answer as the SDK reads them."""
    return list(read_stream(operation("bedrock-runtime", "InvokeModelWithResponseStream"), row.body))


def seen(row: Recording, body: bytes, word: str) -> bool:
    """Does a prefix of the body hold the whole event with this word?"""
    return any(word in message.payload for message in AwsEvents().feed(body))


def test_every_recorded_row_by_itself() -> None:
    assert failures("bedrock_invoke", judge) == []
