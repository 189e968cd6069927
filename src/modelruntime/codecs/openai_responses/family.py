"""Names and small readings that the whole family shares."""

from __future__ import annotations

from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.openai.errors import error_of_words
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import AssistantMessage, parts_of
from modelruntime.entities.parts import TextPart

FAMILY = "openai_responses"
"""The key of `provider_metadata`, and the `family` of hosted and opaque parts."""

PENDING = ("queued", "in_progress")
"""What the vendor says of an answer that it still works on, in the background."""

FAILED = ("failed", "cancelled")


def failure(body: JSON, endpoint: Endpoint, head: ResponseHead) -> InvokeError:
    """The error of a response that the vendor could not finish, or of an event `error`."""
    error = as_object(body.get("error")) or body
    code = as_text(error.get("code")) or as_text(error.get("type")) or as_text(body.get("status")) or "error"
    return error_of_words((code,), as_text(error.get("message")), endpoint, head)


def finish_of(body: JSON, message: AssistantMessage) -> Finish:
    """The vendor tells only that it stopped early; calls and refusals are seen in the items."""
    status, reason = as_text(body.get("status")), as_text(as_object(body.get("incomplete_details")).get("reason"))
    if reason:
        return Finish({"max_output_tokens": "length", "content_filter": "content_filter"}.get(reason, "other"), reason)  # type: ignore[arg-type]
    if message.tool_calls:
        return Finish("tool_calls", status)
    texts = (part for part in parts_of(message.content) if isinstance(part, TextPart))
    if any(facts_of(FAMILY, part.provider_metadata).get("kind") == "refusal" for part in texts):
        return Finish("refusal", status)
    return Finish("stop" if status in ("completed", None) else "other", status)
