"""What real clients sent, read as a server reads it, and what real vendors answered, said again to their own clients.

A recorded *request* read by a dialect and rendered by the codec of the same family is the recorded JSON. A recorded *reply*,
whole or streamed, decoded and said again by the dialect, is to the vendor's own package what the recorded bytes are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from modelruntime.codecs.anthropic.inbound.dialect import DIALECT as MESSAGES
from modelruntime.codecs.anthropic.messages import CODEC as MESSAGES_CODEC
from modelruntime.codecs.dialect import InboundCall, LLMDialect, Served
from modelruntime.codecs.openai.chat import CODEC as CHAT_CODEC
from modelruntime.codecs.openai.inbound.chat_dialect import DIALECT as CHAT
from modelruntime.codecs.openai_responses.inbound.dialect import DIALECT as RESPONSES
from modelruntime.codecs.openai_responses.responses import CODEC as RESPONSES_CODEC
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.events import ErrorEvent
from modelruntime.schema.profile import Profile
from tests.replay import anthropic_requests, chat_replay, oracle, request_parser, responses_requests, test_anthropic, test_responses
from tests.replay.family_replay import body_of, difference, events_of, request_of, result_of, without_nulls
from tests.replay.recordings import Recording, recordings, report
from tests.replay.scope import assign

SERVED = Served("req_1", 1, "m")


class Family(NamedTuple):
    """A dialect, the codec of its family, and the form in which requests compare."""

    dialect: LLMDialect
    codec: Any
    scope: str
    canonical: Any


FAMILIES = (
    Family(CHAT, CHAT_CODEC, "openai_chat", request_parser.canonical),
    Family(MESSAGES, MESSAGES_CODEC, "anthropic_messages", anthropic_requests.canonical),
    Family(RESPONSES, RESPONSES_CODEC, "openai_responses", responses_requests.canonical),
)


def asked(family: Family) -> Iterator[Recording]:
    """The recorded requests that clients of the dialect could have sent to a gateway."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != family.scope or row.method != "POST" or "model" not in row.request:
            continue
        if row.path.endswith(("/count_tokens", "/compact", "/input_tokens")) or row.request.get("messages") == []:
            continue
        if "messages" in row.request or (family.dialect is RESPONSES and "input" in row.request):
            yield row


def call_of(inbound: InboundCall) -> LLMCall:
    """The call that a gateway makes for a vendor of the family."""
    return LLMCall(
        model=inbound.model,
        messages=inbound.messages,
        parameters=inbound.parameters,
        tools=inbound.tools,
        tool_choice=inbound.tool_choice,
        output=inbound.output,
        stream=inbound.stream,
        extra=inbound.extra,
    )


def profile_of(family: Family, row: Recording) -> Profile:
    if family.dialect is not CHAT:
        return Profile()
    try:
        return request_parser.parse_request(row.request)[1]
    except KeyError:
        return Profile()


def test_requests_go_on_as_they_were_sent() -> None:
    for family in FAMILIES:
        good, failures = 0, []
        for row in asked(family):
            try:
                inbound = family.dialect.parse_request(row.request)
                call = call_of(inbound)
                rendered = body_of(
                    request_of(family.codec, call, Endpoint("http://v.invalid", call.model, profile_of(family, row)))
                )
            except ParameterInvalid as error:
                failures.append(f"{row.id}: {error.field}: {error}")
                continue
            if inbound.choices > 1:
                failures.append(f"{row.id}: n: several answers are relayed as they were asked for, or asked for one by one")
                continue
            if inbound.family_only is not None:
                failures.append(f"{row.id}: goes as it came, and to its own family only: {inbound.family_only}")
                continue
            recorded = {"max_tokens": rendered.get("max_tokens"), **row.request} if family.dialect is MESSAGES else row.request
            sent, ours = (without_nulls(family.canonical(body)) for body in (recorded, rendered))
            if found := difference(sent, ours):
                failures.append(f"{row.id}: {found}")
            else:
                good += 1
        assert report(f"{family.dialect.name} requests through the dialect", good, failures) >= 0.97


def said_again(family: Family, row: Recording, call: Any, endpoint: Endpoint) -> bytes | None:
    """The reply in the dialect's words; None for a reply that is an error."""
    inbound = InboundCall(model="m", stream=row.streamed)
    if not row.streamed:
        try:
            return family.dialect.render_result(result_of(family.codec, row, call, endpoint), inbound, SERVED)
        except InvokeError:
            return None
    events = events_of(family.codec, row, call, endpoint, [row.body])
    if isinstance(events[-1], ErrorEvent):
        return None
    encoder = family.dialect.encoder(inbound, SERVED)
    return b"".join(map(encoder.feed, events))


def test_chat_replies_are_said_again() -> None:
    good, failures = 0, []
    for row, _, call, endpoint in chat_replay.chats():
        theirs = oracle.see(row)
        if row.status >= 400 or isinstance(theirs, oracle.Failed) or row.vendor == "snowflake":
            continue
        body = said_again(FAMILIES[0], row, call, endpoint)
        if body is None:
            continue
        again = oracle.see(msgspec.structs.replace(row, body=body))
        wrong = differences(theirs, again)
        good += not wrong
        failures += [f"{row.id}: {', '.join(wrong)}"] if wrong else []
    assert report("chat replies said again", good, failures) >= 0.99


def differences(theirs: oracle.Seen, again: oracle.Seen | oracle.Failed) -> list[str]:
    if isinstance(again, oracle.Failed):
        return [again.kind]
    names: Iterable[str] = ("text", "reasoning", "tool_calls")
    found = [
        f"{name}: {getattr(again, name)!r:.60} for {getattr(theirs, name)!r:.60}"
        for name in names
        if getattr(again, name) != getattr(theirs, name)
    ]
    return found + ([] if again.finish else ["no finish"])


def test_messages_are_said_again() -> None:
    good, failures = 0, []
    for row, codec, call, endpoint, frames in test_anthropic.played():
        if row.status >= 300 or codec is not MESSAGES_CODEC:
            continue
        body = said_again(FAMILIES[1], row, call, endpoint)
        if body is None:
            continue
        again = msgspec.structs.replace(row, body=body)
        theirs, ours = (
            test_anthropic.facts(test_anthropic.gathered(each, frames) if row.streamed else msgspec.json.decode(each.body))
            for each in (row, again)
        )
        if found := difference(theirs, ours):
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    assert report("messages said again", good, failures) >= 0.99


def test_responses_are_said_again() -> None:
    good, failures = 0, []
    for row, call, endpoint in test_responses.played():
        if row.status >= 300 or (
            not row.streamed and msgspec.json.decode(row.body).get("status") not in ("completed", "incomplete")
        ):
            continue
        body = said_again(FAMILIES[2], row, call, endpoint)
        if body is None:
            continue
        again = msgspec.structs.replace(row, body=body)
        theirs, ours = (test_responses.facts(test_responses.body_read(each)) for each in (row, again))
        if found := difference(theirs, ours):
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    assert report("responses said again", good, failures) >= 0.99
