"""What the log says of one call. Never what was said in it; ids of keys and credentials, never themselves.

What others wrote (names, ids) is redacted here; the rest is ours. What is unknown is left out. The JSON is put together here, from
pieces that are alike in most calls: to fill an object with two dozen fields and to encode it takes longer.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from modelruntime.entities.usage import Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.runtime.redaction import redact

_encode = msgspec.json.Encoder().encode


def fields_of(record: CallRecord) -> str:
    """The fields of the line, always in the same order, as they stand within a JSON object. Seconds are to the microsecond.

    `tokens` counts by kind; `input` and `output` are totals that include the others. Raises `UnicodeEncodeError` for half letters.
    """
    stream = "true" if record.stream else "false"
    said = (
        f'"request_id":{_quoted(redact(record.id))},{_asked(record.endpoint, record.status, record.code)},'
        f"{_named(record.key_id, record.workspace, record.asked_model, record.provider, record.model)},"
        f'"stream":{stream},"seconds":{record.seconds:.6f},"overhead_seconds":{record.overhead_seconds:.6f},'
        f'"tokens":{_tokens(record.usage)},"attempts":[{",".join(map(_attempt, record.attempts))}]'
    )
    if record.first_token_seconds is not None:
        said += f',"first_token_seconds":{record.first_token_seconds:.6f}'
    if record.cost is not None and record.cost.total is not None:
        said += f',"cost":{_quoted(f"{record.cost.total} {record.cost.currency}")}'
    if record.cached:
        said += ',"cached":true'
    if record.trace is not None:
        said += f',"trace_id":"{record.trace[0]}","span_id":"{record.trace[1]}"'
    return said


def _attempt(attempt: AttemptRecord) -> str:
    said = f'{{"model":{_redacted(f"{attempt.provider}/{attempt.model}")},"seconds":{attempt.seconds:.6f}'
    if attempt.error is not None:
        said += f',"error":{_quoted(attempt.error)}'
    if attempt.status is not None:
        said += f',"status":{attempt.status}'
    if attempt.credential_id:
        said += f',"credential_id":{_quoted(attempt.credential_id)}'
    if attempt.request_id:
        said += f',"vendor_request_id":{_quoted(redact(attempt.request_id))}'
    return said + "}"


def _tokens(usage: Usage) -> str:
    given, made = usage.input, usage.output
    said = "" if given.total is None else f',"input":{given.total}'
    if made.total is not None:
        said += f',"output":{made.total}'
    if given.cache_read is not None:
        said += f',"cache_read":{given.cache_read}'
    if given.cache_write is not None:
        said += f',"cache_write":{given.cache_write}'
    if made.reasoning is not None:
        said += f',"reasoning":{made.reasoning}'
    return f"{{{said[1:]}}}"


def _quoted(text: str) -> str:
    return _encode(text).decode()


@lru_cache(1024)
def _asked(endpoint: str, status: int, code: str | None) -> str:
    told = f'"endpoint":{_quoted(endpoint)},"status":{status}'
    return told if code is None else f'{told},"code":{_quoted(code)}'


@lru_cache(1024)
def _named(key: str, workspace: str, asked: str, provider: str | None, model: str | None) -> str:
    """Clients make names up, but most calls name the same few."""
    told = f'"key_id":{_quoted(key)},"workspace":{_quoted(workspace)},"asked":{_redacted(asked)}'
    if provider is not None:
        told += f',"provider":{_quoted(provider)}'
    return f'{told},"model":{_redacted(model)}' if model else told


@lru_cache(1024)
def _redacted(text: str) -> str:
    return _quoted(redact(text))
