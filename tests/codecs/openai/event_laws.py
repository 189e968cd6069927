"""The laws of `entities/events.py`, and events that compare by value."""

from modelruntime.entities import events as e


def plain(found: list[e.StreamEvent]) -> list[e.StreamEvent | str]:
    """Events that compare by value: an error by its class and message."""
    return [f"{type(event.error).__name__}: {event.error.message}" if isinstance(event, e.ErrorEvent) else event for event in found]


def check_laws(found: list[e.StreamEvent]) -> None:
    """A start first (or an error alone), one last event, every part ended, its deltas adding up to it."""
    assert isinstance(found[0], e.StreamStart) or [type(event) for event in found] == [e.ErrorEvent]
    assert isinstance(found[-1], (e.FinishEvent, e.ErrorEvent))
    open_parts: dict[str, str] = {}
    seen: set[str] = set()
    for event in found[:-1]:
        assert not isinstance(event, (e.FinishEvent, e.ErrorEvent))
        match event:
            case e.TextStart() | e.ReasoningStart() | e.ToolCallStart() | e.HostedToolStart():
                assert event.id not in seen
                seen.add(event.id)
                open_parts[event.id] = ""
            case e.TextDelta() | e.ReasoningDelta():
                open_parts[event.id] += event.text
            case e.ToolCallDelta():
                open_parts[event.id] += event.arguments
            case e.TextEnd() | e.ReasoningEnd():
                assert open_parts.pop(event.id) == event.part.text
            case e.ToolCallEnd():
                assert open_parts.pop(event.id) == event.part.arguments
            case e.HostedToolEnd():
                open_parts.pop(event.id)
            case e.SourceEvent() | e.MediaEvent():
                assert event.id not in seen
                seen.add(event.id)
            case _:
                pass
    assert not open_parts
