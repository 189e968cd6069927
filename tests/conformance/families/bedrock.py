"""Amazon Bedrock, judged by its service models as `botocore` ships them."""

from __future__ import annotations

import json
import re
from itertools import pairwise

from modelruntime.codecs.bedrock.model_path import base_model
from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.families.aws import FAULTS, JSON, refused, streamed, truly
from tests.conformance.family import Evidence
from tests.conformance.want import Want
from tests.replay.aws_oracle import operation

RUNTIME = "bedrock-runtime"
_OPERATIONS = {"converse": "Converse", "converse-stream": "ConverseStream", "invoke": "InvokeModel"}


class BedrockFamily:
    """Converse, InvokeModel, Rerank."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The whole request by the operation's input shape; a model's own body by rules of ours."""
        body = seen.json()
        if seen.path == "/rerank":
            found = refused(operation("bedrock-agent-runtime", "Rerank"), body)
            arn = body["rerankingConfiguration"]["bedrockRerankingConfiguration"]["modelConfiguration"]["modelArn"]
            return found if arn.endswith(f"::foundation-model/{case.wire_model}") else [*found, f"the ARN is {arn}"]
        _, kind, model, action = seen.path.split("/")
        if kind != "model" or action not in _OPERATIONS:
            return [f"nothing is served at {seen.path}"]
        found = [] if base_model(model) == base_model(case.wire_model) else [f"the path names the model {model}"]
        of = operation(RUNTIME, _OPERATIONS[action])
        if action != "invoke":
            return found + refused(of, {"modelId": model, **body}) + _turns(body)
        found += refused(of, {"modelId": model, "body": seen.body, "contentType": "application/json", "accept": "application/json"})
        return found + _embeds(body, profile) if case.model.model_type == "text-embedding" else found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """In the words of the operation that was called."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if seen.path == "/rerank":
            top = body["rerankingConfiguration"]["bedrockRerankingConfiguration"]["numberOfResults"]
            rows = [{"index": at, "relevanceScore": facts.SCORES[at]} for at in (1, 0)][:top]
            return truly(operation("bedrock-agent-runtime", "Rerank"), {"results": rows})
        if seen.path.endswith("/invoke"):
            return as_json(_vectors(body, profile.invoke_embeddings), x_amzn_bedrock_input_token_count="3")
        if seen.path.endswith("/converse"):
            message = {"role": "assistant", "content": _content(want)}
            return truly(operation(RUNTIME, "Converse"), {"output": {"message": message}, **_stop(want), **_metadata()})
        failure = {"name": "modelStreamErrorException", "body": {"message": facts.ERROR_MESSAGE, "originalStatusCode": 500}}
        return streamed(RUNTIME, "ConverseStream", _events(want), want, failure)


def _turns(body: JSON) -> list[str]:
    """What Converse says of the order, and not in its model: turns alternate, the user begins, results answer calls at once."""
    roles = [turn["role"] for turn in body["messages"]]
    found = [] if roles[:1] == ["user"] else ["the conversation begins with another than the user"]
    if any(first == second for first, second in pairwise(roles)):
        found.append("two neighbouring turns of one role")
    blocks = [block for turn in body["messages"] for block in turn["content"]]
    if any(kind in block for block in blocks for kind in ("toolUse", "toolResult")) and "toolConfig" not in body:
        found.append("toolConfig must be defined when using toolUse and toolResult content blocks")
    thinking = body.get("additionalModelRequestFields", {}).get("thinking", {})
    if thinking.get("budget_tokens", 0) >= body.get("inferenceConfig", {}).get("maxTokens", 10**9):
        found.append("maxTokens must be larger than the thinking budget")
    return found


def _embeds(body: JSON, profile: Profile) -> list[str]:
    known: dict[str, set[str]] = {
        "titan": {"inputText", "dimensions", "normalize", "embeddingTypes"},
        "titan_image": {"inputText", "inputImage", "embeddingConfig"},
        "nova": {"schemaVersion", "taskType", "singleEmbeddingParams"},
        "cohere": {"input_type", "texts", "images", "inputs", "embedding_types", "output_dimension", "max_tokens", "truncate"},
    }
    foreign = body.keys() - known[profile.invoke_embeddings]
    found = [f"body.{name}: the model does not know it" for name in sorted(foreign)]
    if profile.invoke_embeddings == "cohere" and ("input_type" not in body or len(body.get("texts", [])) > 96):
        found.append("input_type is required, and at most 96 texts")
    return found


def _vectors(body: JSON, shape: str) -> JSON:
    if shape == "cohere":
        return {"embeddings": {"float": [_vector(text) for text in body["texts"]]}, "response_type": "embeddings_by_type"}
    if shape == "nova":
        text = body["singleEmbeddingParams"]["text"]["value"]
        return {"embeddings": [{"embeddingType": "TEXT", "embedding": _vector(text)}]}
    return {"embedding": _vector(body["inputText"]), "inputTextTokenCount": 3}


def _vector(text: str) -> list[float]:
    return facts.vector_of(text) if text in facts.SENTENCES else facts.vector(0)


def _content(want: Want) -> list[JSON]:
    signed = {"text": want.reasoning, "signature": "c2lnbmVk"}
    reasoning = [{"reasoningContent": {"reasoningText": signed}}] if want.reasoning else []
    text = [{"text": want.text}] if want.text else []
    calls = [{"toolUse": {"toolUseId": key, "name": name, "input": json.loads(text)}} for key, name, text in want.calls]
    return [*reasoning, *text, *calls]


def _stop(want: Want) -> JSON:
    return {"stopReason": "tool_use" if want.calls else "end_turn"}


def _metadata() -> JSON:
    fresh, read, written = facts.INPUT_TOKENS - 6, 4, 2
    counts = {"inputTokens": fresh, "cacheReadInputTokens": read, "cacheWriteInputTokens": written}
    usage = {**counts, "outputTokens": facts.OUTPUT_TOKENS, "totalTokens": facts.INPUT_TOKENS + facts.OUTPUT_TOKENS}
    return {"usage": usage, "metrics": {"latencyMs": 12}}


def _events(want: Want) -> list[tuple[str, JSON]]:
    events: list[tuple[str, JSON]] = [("messageStart", {"role": "assistant"})]
    for at, block in enumerate(_content(want)):
        deltas: list[JSON] = []
        if use := block.get("toolUse"):
            start = {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}}
            events.append(("contentBlockStart", {"start": start, "contentBlockIndex": at}))
            deltas = [{"toolUse": {"input": piece}} for piece in _pieces(json.dumps(use["input"]))]
        elif reasoning := block.get("reasoningContent"):
            deltas = [{"reasoningContent": {"text": piece}} for piece in _pieces(reasoning["reasoningText"]["text"])]
            deltas.append({"reasoningContent": {"signature": reasoning["reasoningText"]["signature"]}})
        else:
            deltas = [{"text": piece} for piece in _pieces(block["text"])]
        events += [("contentBlockDelta", {"delta": delta, "contentBlockIndex": at, "p": "abcd"}) for delta in deltas]
        events.append(("contentBlockStop", {"contentBlockIndex": at}))
    return [*events, ("messageStop", _stop(want)), ("metadata", _metadata())]


def _pieces(text: str) -> list[str]:
    return re.findall(r".{1,9}", text, re.DOTALL)


FAMILY = BedrockFamily()
