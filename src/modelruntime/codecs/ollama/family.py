"""Names that the whole family shares. Shapes: https://github.com/ollama/ollama/blob/main/docs/openapi.yaml, read 2026-11-28."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage

FAMILY = "ollama"
"""The key of `provider_metadata`."""

LINES = "application/x-ndjson"
"""The media type of a stream."""

_FINISH: dict[str, FinishReason] = {"stop": "stop", "length": "length"}
_KNOWN = ("model", "message", "response", "thinking", "done", "done_reason", "prompt_eval_count", "eval_count", "logprobs")
"""What of a reply has a place of its own. The rest goes into `provider_metadata`: its time, durations in nanoseconds, a context."""


def finish_of(word: str | None, *, calls: bool) -> Finish:
    """The vendor says `stop` for calls of tools too; `load` and `unload` answer calls without a prompt."""
    if calls and word in ("stop", None):
        return Finish("tool_calls", word)
    return Finish(_FINISH.get(word or "", "other"), word)


def usage_of(body: JSON) -> Usage:
    """Tokens; the prompt's are left out where the server had them all from before."""
    read, written = as_count(body.get("prompt_eval_count")), as_count(body.get("eval_count"))
    raw: JSON = {name: body[name] for name in ("prompt_eval_count", "eval_count") if name in body}
    return Usage(InputUsage(read), OutputUsage(written), raw=raw or None)


def metadata_from(body: JSON) -> JSON | None:
    """What the vendor says beside the answer."""
    return metadata_of(FAMILY, without(body, _KNOWN))


def logprobs_of(items: Any) -> tuple[TokenLogprob, ...]:
    """One entry a token."""
    return tuple(
        TokenLogprob(
            as_text(item.get("token")) or "",
            float(item["logprob"]),
            tuple((as_text(other.get("token")) or "", float(other["logprob"])) for other in as_array(item.get("top_logprobs"))),
        )
        for item in map(as_object, as_array(items))
    )
