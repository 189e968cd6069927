"""Our codec's view of a recording, in the oracle's terms."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai.chat import CODEC as CHAT
from modelruntime.codecs.openai.completions import CODEC as COMPLETIONS
from modelruntime.codecs.operation import Done, Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage
from modelruntime.schema.profile import Profile
from tests.replay.oracle import Failed, Seen
from tests.replay.recordings import Recording
from tests.replay.scope import assign

VENDOR_PROFILES = {"snowflake": Profile(stream_terminal="done")}
CHAT_PATHS = ("chat/completions", "/v1/chat")
CALL = LLMCall("m", (UserMessage("hello"),))
PROMPT_CALL = LLMCall("m", prompt="hello")


def is_chat(recording: Recording) -> bool:
    """Is it a chat of the family?"""
    scope = assign(recording.method, recording.path, recording.vendor)
    return scope is not None and scope.codec == "openai_chat"


def endpoint(recording: Recording) -> Endpoint:
    profile = VENDOR_PROFILES.get(recording.vendor, Profile())
    return Endpoint("http://vendor.invalid/v1", "m", profile, provider=recording.vendor)


def events(recording: Recording, pieces: Iterable[bytes]) -> list[StreamEvent]:
    """The events of a recorded stream, fed in these pieces."""
    chat = recording.path.endswith(CHAT_PATHS)
    operation = CHAT.stream(CALL, endpoint(recording)) if chat else COMPLETIONS.stream(PROMPT_CALL, endpoint(recording))
    decoder = operation.decoder(recording.response.head)
    found: list[StreamEvent] = []
    for piece in pieces:
        found += decoder.feed(piece)
    return [*found, *decoder.close()]


def result(recording: Recording) -> LLMResult:
    """The result of a recording, streamed or not. Raises what the codec raises."""
    if recording.streamed and recording.status < 400:
        return gather(events(recording, [recording.body]))
    chat = recording.path.endswith(CHAT_PATHS)
    operation = CHAT.invoke(CALL, endpoint(recording)) if chat else COMPLETIONS.invoke(PROMPT_CALL, endpoint(recording))
    step = operation.receive(recording.response)
    assert isinstance(step, Done)
    return step.result


def see(recording: Recording) -> Seen | Failed:
    """What our codec sees, in the oracle's terms."""
    try:
        found = result(recording)
    except InvokeError as error:
        return Failed(type(error).__name__)
    return Seen(
        found.text,
        found.reasoning,
        tuple((call.name, call.arguments) for call in found.tool_calls),
        found.finish.raw,
        (found.usage.input.total, found.usage.output.total, found.usage.input.cache_read),
    )


def pieces(body: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The body cut at these offsets."""
    edges = [0, *cuts, len(body)]
    return [body[start:end] for start, end in pairwise(edges)]
