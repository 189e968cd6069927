"""Each client plays each recording twice, straight to the vendor and through the gateway, and gets the same.

Where nothing changes on the way the two are *equal*: what the client returned, and what the vendor was sent, the name of the
model and the wish for usage aside. `ALLOWED` names every way in which they may differ otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import anthropic
import msgspec
import openai
import pytest
from anthropic import Anthropic
from openai import OpenAI
from openai.types.responses import Response

from modelruntime.codecs.anthropic.inbound import dialect as messages_dialect
from modelruntime.codecs.dialect import LLMDialect
from modelruntime.codecs.openai.inbound import chat_dialect, completions_dialect
from modelruntime.codecs.openai_responses.family import PENDING
from modelruntime.codecs.openai_responses.inbound import dialect as responses_dialect
from modelruntime.entities.call import LLMCall
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.model_reference import parse_reference
from modelruntime.runtime.relaying import reply_stands
from tests.gateway.serving import KEY, Running
from tests.replay.recordings import Recording, recordings, report
from tests.replay.scope import assign
from tests.simulators.recorded_vendor import Answer, RecordedVendor

ALLOWED: dict[str, str] = {
    "errors": "the gateway's own words and codes: the class of the error is compared; 401, 402 and 403 of a vendor are 502 here",
    "incomplete": "a stream that ends before its terminal fact is an error here, and a short success to the client alone",
    "declared": "where a profile says that an endpoint wants or gives another form, both ways are translated: neither fails",
    "background": "an answer that the vendor makes in the background is waited for here",
}
"""Where the two may differ, and why."""


class Seen(NamedTuple):
    """What a client made of an answer: what it returned, or the class of what it raised."""

    returned: Any
    raised: str | None


class Client(NamedTuple):
    """A package, the provider by which the gateway calls the same family, and how it makes a recorded call."""

    name: str
    provider: str
    dialect: LLMDialect
    play: Callable[[str, str, dict[str, Any], bool], Any]


@cache
def _openai(url: str, key: str) -> OpenAI:
    return OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


@cache
def _anthropic(url: str, key: str) -> Anthropic:
    return Anthropic(base_url=url, api_key=key, max_retries=0)


def chat(url: str, key: str, request: dict[str, Any], stream: bool) -> Any:
    stream_cls = openai.Stream[openai.types.chat.ChatCompletionChunk]
    kind = openai.types.chat.ChatCompletion
    client = _openai(url, key)
    return _all(client.post("/chat/completions", body=request, cast_to=kind, stream=stream, stream_cls=stream_cls))


def completions(url: str, key: str, request: dict[str, Any], stream: bool) -> Any:
    stream_cls = openai.Stream[openai.types.Completion]
    client = _openai(url, key)
    return _all(client.post("/completions", body=request, cast_to=openai.types.Completion, stream=stream, stream_cls=stream_cls))


def responses(url: str, key: str, request: dict[str, Any], stream: bool) -> Any:
    stream_cls = openai.Stream[openai.types.responses.ResponseStreamEvent]
    client = _openai(url, key)
    return _all(client.post("/responses", body=request, cast_to=Response, stream=stream, stream_cls=stream_cls))


def messages(url: str, key: str, request: dict[str, Any], stream: bool) -> Any:
    stream_cls = anthropic.Stream[anthropic.types.RawMessageStreamEvent]
    client = _anthropic(url, key)
    return _all(client.post("/v1/messages", body=request, cast_to=anthropic.types.Message, stream=stream, stream_cls=stream_cls))


def _all(answer: Any) -> Any:
    if hasattr(answer, "model_dump"):
        return answer.model_dump(mode="json", warnings=False)
    return [event.model_dump(mode="json", warnings=False) for event in answer]


CLIENTS = (
    Client("openai chat", "chatty", chat_dialect.DIALECT, chat),
    Client("openai completions", "prompted", completions_dialect.DIALECT, completions),
    Client("openai responses", "responding", responses_dialect.DIALECT, responses),
    Client("anthropic messages", "claudian", messages_dialect.DIALECT, messages),
)


def played(client: Client) -> Iterator[Recording]:
    """Recordings that are calls of this client's: with a whole request."""
    for row in recordings(""):
        scope = assign(row.method, row.path, row.vendor)
        if scope is None or scope.codec != client.dialect.name or row.method != "POST" or row.path.endswith(("tokens", "Predict")):
            continue
        if any(b'"status": "%s"' % word.encode() in row.body[:2000] for word in PENDING) and not row.streamed:
            continue  # "background"
        if row.request.get("model") and (row.request.get("messages") or row.request.get("input") or row.request.get("prompt")):
            yield row


def see(client: Client, url: str, key: str, request: dict[str, Any], stream: bool) -> Seen:
    try:
        return Seen(client.play(url, key, request, stream), None)
    except (openai.OpenAIError, anthropic.AnthropicError) as error:
        return Seen(None, type(error).__name__)


def compared(client: Client, gateway: Running, vendor: RecordedVendor, row: Recording) -> str | None:
    """Where the two plays of a recording differ."""
    media_type = "text/event-stream" if row.streamed else "application/json"
    vendor.answer = Answer(row.status, media_type, row.body)
    stream = bool(row.request.get("stream"))
    vendor.asked.clear()
    straight = see(client, vendor.url, "sk", row.request, stream)
    through = see(client, gateway.url, KEY, {**row.request, "model": f"{client.provider}/{row.request['model']}"}, stream)
    if straight.raised or through.raised:
        return _errors_differ(row, straight, through)
    if translated(client, gateway, row.request):
        return None
    if straight != through:
        return f"returned {_first(straight.returned, through.returned)}"
    ours, theirs = (_asked(each.body) for each in vendor.asked)
    return None if ours == theirs else f"asked {_first(ours, theirs)}"


def _errors_differ(row: Recording, straight: Seen, through: Seen) -> str | None:
    """The first of `ALLOWED`."""
    if straight.raised == through.raised:
        return None
    if (straight.raised, through.raised) == ("BadRequestError", "NotFoundError"):
        return None  # the vendor says of a model that it is not there, with another status
    if row.vendor == "snowflake" and row.streamed and through.raised == "APIError":
        return None  # "incomplete": it never says a finish reason, which only its own declaration knows
    if row.status in (401, 402, 403) and through.raised == "InternalServerError":
        return None
    return f"raised {through.raised} for {straight.raised}"


def _asked(body: bytes) -> Any:
    """A request without what we change of it: usage in streams is always asked for, nulls say nothing."""
    fields = msgspec.json.decode(body)
    fields.pop("stream_options", None)
    if "max_completion_tokens" in fields:  # under the name that the endpoint knows
        fields["max_tokens"] = fields.pop("max_completion_tokens")
    return {name: value for name, value in fields.items() if value is not None and _DEFAULTS.get(name, ...) != value}


_DEFAULTS = {"stream": False, "n": 1}
"""What says nothing when it is said."""


def translated(client: Client, gateway: Running, request: dict[str, Any]) -> bool:
    """Does the profile of a model, found by its name, want anything said in another way?"""
    inbound = client.dialect.parse_request(request)
    asked: Any = {"tools": inbound.tools, "tool_choice": inbound.tool_choice, "output": inbound.output}
    call = LLMCall("m", inbound.messages, inbound.prompt, **asked)
    resolver = gateway.gateway.plane.base.core.resolver
    target = resolver.resolve(parse_reference(f"{client.provider}/{request['model']}", ModelType.LLM))
    return not (client.dialect.stands(call, target.profile) and reply_stands(call, target.profile))


def _first(one: Any, other: Any, place: str = "") -> str:
    """The first place at which two values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            if one.get(name) != other.get(name):
                return _first(one.get(name), other.get(name), f"{place}.{name}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return _first(left, right, f"{place}[{at}]")
    return f"{place}: {other!r:.300} for {one!r:.300}"


def judge(client: Client, gateway: Running, vendor: RecordedVendor, every: int) -> float:
    good, failures = 0, []
    rows = list(played(client))[::every]
    print(f"{sum(translated(client, gateway, row.request) for row in rows)} of {len(rows)} are translated, the others relayed")
    for row in rows:
        why = compared(client, gateway, vendor, row)
        good += why is None
        failures += [f"{row.id}: {why}"] if why else []
    return report(f"{client.name}, straight and through the gateway", good, failures)


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["every fourth", "all"])
@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
def test_a_recording_gives_the_same_straight_and_through_the_gateway(
    client: Client, every: int, gateway: Running, vendor: RecordedVendor
) -> None:
    assert judge(client, gateway, vendor, every) == 1
