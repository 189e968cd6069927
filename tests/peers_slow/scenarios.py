"""What is asked of an Xinference server, and what must come of it: live, and again from its recorded answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelruntime import CredentialsInvalid, ModelNotFound, ServerUnavailable, Unauthorized
from modelruntime.entities import events as e
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.errors import InvokeError, ModelRuntimeError
from modelruntime.entities.llm_result import LLMResult
from modelruntime.runtime.remote_models import RemoteModels
from modelruntime.transports.contract import TransportOptions
from tests.codecs.openai.event_laws import check_laws
from tests.peers.client import custom

PROVIDER = "xinference"
FRANCE = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "What is the capital of France? Answer in one short sentence."},
]
GREEDY: dict[str, Any] = {"temperature": 0, "max_tokens": 24}
SCHEMA = {"type": "object", "properties": {"n": {"const": 5}}, "required": ["n"], "additionalProperties": False}
TEXTS = ["The cat sleeps.", "Interest rates rose again."]
WRONG_KEY = "a-wrong-key"


@dataclass(frozen=True)
class Scenario:
    """One piece of work for a runtime, and the check of its result (or of the error that it ends in)."""

    work: Callable[[Any], Any]
    check: Callable[[Any], None]
    streams: bool = False
    """The work gives a stream; its result is the list of its events."""


def runtime_arguments(address: str, key: str) -> dict[str, Any]:
    """A runtime that knows the server, and its two models under names of a user's choice."""
    form = {"server_url": address, "api_key": key}
    return {
        "environ": {},
        "transport_options": TransportOptions(trust_env=False),
        "credentials": {PROVIDER: form},
        "models": [
            custom(PROVIDER, "llm", "assistant", **form, model_uid="qwen"),
            custom(PROVIDER, "llm", "missing", **form, model_uid="nobody"),
            custom(PROVIDER, "llm", "locked-out", server_url=address, api_key=WRONG_KEY, model_uid="qwen"),
            custom(PROVIDER, "text-embedding", "sentences", **form, model_uid="vectors"),
        ],
    }


def _llm(runtime: Any, name: str = "assistant") -> Any:
    return runtime.llm(f"{PROVIDER}/{name}")


def _validate(**given: str) -> Callable[[Any], Any]:
    def work(runtime: Any) -> Any:
        (address,) = {row.credentials["server_url"] for row in runtime.core.settings.models}
        configured = runtime.core.settings.credentials[PROVIDER]
        return runtime.provider(PROVIDER).validate_credentials({**configured, "server_url": address, **given})

    return work


def _validate_model(model_type: str, uid: str) -> Callable[[Any], Any]:
    def work(runtime: Any) -> Any:
        form = {**runtime.core.settings.credentials[PROVIDER], "model_uid": uid}
        return runtime.provider(PROVIDER).validate_model_credentials(model_type, "mine", form)

    return work


def _lists(found: Any) -> None:
    rows = found.models
    assert {(row.model, str(row.model_type)) for row in rows} == {("qwen", "llm"), ("vectors", "text-embedding")}
    chat = next(row for row in rows if row.model == "qwen")
    assert chat.fetch_from == "fetch-from-remote"
    assert chat.limits.context
    assert "tool-call" in chat.features
    assert next(row for row in rows if row.model == "vectors").limits.context == 2048


def _says_paris(result: Any) -> None:
    assert "Paris" in result.text
    assert (result.finish.unified, result.warnings) == ("stop", ())
    assert result.usage.input.total > 20
    assert 0 < result.usage.output.total <= 24


def _streams_paris(found: Any) -> None:
    check_laws(found)
    deltas = [event.text for event in found if isinstance(event, e.TextDelta)]
    assert len(deltas) > 1
    assert "Paris" in "".join(deltas)
    last = found[-1]
    assert isinstance(last, e.FinishEvent)
    assert last.finish.unified == "stop"
    assert last.usage.output.total


def _parses(result: Any) -> None:
    assert result.parsed == {"n": 5}


def _vectors(result: Any) -> None:
    rows = result.vectors.tolist()
    assert [len(row) for row in rows] == [576, 576]
    assert all(math.isclose(math.hypot(*row), 1, abs_tol=1e-3) for row in rows)
    assert rows[0] != rows[1]


def _passes(result: Any) -> None:
    assert result.probed
    assert result.verified_at


def _refuses_key(error: Any) -> None:
    assert isinstance(error, CredentialsInvalid)
    assert error.field == "api_key"
    assert WRONG_KEY not in str(error)


def _is(kind: type[InvokeError], status: int) -> Callable[[Any], None]:
    def check(error: Any) -> None:
        assert type(error) is kind
        assert (error.status, error.provider) == (status, PROVIDER)

    return check


TOO_LONG = "word " * 6000

SCENARIOS: dict[str, Scenario] = {
    "models": Scenario(lambda runtime: runtime.provider(PROVIDER).fetch_models(), _lists),
    "validate-right": Scenario(_validate(), _passes),
    "validate-wrong": Scenario(_validate(api_key=WRONG_KEY), _refuses_key),
    "validate-none": Scenario(_validate(api_key=""), _refuses_key),
    "validate-chat-model": Scenario(_validate_model("llm", "qwen"), _passes),
    "validate-embedding-model": Scenario(_validate_model("text-embedding", "vectors"), _passes),
    "chat": Scenario(lambda runtime: _llm(runtime).invoke(FRANCE, **GREEDY), _says_paris),
    "chat-stream": Scenario(lambda runtime: _llm(runtime).stream(FRANCE, **GREEDY), _streams_paris, streams=True),
    "chat-structured": Scenario(lambda runtime: _llm(runtime).invoke("Say anything.", output=SCHEMA, **GREEDY), _parses),
    "embeddings": Scenario(lambda runtime: runtime.text_embedding(f"{PROVIDER}/sentences").invoke(TEXTS), _vectors),
    "embeddings-base64": Scenario(
        lambda runtime: runtime.text_embedding(f"{PROVIDER}/sentences").invoke(TEXTS, encoding_format="base64"), _vectors
    ),
    "wrong-key": Scenario(lambda runtime: _llm(runtime, "locked-out").invoke("Hi"), _is(Unauthorized, 401)),
    "no-such-model": Scenario(lambda runtime: _llm(runtime, "missing").invoke("Hi"), _is(ModelNotFound, 404)),
    # the server hides llama.cpp's "exceeds the available context size" behind a bare failure
    "prompt-too-long": Scenario(lambda runtime: _llm(runtime).invoke(TOO_LONG), _is(ServerUnavailable, 500)),
    "prompt-too-long-stream": Scenario(lambda runtime: _llm(runtime).stream(TOO_LONG), _is(ServerUnavailable, 200), streams=True),
}


def outline(result: Any) -> Any:
    """What a result says, as plain JSON: what a recording keeps to compare with."""
    match result:
        case LLMResult():
            return {
                "model": result.model,
                "text": result.text,
                "finish": result.finish.unified,
                "input": result.usage.input.total,
                "output": result.usage.output.total,
                "response_id": result.response_id,
                "parsed": result.parsed,
            }
        case EmbeddingResult():
            return {"vectors": [[round(x, 6) for x in row] for row in result.vectors.tolist()], "input": result.usage.input.total}
        case list():
            texts = [event.text for event in result if isinstance(event, e.TextDelta)]
            return {"events": [type(event).__name__ for event in result], "texts": texts}
        case RemoteModels():
            return [[row.model, str(row.model_type), list(row.features or ()), row.limits.context] for row in result.models]
        case ModelRuntimeError():
            facts = {name: getattr(result, name, None) for name in ("status", "code", "field", "retryable")}
            return {"error": type(result).__name__, **facts}
        case _:
            return {"probed": result.probed}
