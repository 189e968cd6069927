"""Moderation by Azure AI Content Safety.

Each of four harms has a severity from 0 to 7. A category is flagged from the threshold on (a parameter, medium when none is
given), and its score is the severity divided by 7. What stands in a block list is flagged under that list's name.
"""

from __future__ import annotations

import msgspec

from modelruntime.codecs.azure_content_safety.render import SafetyRequests, render_safety
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text, is_array
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.moderations import worse
from modelruntime.codecs.operation import Done, Endpoint, Send, Step
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.moderation_result import Category, ModerationResult
from modelruntime.entities.raw_reply import RawReply

WORST = 7


class SafetyOperation:
    """One request after the other; of several judgements the worst of each category holds. `raw` is a JSON array of all replies
    where there are several, `request_id` the last one's."""

    __slots__ = ("_bodies", "_categories", "_endpoint", "_sent")

    def __init__(self, sent: SafetyRequests, endpoint: Endpoint) -> None:
        self._sent = sent
        self._endpoint = endpoint
        self._bodies: list[bytes] = []
        self._categories: dict[str, Category] = {}

    def start(self) -> Step[ModerationResult]:
        """Send the first piece."""
        return Send(self._sent.requests[0])

    def receive(self, response: HttpResponse) -> Step[ModerationResult]:
        """Take the judgement of one piece. Raises `InvokeError`; an answer without a judgement is one."""
        for name, found in parse_categories(response, self._endpoint, self._sent.threshold).items():
            self._categories[name] = worse(self._categories[name], found) if name in self._categories else found
        self._bodies.append(response.body)
        if len(self._bodies) < len(self._sent.requests):
            return Send(self._sent.requests[len(self._bodies)])
        body = self._bodies[0] if len(self._bodies) == 1 else b"[" + b",".join(self._bodies) + b"]"
        return Done(
            ModerationResult(
                model=self._endpoint.model,
                flagged=any(found.flagged for found in self._categories.values()),
                categories=self._categories,
                warnings=self._sent.warnings,
                request_id=response.head.request_id,
                raw=RawReply(body),
            )
        )

    def resume(self) -> Step[ModerationResult]:
        """Never called: moderation does not wait."""
        raise RuntimeError("moderation never waits")


def parse_categories(response: HttpResponse, endpoint: Endpoint, threshold: int) -> dict[str, Category]:
    """The categories of one reply, and the block lists that were hit. Raises `InvokeError` for a reply that judges nothing."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        fields = as_object(msgspec.json.decode(response.body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fields = {}
    rows, hits = fields.get("categoriesAnalysis"), as_array(fields.get("blocklistsMatch"))
    judged = [_category(as_object(row), threshold) for row in rows] if is_array(rows) else []
    if not all(judged) or not (judged or hits):
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no judgement")
    found = dict(pair for pair in judged if pair)
    return found | {as_text(as_object(hit).get("blocklistName")) or "blocklist": Category(True) for hit in hits}


def _category(row: JSON, threshold: int) -> tuple[str, Category] | None:
    name, severity = as_text(row.get("category")), as_count(row.get("severity"))
    if name is None or severity is None:
        return None
    return name, Category(severity >= threshold, min(severity / WORST, 1.0))


class AzureContentSafety:
    """`POST /contentsafety/text:analyze` and `/contentsafety/image:analyze`."""

    name = "azure_content_safety"

    def invoke(self, call: ModerationCall, endpoint: Endpoint) -> SafetyOperation:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SafetyOperation(render_safety(call, endpoint), endpoint)


CODEC = AzureContentSafety()
