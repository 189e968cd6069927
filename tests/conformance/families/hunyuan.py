"""Tencent Cloud's actions: chat judged by the request class of `tencentcloud-sdk-python-hunyuan`, embeddings by our own rules."""

from __future__ import annotations

import json
import warnings
from typing import Any

from tencentcloud.hunyuan.v20230901 import models

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.families import openai
from tests.conformance.family import Evidence
from tests.conformance.want import Want

WORDS = {"id": "Id", "index": "Index", "type": "Type", "role": "Role", "name": "Name"}
ACTIONS = {"hunyuan_chat": ("ChatCompletions", "2023-09-01"), "tencent_embeddings": ("GetEmbedding", "2024-05-22")}


class HunyuanFamily:
    """`POST /` with an action in a header; errors have status 200."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The headers, and the body by the package's request class: what it does not know it calls useless."""
        body = seen.json()
        said = (seen.headers.get("x-tc-action"), seen.headers.get("x-tc-version"))
        found = [] if said == ACTIONS[case.codec] else [f"the action is {said}"]
        if body.get("Model") != case.wire_model:
            found.append(f"body.Model is {body.get('Model')!r}")
        if case.codec == "tencent_embeddings":
            found += [f"body.{name}: unknown" for name in body.keys() - {"Model", "Inputs", "TextType", "Instruction"}]
            return found if 0 < len(body["Inputs"]) <= 7 else [*found, "body.Inputs: 1 to 7 are wanted"]
        return found + useless_fields(body) + empty_messages(body)

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """OpenAI's answer in Tencent's spelling."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if case.codec == "tencent_embeddings":
            rows = [{"Embedding": facts.vector_of(text)} for text in body["Inputs"]]
            return _whole({"Data": rows, "Usage": {"TotalTokens": 3}})
        if not body.get("Stream"):
            return _whole(spelled(json.loads(openai._chat(profile, want).body)))
        told = openai._streamed_chat({"stream_options": {}}, profile, Want(want.text, want.reasoning, want.cities))
        chunks = [spelled(json.loads(line[6:])) for line in told.body.decode().splitlines() if line.startswith("data: {")]
        chunks[-1]["Usage"] = spelled({"usage": openai.USAGE})["Usage"]
        if want.fault == "error in stream":
            return as_events(*chunks[:2], {"ErrorMsg": {"Msg": facts.ERROR_MESSAGE, "Code": 4000}}, done=None)
        if want.fault == "cut":
            return as_events(*chunks[:-1], done=None, cut=True)
        return as_events(*chunks, done=None)


def useless_fields(body: dict[str, Any]) -> list[str]:
    """What the package's request class does not know."""
    request = models.ChatCompletionsRequest()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        request.from_json_string(json.dumps(body))
    return [str(warning.message) for warning in told]


def empty_messages(body: dict[str, Any]) -> list[str]:
    """The reference of `Messages` wants a content in each."""
    return [
        "body.Messages: an empty content" for message in body["Messages"] if not (message.get("Content") or message.get("Contents"))
    ]


def spelled(value: Any) -> Any:
    """OpenAI's names as Tencent writes them."""
    if isinstance(value, list):
        return [spelled(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        "".join(word.capitalize() for word in name.split("_")): spelled(item) for name, item in value.items() if item is not None
    }


def _whole(inner: dict[str, Any]) -> Answer:
    return as_json({"Response": {**inner, "RequestId": "r-1"}})


def _error(code: str) -> Answer:
    return _whole({"Error": {"Code": code, "Message": facts.ERROR_MESSAGE}})


FAULTS = {
    "refused key": _error("AuthFailure.SignatureFailure"),
    "rate limit": _error("RequestLimitExceeded"),
    "outage": _error("InternalError"),
}

FAMILY = HunyuanFamily()
