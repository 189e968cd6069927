"""A whole body, whatever its framing: some servers stream to those who did not ask for it."""

from __future__ import annotations

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai.parse_reply import parse_reply
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult

_EVENT_STREAM = (b"data:", b"event:", b":")


def parse_body(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result of a JSON reply, or of an event stream that is complete. Raises `InvokeError` as `parse_reply` does."""
    if 200 <= response.head.status < 300 and response.body.lstrip().startswith(_EVENT_STREAM):
        decoder = StreamDecoder(response.head, context)
        return gather((*decoder.feed(response.body), *decoder.close()))
    return parse_reply(response, context)
