"""Recorded requests: read into our types and encoded again, they say what was sent."""

import json

from modelruntime.codecs.openai.chat import CODEC
from modelruntime.codecs.operation import Endpoint, Send
from tests.replay.recordings import Recording, recordings, report
from tests.replay.request_parser import canonical, parse_request


def encode(row: Recording) -> dict[str, object]:
    call, profile = parse_request(row.request)
    endpoint = Endpoint("http://vendor.invalid/v1", call.model, profile)
    if call.stream:
        request = CODEC.stream(call, endpoint).start()
    else:
        step = CODEC.invoke(call, endpoint).start()
        assert isinstance(step, Send)
        request = step.request
    body = json.loads(request.body or b"")
    assert isinstance(body, dict)
    return body


def test_recorded_requests_are_encoded_as_they_were_sent():
    good, failures = 0, []
    for row in recordings("chat/completions"):
        if not row.request.get("messages") or "model" not in row.request:
            continue
        sent, ours = canonical(row.request), canonical(encode(row))
        if sent == ours:
            good += 1
        else:
            failures.append(f"{row.id}: {first_difference(ours, sent)}")
    assert report("chat requests", good, failures) >= 0.99


def first_difference(ours: object, sent: object, path: str = "") -> str:
    """Where two JSON values first differ, and how."""
    if isinstance(ours, dict) and isinstance(sent, dict):
        keys = [key for key in sorted(ours.keys() | sent.keys()) if ours.get(key) != sent.get(key)]
        return first_difference(ours.get(keys[0]), sent.get(keys[0]), f"{path}.{keys[0]}")
    if isinstance(ours, list) and isinstance(sent, list) and len(ours) == len(sent):
        at = next(at for at in range(len(ours)) if ours[at] != sent[at])
        return first_difference(ours[at], sent[at], f"{path}[{at}]")
    return f"{path}: {ours!r:.120} for {sent!r:.120}"
