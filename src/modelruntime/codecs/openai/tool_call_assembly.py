"""Tool calls out of their pieces: by index, whatever else a vendor leaves out.

The family's own way is id and name first, then arguments under the same index. Seen too: whole calls in one chunk each,
all with index 0; no index; no id; the id or the name again in every piece.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.openai.parse_message import arguments_text
from modelruntime.codecs.openai.stream_chunk import CallDelta
from modelruntime.codecs.openai.tool_call_ids import make_id
from modelruntime.codecs.openai.vendor_fields import metadata_of
from modelruntime.entities import events
from modelruntime.entities.parts import TextPart, ToolCallPart


class _Call:
    """One call under construction. It starts when its name is known; what came before is kept."""

    __slots__ = ("arguments", "event_id", "extra", "id", "name", "started")

    def __init__(self, event_id: str) -> None:
        self.event_id = event_id
        self.id: str | None = None
        self.name: str | None = None
        self.arguments: list[str] = []
        self.extra: dict[str, Any] = {}
        self.started = False


class ToolCallAssembly:
    """`add` pieces, get events; `end` closes every open call. The forced output tool becomes a text part."""

    __slots__ = ("_by_index", "_count", "_last", "_output_tool", "made_calls", "reply_id")

    def __init__(self, output_tool: str | None) -> None:
        self._by_index: dict[int, _Call] = {}
        self._count = 0
        self._last: _Call | None = None
        self._output_tool = output_tool
        self.reply_id = ""
        self.made_calls = False

    def add(self, delta: CallDelta, out: list[events.StreamEvent]) -> None:
        """Adds one piece."""
        call = self._last = self._find(delta)
        if delta.id and call.id is None:
            call.id = delta.id
        if delta.extra_content is not None:
            call.extra["extra_content"] = delta.extra_content
        function = delta.function
        if function is None:
            return
        if function.name and call.name is None:
            call.name = function.name
        piece = function.arguments if isinstance(function.arguments, str) else arguments_text(function.arguments)
        if piece:
            call.arguments.append(piece)
        if not call.started:
            if call.name is not None:
                self._start(call, out)
        elif piece:
            self._say(call, piece, out)

    def end(self, out: list[events.StreamEvent]) -> None:
        """Ends every open call, in the order in which they began."""
        for call in self._by_index.values():
            if not call.started:
                self._start(call, out)
            arguments = "".join(call.arguments)
            if call.name == self._output_tool:
                out.append(events.TextEnd(call.event_id, TextPart(arguments)))
            else:
                part = ToolCallPart(call.id or "", call.name or "", arguments, metadata_of(call.extra))
                out.append(events.ToolCallEnd(call.event_id, part))
                self.made_calls = True
        self._by_index = {}
        self._last = None

    def _find(self, delta: CallDelta) -> _Call:
        """The call a piece belongs to: of its index, else the one before; a name with another id begins a new one."""
        index = delta.index
        call = self._last if index is None else self._by_index.get(index)
        if call is not None and not _begins_another(delta, call):
            return call
        if delta.id:
            for other in self._by_index.values():
                if other.id == delta.id:
                    return other
        if call is not None and index is not None:
            self._by_index[-1000 - self._count] = self._by_index.pop(index)
        fresh = _Call(f"tool-{self._count}")
        self._by_index[index if index is not None else -1 - self._count] = fresh
        self._count += 1
        return fresh

    def _start(self, call: _Call, out: list[events.StreamEvent]) -> None:
        call.started = True
        if call.name is None:
            call.name = ""
        if call.name == self._output_tool:
            out.append(events.TextStart(call.event_id))
        else:
            if call.id is None:
                call.id = make_id(self.reply_id, int(call.event_id[5:]), call.name)
            out.append(events.ToolCallStart(call.event_id, call.id, call.name))
        if call.arguments:
            self._say(call, "".join(call.arguments), out)

    def _say(self, call: _Call, piece: str, out: list[events.StreamEvent]) -> None:
        if call.name == self._output_tool:
            out.append(events.TextDelta(call.event_id, piece))
        else:
            out.append(events.ToolCallDelta(call.event_id, piece))


def _begins_another(delta: CallDelta, call: _Call) -> bool:
    names = delta.function is not None and bool(delta.function.name)
    if delta.id:
        return call.id is not None and delta.id != call.id and (names or delta.index is None)
    return names and delta.index is None and call.name is not None
