"""What AWS's own service models say: of a request, of an answer. `botocore` ships them and reads by them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel, Shape

from tests.codecs.aws_frames import render_frame
from tests.conformance import facts
from tests.conformance.exchange import Answer
from tests.conformance.want import Want
from tests.replay.aws_oracle import complaints, operation, read_reply, read_stream

EVENTS = "application/vnd.amazon.eventstream"
JSON = dict[str, Any]


def refused(of: OperationModel, parameters: JSON) -> list[str]:
    """What the vendor would refuse: types and members as the SDK checks them; words, patterns and lengths, which it does not."""
    assert of.input_shape is not None
    found = [line for line in complaints(of, parameters).splitlines() if line]
    return found + list(_values(of.input_shape, parameters, of.name))


def _values(shape: Shape, value: Any, place: str) -> Iterator[str]:
    match shape.type_name:
        case "structure" if isinstance(value, dict) and not getattr(shape, "is_document_type", False):
            members: dict[str, Shape] = shape.members
            for name in value.keys() & members.keys():
                yield from _values(members[name], value[name], f"{place}.{name}")
        case "list" if isinstance(value, list):
            for at, item in enumerate(value):
                yield from _values(shape.member, item, f"{place}[{at}]")
        case "string" if isinstance(value, str):
            known = shape.metadata.get("enum")
            if known and value not in known:
                yield f"{place}: {value!r} is none of {', '.join(known)}"
            pattern = shape.metadata.get("pattern")
            if pattern and "\\p" not in pattern and not re.fullmatch(pattern, value):  # Java's classes aside
                yield f"{place}: {value!r} does not match {pattern[:60]}"
            if len(value) > shape.metadata.get("max", len(value)):
                yield f"{place}: longer than {shape.metadata['max']}"
        case "float" | "integer" if value > shape.metadata.get("max", value):
            yield f"{place}: {value} is more than {shape.metadata['max']}"
        case _:
            pass


def truly(of: OperationModel, body: JSON) -> Answer:
    """A whole answer, once the SDK has read it and found nothing missing."""
    data = json.dumps(body).encode()
    parsed = read_reply(of, 200, {"content-type": "application/json"}, data)
    del parsed["ResponseMetadata"]
    assert of.output_shape is not None
    told = _report(of.output_shape, parsed)
    assert not told, told
    return Answer(data)


def streamed(service: str, name: str, events: list[tuple[str, JSON]], want: Want, failure: JSON) -> Answer:
    """The events as frames, read by the SDK before they go; an exception among them, or cut."""
    frames = [
        render_frame(
            {":message-type": "event", ":event-type": kind, ":content-type": "application/json"}, json.dumps(payload).encode()
        )
        for kind, payload in events
    ]
    if want.fault == "error in stream":
        frames = [*frames[:2], render_frame(_headers("exception", failure["name"]), json.dumps(failure["body"]).encode())]
    elif want.fault == "cut":
        frames = frames[:-2]
    seen = list(read_stream(operation(service, name), b"".join(frames)))
    assert len(seen) == len(frames)
    assert all(seen), "an event that the service's model does not know"
    return Answer(b"".join(frames), headers={"content-type": EVENTS}, cut=want.fault == "cut", streamed=True)


def _headers(kind: str, name: str) -> dict[str, str]:
    return {":message-type": kind, f":{kind}-type": name, ":content-type": "application/json"}


def _report(shape: Shape, parsed: JSON) -> str:
    from botocore.validate import ParamValidator

    report = ParamValidator().validate(parsed, shape)
    return str(report.generate_report()) if report.has_errors() else ""


def _error(name: str, status: int, member: str = "message") -> Answer:
    body = json.dumps({member: facts.ERROR_MESSAGE}).encode()
    return Answer(body, status, {"content-type": "application/json", "x-amzn-errortype": f"{name}:http://internal.amazon.com/"})


FAULTS = {
    "refused key": _error("UnrecognizedClientException", 403),
    "rate limit": _error("ThrottlingException", 429),
    "outage": _error("ServiceUnavailableException", 503),
}
"""https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html"""
