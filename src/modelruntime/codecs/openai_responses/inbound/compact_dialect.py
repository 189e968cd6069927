"""Compaction, served: `POST /v1/responses/compact` (https://www.openresponses.org/reference, read 2026-11-29).

Any model sums a conversation up when it is asked to, so this is a call like every other; only its answer is told differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.field import filled_text_at, optional_text_at
from modelruntime.codecs.openai_responses.inbound.compaction import render_compaction, transcript
from modelruntime.codecs.openai_responses.inbound.items import messages_from
from modelruntime.codecs.openai_responses.inbound.response import render_usage, response_id
from modelruntime.codecs.openai_responses.inbound.stream import ResponsesEncoder
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import SystemMessage, UserMessage
from modelruntime.schema.profile import Profile

_ASK = (
    "Sum up all that was said until here and the conversation that follows, so that it can be continued from your summary alone. "
    "Keep names, numbers, decisions, results of tools, what was asked for, and what is still open. Answer with the summary and "
    "nothing else."
)
_NOTHING = "(Nothing more was said.)"
_ESSENTIAL = frozenset(("previous_response_id",))
_NOTHING_TO_MODELS = frozenset(("model", "input", "instructions", "prompt_cache_key", "stream"))


class CompactDialect:
    """A conversation in, its summary as an item out."""

    name = "openai_responses_compact"
    codecs: frozenset[str] = frozenset(("openai_responses",))
    """Vendors of the family may keep an answer that is to be summed up too."""
    relayed: frozenset[str] = frozenset()
    structure: frozenset[str] = frozenset()
    last_word = b""

    def stands(self, call: LLMCall, profile: Profile) -> bool:
        """Nothing is passed on as it is."""
        return False

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        model = filled_text_at(body, "model", "body")
        messages = messages_from(body.get("input"))
        extra = {name: value for name, value in body.items() if name not in _NOTHING_TO_MODELS and value is not None}
        wish = optional_text_at(body, "instructions", "body")
        task = f"{_ASK}\n\nThe assistant's instructions were:\n{wish}" if wish else _ASK
        asked = (SystemMessage(task), UserMessage(transcript(messages) or _NOTHING))
        return InboundCall(model=model, messages=asked, extra=extra, essential=_ESSENTIAL)

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes:
        """The compacted conversation: one item."""
        item = render_compaction(result.text, f"cmp_{served.id}")
        head = {"id": response_id(served.id), "object": "response.compaction", "created_at": served.created}
        return msgspec.json.encode({**head, "output": [item], "usage": render_usage(result.usage)})

    def encoder(self, call: InboundCall, served: Served) -> ResponsesEncoder:
        """A compaction is never streamed."""
        return ResponsesEncoder(call, served)

    def render_fault(self, fault: Fault) -> bytes:
        """The body of an error."""
        return render_fault(fault)


DIALECT = CompactDialect()
