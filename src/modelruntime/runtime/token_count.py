"""How many tokens a prompt has."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.operation import Done, Operation, Send
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import Message, parts_of
from modelruntime.entities.parts import ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.tools import Tool
from modelruntime.runtime.effects import Compute, EngineCount, Plan
from modelruntime.runtime.llm_job import LLMRequest
from modelruntime.runtime.signing import Sending
from modelruntime.runtime.target import Target
from modelruntime.runtime.tokenizers import counter_for, estimate, tokenizer_name
from modelruntime.transports.contract import Timeouts

PER_MESSAGE = 3
PER_NAME = 1
REPLY_PRIMING = 3
"""What a chat adds to its texts, as OpenAI documents it for its models
(https://github.com/openai/openai-cookbook, "How to count tokens with tiktoken"; unverified)."""
PER_IMAGE = 765
"""A rough mean for an image of 1024 × 1024 (OpenAI, vision guide; unverified); always an estimate."""


class TokenCount(int):
    """A number of tokens. `estimated` is False only when the model's own tokenizer counted everything that was said."""

    estimated: bool
    tokenizer: str | None

    def __new__(cls, tokens: int, *, estimated: bool = False, tokenizer: str | None = None) -> TokenCount:
        """`tokenizer` names what counted, None for an estimate."""
        self = super().__new__(cls, tokens)
        self.estimated = estimated
        self.tokenizer = tokenizer
        return self

    def __repr__(self) -> str:
        return f"TokenCount({int(self)}, estimated={self.estimated}, tokenizer={self.tokenizer!r})"


def count_messages_plan(target: Target, request: LLMRequest, timeouts: Timeouts, *, ask_vendor: bool) -> Plan[TokenCount]:
    """Offline, or by the vendor's counting endpoint when asked. Raises `ParameterInvalid` when it has none."""
    call = LLMCall(target.schema.model, request.messages, tools=request.tools, tool_choice=request.tool_choice)
    if target.engine_spec is not None:
        tokens = yield EngineCount(target.engine_spec(), call)
        return TokenCount(tokens, tokenizer=target.schema.model)
    if ask_vendor:
        return (yield from _ask(target, call, timeouts))
    counted: TokenCount = yield Compute(partial(_count_call, target, call))
    return counted


def count_texts_plan(target: Target, texts: tuple[str, ...]) -> Plan[list[TokenCount]]:
    """Offline, one count per text."""
    if target.engine_spec is not None:
        counts = yield EngineCount(target.engine_spec(), texts)
        return [TokenCount(tokens, tokenizer=target.schema.model) for tokens in counts]
    counted: list[TokenCount] = yield Compute(partial(_count_texts, target, texts))
    return counted


def _ask(target: Target, call: LLMCall, timeouts: Timeouts) -> Plan[TokenCount]:
    counting = getattr(target.codec, "count_tokens", None)
    operation: Operation[int] | None = counting(call, target.endpoint) if counting is not None else None
    if operation is None:
        raise ParameterInvalid(f"{target.schema.provider} has no endpoint that counts tokens", field="ask_vendor")
    sending = Sending(target.signer, target.credentials, lambda: timeouts, guarded=target.guarded)
    step = operation.start()
    while not isinstance(step, Done):
        assert isinstance(step, Send)
        step = operation.receive((yield from sending.send(step.request)))
    return TokenCount(step.result, tokenizer=target.schema.provider)


def _count_texts(target: Target, texts: Iterable[str]) -> list[TokenCount]:
    name = tokenizer_name(target.schema)
    counter = counter_for(name)
    if counter is None:
        return [TokenCount(estimate(text), estimated=True) for text in texts]
    return [TokenCount(counter(text), tokenizer=name) for text in texts]


def _count_call(target: Target, call: LLMCall) -> TokenCount:
    name = tokenizer_name(target.schema)
    exact = counter_for(name)
    count = exact or estimate
    sizes = [_count_message(message, count) for message in call.messages]
    tokens = sum(size for size, _ in sizes) + REPLY_PRIMING
    known = exact is not None and all(plain for _, plain in sizes)
    for tool in call.tools:
        known = False  # how a vendor writes tools into the prompt is not public
        described: Any = msgspec.structs.asdict(tool)
        tokens += count(msgspec.json.encode(described).decode()) if isinstance(tool, Tool) else 0
    return TokenCount(tokens, estimated=not known, tokenizer=name if exact is not None else None)


def _count_message(message: Message, count: Any) -> tuple[int, bool]:
    """Tokens, and whether they are exact: true for text alone."""
    tokens = PER_MESSAGE + count(_role_of(message)) if count is not estimate else PER_MESSAGE + 1
    plain = True
    if message.name:
        tokens += PER_NAME + count(message.name)
    for part in parts_of(message.content):
        if isinstance(part, TextPart):
            tokens += count(part.text)
        elif isinstance(part, ReasoningPart):
            continue  # not sent back by default
        else:
            plain = False
            tokens += count(part.name + part.arguments) + 8 if isinstance(part, ToolCallPart) else PER_IMAGE
    return tokens, plain


def _role_of(message: Message) -> str:
    role = type(message).__struct_config__.tag
    return role if isinstance(role, str) else "user"
