"""Chat completions, served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.chat_reply import render_chat_reply
from modelruntime.codecs.openai.inbound.chat_request import STRUCTURE, parse_chat_request
from modelruntime.codecs.openai.inbound.chat_stream import DONE, ChatEncoder
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.standing import structure_stands
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.profile import Profile


class ChatDialect:
    """`POST /v1/chat/completions`."""

    name = "openai_chat"
    codecs: frozenset[str] = frozenset(("openai_chat",))
    relayed: frozenset[str] = codecs
    structure: frozenset[str] = STRUCTURE
    last_word = DONE

    def stands(self, call: LLMCall, profile: Profile) -> bool:
        """May the client's messages and tools go to the endpoint as they are?"""
        return structure_stands(call, profile)

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        return parse_chat_request(body)

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes:
        """The whole answer."""
        return render_chat_reply(result, served)

    def encoder(self, call: InboundCall, served: Served) -> ChatEncoder:
        """For one streamed answer."""
        return ChatEncoder(call, served)

    def render_fault(self, fault: Fault) -> bytes:
        """The body of an error."""
        return render_fault(fault)


DIALECT = ChatDialect()
