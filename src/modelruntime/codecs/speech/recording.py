"""What is asked of every recording, and how the answer to it is opened."""

from __future__ import annotations

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpResponse


def check_recording(call: Speech2TextCall) -> None:
    """For vendors that do not translate. Raises `ParameterInvalid` for an empty recording and for the task `translate`."""
    if not call.recording:
        raise ParameterInvalid("the recording is empty", field="audio", model=call.model)
    if call.task != "transcribe":
        raise ParameterInvalid(f"{call.model} writes down what was said and does not translate it", field="task", model=call.model)


def read_transcript(response: HttpResponse, endpoint: Endpoint) -> JSON:
    """The JSON object of an answer that holds no error. Raises `InvokeError` for another."""
    body = read_object(response, endpoint)
    if error := error_in_reply(response, endpoint):
        raise error
    return body


def read_object(response: HttpResponse, endpoint: Endpoint) -> JSON:
    """The JSON object of an answer with status 2xx. Raises `InvokeError` for another."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    if not is_object(body):
        raise unreadable_reply(response, endpoint, "no transcript")
    return body


def seconds_of(value: object) -> float | None:
    """A time in seconds that is not negative; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None
