"""Lists of models in the words of their vendors' own packages: what is asked for must be what the package would ask for, and
the simulator's answer is read by the package's types before it goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from pydantic import BaseModel

from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.families.aws import refused, truly
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints
from tests.replay.aws_oracle import operation

JSON = dict[str, Any]
IDS = ("made-up/one", "made-up-two")


class Listed(NamedTuple):
    """One vendor's list."""

    answer: Callable[[Seen], Answer]
    judge: Callable[[Seen], list[str]]
    """What the vendor would refuse of the request."""
    evidence: Evidence = "simulator"
    ids: tuple[str, ...] = IDS
    """What must come out."""


def _nothing_at(seen: Seen) -> list[str]:
    return [f"nothing is served at {seen.method} {seen.path}"]


def _fits(body: JSON, kind: type[BaseModel]) -> Answer:
    """The body, once the vendor's type takes it."""
    found = complaints(body, kind)
    assert not found, found
    return as_json(body)


def _cohere(seen: Seen) -> Answer:
    """One model a page."""
    from cohere.types.list_models_response import ListModelsResponse

    second = dict(parse_qsl(seen.query)).get("page_token") == "second"
    row = {"name": IDS[second], "endpoints": ["chat"], "features": ["tools"], "context_length": 128000}
    return _fits({"models": [row], **({} if second else {"next_page_token": "second"})}, ListModelsResponse)


def _judge_cohere(seen: Seen) -> list[str]:
    from inspect import signature

    from cohere.models.client import ModelsClient

    if (seen.method, seen.path) != ("GET", "/v1/models"):
        return _nothing_at(seen)
    known = signature(ModelsClient.list).parameters
    asked = dict(parse_qsl(seen.query))
    found = [f"query.{name}: unknown" for name in asked.keys() - known.keys()]
    return found if float(asked.get("page_size", 20)) <= 1000 else [*found, f"query.page_size is {asked['page_size']}"]


def _elevenlabs(seen: Seen) -> Answer:
    """A list without an object around it; one more that only changes voices."""
    from elevenlabs.types.model import Model

    rows = [{"model_id": name, "name": name, "can_do_text_to_speech": True} for name in IDS]
    rows.append({"model_id": "made-up-changer", "can_do_text_to_speech": False, "can_do_voice_conversion": True})
    found = [told for at, row in enumerate(rows) for told in complaints(row, Model, f"[{at}]")]
    assert not found, found
    return as_json(rows)


def _judge_elevenlabs(seen: Seen) -> list[str]:
    asked = (seen.method, seen.path, seen.query, seen.body)
    return [] if asked == ("GET", "/v1/models", "", b"") else _nothing_at(seen)


def _ollama(seen: Seen) -> Answer:
    """The names; then what one of them can do."""
    from ollama import ListResponse, ShowResponse

    body: JSON
    kind: type[BaseModel]
    if seen.path == "/api/tags":
        body, kind = {"models": [{"model": name, "size": 1, "digest": "d"} for name in IDS]}, ListResponse
    else:
        info = {"general.architecture": "qwen3", "qwen3.context_length": 4096}
        body, kind = {"capabilities": ["completion", "tools"], "model_info": info}, ShowResponse
    kind.model_validate(body)
    return as_json(body)


def _judge_ollama(seen: Seen) -> list[str]:
    from ollama._types import ShowRequest

    if (seen.method, seen.path, seen.body) == ("GET", "/api/tags", b""):
        return []
    if (seen.method, seen.path) != ("POST", "/api/show"):
        return _nothing_at(seen)
    return complaints(seen.json(), ShowRequest)


FOUNDATION, PROFILE = "made.up-one-v1:0", "us.made.up-one-v1:0"
_BEDROCK: dict[str, tuple[str, JSON]] = {
    "/foundation-models": (
        "ListFoundationModels",
        {
            "modelSummaries": [
                {
                    "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{FOUNDATION}",
                    "modelId": FOUNDATION,
                    "modelName": "One",
                    "providerName": "Made Up",
                    "inputModalities": ["TEXT"],
                    "outputModalities": ["TEXT"],
                    "inferenceTypesSupported": ["ON_DEMAND"],
                }
            ]
        },
    ),
    "/inference-profiles": (
        "ListInferenceProfiles",
        {
            "inferenceProfileSummaries": [
                {
                    "inferenceProfileName": "US One",
                    "inferenceProfileArn": f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/{PROFILE}",
                    "inferenceProfileId": PROFILE,
                    "models": [{"modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{FOUNDATION}"}],
                    "status": "ACTIVE",
                    "type": "SYSTEM_DEFINED",
                }
            ]
        },
    ),
}
"""Path → the operation of AWS's service model, and its answer."""


def _bedrock(seen: Seen) -> Answer:
    name, body = _BEDROCK[seen.path]
    return truly(operation("bedrock", name), body)


def _judge_bedrock(seen: Seen) -> list[str]:
    if seen.method != "GET" or seen.path not in _BEDROCK:
        return _nothing_at(seen)
    of = operation("bedrock", _BEDROCK[seen.path][0])
    return refused(of, {name: int(value) if value.isdigit() else value for name, value in parse_qsl(seen.query)})


def _tei(seen: Seen) -> Answer:
    """The example values of the server's own OpenAPI document (its schema `Info`; version 1.6.0), with another name."""
    return as_json(
        {
            "model_id": IDS[0],
            "model_sha": "fca14538aa9956a46526bd1d0d11d69e19b5a101",
            "model_dtype": "float16",
            "model_type": {"embedding": {"pooling": "cls"}},
            "max_concurrent_requests": 128,
            "max_input_length": 512,
            "max_batch_tokens": 2048,
            "max_batch_requests": None,
            "max_client_batch_size": 32,
            "auto_truncate": False,
            "tokenization_workers": 4,
            "version": "0.5.0",
            "sha": None,
            "docker_label": None,
        }
    )


def _judge_tei(seen: Seen) -> list[str]:
    return [] if (seen.method, seen.path, seen.query, seen.body) == ("GET", "/info", "", b"") else _nothing_at(seen)


_typed = partial(Listed, evidence="vendor types")
COHERE = _typed(_cohere, _judge_cohere)
ELEVENLABS = _typed(_elevenlabs, _judge_elevenlabs)
OLLAMA = _typed(_ollama, _judge_ollama)
BEDROCK = _typed(_bedrock, _judge_bedrock, ids=(FOUNDATION, PROFILE))
TEI = Listed(_tei, _judge_tei, ids=IDS[:1])
"""A server without a package of its own: its own document, and rules of ours."""
