"""What every codec test needs: answers, and a driver without a network."""

import json

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.schema.profile import Profile


def endpoint(model="m", **profile):
    return Endpoint("https://api.example.com/v1", model, Profile(**profile), provider="acme")


def answer(body, status=200, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(ResponseHead(status, tuple((k.replace("_", "-"), v) for k, v in headers.items())), data)


def drive(operation, *answers):
    """Requests as parsed JSON, and the result after these answers."""
    sent = []
    step = operation.start()
    for reply in answers:
        assert isinstance(step, Send)
        sent.append(json.loads(step.request.body or b""))
        step = operation.receive(reply)
    assert isinstance(step, Done)
    return sent, step.result


def sent_by(operation):
    """The first request."""
    step = operation.start()
    assert isinstance(step, Send)
    return step.request
