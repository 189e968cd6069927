"""Replicate's one recorded prediction: created, polled, done; read by the vendor's package in the same bytes."""

from __future__ import annotations

import json

from replicate.prediction import Prediction

from modelruntime.codecs.operation import Done, Endpoint, Send, Wait
from modelruntime.codecs.replicate.chat import CODEC
from modelruntime.entities.call import LLMCall
from tests.replay.ledger import LEDGER
from tests.replay.recordings import recordings
from tests.replay.scope import assign


def rows():
    return [
        row
        for row in recordings("")
        if row.vendor == "replicate" and (scope := assign(row.method, row.path)) and scope.when == "now"
    ]


def test_the_recorded_prediction_is_made_polled_and_read():
    found = rows()
    if not found:
        return
    first, *polls = found
    endpoint = Endpoint(
        "https://api.replicate.com/v1", "stability-ai/stable-diffusion", credentials={"model_version": first.request["version"]}
    )
    operation = CODEC.invoke(LLMCall("m", prompt=first.request["input"]["prompt"]), endpoint)
    step = operation.start()
    assert isinstance(step, Send)
    assert step.request.url == f"https://{first.host}{first.path}"
    assert json.loads(step.request.body or b"") == first.request
    LEDGER.judge("requests", first, None)
    for row in found:
        step = operation.receive(row.response)
        read = Prediction(**json.loads(row.body))
        assert isinstance(step, Wait) == (read.status in ("starting", "processing"))
        if isinstance(step, Done):
            assert row is polls[-1]
            assert read.output is not None
            assert read.metrics is not None
            assert (step.result.text, step.result.response_id) == ("".join(read.output), read.id)
            assert step.result.usage.seconds == read.metrics["predict_time"]
            LEDGER.judge("replies", row, None)
            break
        LEDGER.judge("replies", row, None)
        asked = operation.resume()
        assert isinstance(asked, Send)
        assert (asked.request.method, asked.request.url) == ("GET", f"https://{row.host}/v1/predictions/{read.id}")
    else:
        raise AssertionError("it never ends")
    print(f"replicate: {len(found)} of {len(found)} recordings")
