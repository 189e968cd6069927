"""Is this call relayed to this target, and how (`codecs/relay.py`)."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.dialect import InboundCall, LLMDialect
from modelruntime.codecs.relay import Relay, RelayCodec, decode_fields
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import Headers
from modelruntime.runtime.target import Target
from modelruntime.schema.profile import Profile


class RelayAsk(msgspec.Struct, frozen=True):
    """A client's request as it came."""

    dialect: LLMDialect
    inbound: InboundCall
    body: bytes
    headers: Headers = ()
    """Headers of the family that go on to the vendor."""


def relay_codec(ask: RelayAsk | None, target: Target, call: LLMCall) -> RelayCodec | None:
    """The codec that relays the call to the target; None where it must be decoded and said again. Raises the call's `family_only`
    where nobody else could understand it."""
    if ask is None:
        return None
    found = _relaying(ask, target, call)
    if found is None and ask.inbound.family_only is not None:
        raise ask.inbound.family_only
    return found


def _relaying(ask: RelayAsk, target: Target, call: LLMCall) -> RelayCodec | None:
    inbound, dialect = ask.inbound, ask.dialect
    codec: Any = target.codec
    profile = target.profile
    if codec is None or codec.name not in dialect.relayed or not reply_stands(call, profile):
        return None
    structure: dict[str, msgspec.Raw] | None = None
    if dialect.stands(call, profile):
        fields = decode_fields(ask.body)
        structure = {name: value for name, value in fields.items() if name in dialect.structure}
    elif inbound.family_only is not None:
        return None
    relay = Relay(
        names=dialect.structure,
        structure=structure,
        headers=ask.headers,
        usage=inbound.stream_usage,
        choices=inbound.choices * max(1, len(inbound.prompts)),
        last_word=dialect.last_word,
    )
    return RelayCodec(codec, relay)


def reply_stands(call: LLMCall, profile: Profile) -> bool:
    """Is what the endpoint answers what the family's clients expect, without a translation that the profile declares?"""
    if profile.think_tags is not None or profile.think_open or profile.text_lstrip:
        return False
    if profile.stream_terminal != "finish_reason" or profile.stream_form != "events":
        return False
    if call.tools and profile.function_calling != "tool_call":
        return False
    output = call.output
    return output is None or output.kind == "text" or profile.output_mode == "json_schema"
