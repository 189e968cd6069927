"""Messages, served: `POST /v1/messages`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.anthropic.inbound.fault import render_fault
from modelruntime.codecs.anthropic.inbound.reply import render_message
from modelruntime.codecs.anthropic.inbound.request import STRUCTURE, parse_messages_request
from modelruntime.codecs.anthropic.inbound.stream import MessagesEncoder
from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.standing import tools_stand
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.profile import Profile


class MessagesDialect:
    """Anthropic's clients."""

    name = "anthropic_messages"
    codecs: frozenset[str] = frozenset(("anthropic_messages", "anthropic_vertex", "anthropic_bedrock"))
    relayed: frozenset[str] = frozenset(("anthropic_messages",))
    structure: frozenset[str] = STRUCTURE
    last_word = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'

    def stands(self, call: LLMCall, profile: Profile) -> bool:
        """May the client's messages and tools go to the endpoint as they are?"""
        return tools_stand(call, profile)

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        return parse_messages_request(body)

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes:
        """The whole answer."""
        return render_message(result, served)

    def encoder(self, call: InboundCall, served: Served) -> MessagesEncoder:
        """For one streamed answer."""
        return MessagesEncoder(served)

    def render_fault(self, fault: Fault) -> bytes:
        """The body of an error."""
        return render_fault(fault)


DIALECT = MessagesDialect()
