"""What a dialect is: a wire family the other way round, as a server speaks it to clients.

A dialect reads a client's request into our terms and says our results, events and errors in the client's words. Like a
codec it does no I/O and reads no clock. What a client says that nothing here names goes to `InboundCall.extra`: a codec
of the same family sends it along, for any other the gateway drops it and says so.

    call = dialect.parse_request(body)
    dialect.render_result(result, call, served)               the whole answer
    encoder = dialect.encoder(call, served)
    encoder.feed(event) → bytes                               any number; the last event ends the stream
    encoder.fail(fault) → bytes                               in place of an end: the client must see that it is not whole
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import Message
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile


class InboundCall(msgspec.Struct, frozen=True, kw_only=True):
    """A client's request. `model` is the name the client used; `parameters` are under the canonical names of rules."""

    model: str
    messages: tuple[Message, ...] = ()
    prompt: str | None = None
    """The text of a completion; `messages` is empty then."""
    tools: tuple[Tool | HostedTool, ...] = ()
    tool_choice: ToolChoice | None = None
    output: OutputFormat | None = None
    parameters: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    """Body fields that only the dialect's own family knows, and models that declare them."""
    equivalents: dict[str, tuple[tuple[str, Any], ...]] = {}
    """Field of `extra` → parameters that say about the same to models of other families, the best first."""
    essential: frozenset[str] = frozenset()
    """Fields of `extra` without which the call would be another one: refused where they cannot be sent."""
    stream: bool = False
    stream_usage: bool = True
    """The client wants usage in the stream."""
    choices: int = 1
    """Answers wanted to each prompt."""
    prompts: tuple[str, ...] = ()
    """Of a completion with several prompts: all of them. `prompt` is the first then."""
    family_only: ParameterInvalid | None = None
    """Something that can be passed on to the dialect's own family and that nobody else understands: what to say to all others.
    `messages`, `tools` and `output` are empty then."""


class Served(msgspec.Struct, frozen=True):
    """What an answer says of itself: an id, the time in seconds since the epoch, and the model's name as the client knows it."""

    id: str
    created: int
    model: str
    choice: int = 0
    """Which of several answers."""


class Fault(msgspec.Struct, frozen=True):
    """An error as it may be shown to a client: `message` is safe, `code` is stable over releases."""

    status: int
    code: str
    message: str
    field: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    """Seconds."""


class EventEncoder(Protocol):
    """One streamed answer on its way to the client. Every call gives the bytes to write now, perhaps none."""

    def feed(self, event: StreamEvent) -> bytes: ...
    def fail(self, fault: Fault) -> bytes: ...


class LLMDialect(Protocol):
    """Chat or completion as clients of one family speak it."""

    name: str
    codecs: frozenset[str]
    """Codecs that speak the same family: `InboundCall.extra` goes to these alone."""
    relayed: frozenset[str]
    """Codecs whose vendors speak the dialect itself, byte for byte: a call may be relayed to these."""
    structure: frozenset[str]
    """Body fields that are no parameter: relayed as they are."""
    last_word: bytes
    """What ends a stream after its finish, for vendors that leave it out; empty where the finish is the end."""

    def stands(self, call: LLMCall, profile: Profile) -> bool:
        """May the structure of a request go to an endpoint of that profile as the client wrote it?"""
        ...

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        ...

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes: ...
    def encoder(self, call: InboundCall, served: Served) -> EventEncoder: ...
    def render_fault(self, fault: Fault) -> bytes: ...
