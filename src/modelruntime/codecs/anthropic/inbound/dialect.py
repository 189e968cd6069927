"""Messages, served: `POST /v1/messages`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.anthropic.inbound.fault import render_fault
from modelruntime.codecs.anthropic.inbound.reply import render_message
from modelruntime.codecs.anthropic.inbound.request import parse_messages_request
from modelruntime.codecs.anthropic.inbound.stream import MessagesEncoder
from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.entities.llm_result import LLMResult


class MessagesDialect:
    """Anthropic's clients."""

    name = "anthropic_messages"
    codecs: frozenset[str] = frozenset(("anthropic_messages", "anthropic_vertex", "anthropic_bedrock"))

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
