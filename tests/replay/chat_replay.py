"""Our codecs' view of recorded chats and completions, in the oracle's terms."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from modelruntime.codecs.openai.chat import CODEC as CHAT
from modelruntime.codecs.openai.completions import CODEC as COMPLETIONS
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage
from modelruntime.schema.profile import Profile
from tests.replay import family_replay
from tests.replay.oracle import Failed, Seen
from tests.replay.played import Played
from tests.replay.recordings import Recording
from tests.replay.request_parser import parse_request
from tests.replay.verdicts import rows_of

VENDOR_FACTS = {"snowflake": {"stream_terminal": "done"}}
"""What a vendor's declaration says beyond the family's dialect."""
URL = "http://vendor.invalid/v1"
_FINISH = re.compile(rb'"finish_reason":\s*"[a-z_]+"')


def chats() -> Iterator[Played]:
    """Every recorded chat."""
    yield from (Played(row, CHAT, *asked(row)) for row in rows_of(CHAT.name))


def completions() -> Iterator[Played]:
    """Every recorded completion."""
    for row in rows_of(COMPLETIONS.name):
        given = dict(row.request)
        model, prompt = given.pop("model", "m"), given.pop("prompt", "hello")
        profile = Profile(stream_usage="include_usage" if given.pop("stream_options", None) else "always")
        parameters = {name: value for name, value in given.items() if name != "stream"}
        call = LLMCall(model, prompt=prompt, parameters=parameters, stream=row.streamed)
        yield Played(row, COMPLETIONS, call, Endpoint(URL, model, _profile(row, profile), provider=row.vendor))


def asked(row: Recording) -> tuple[LLMCall, Endpoint]:
    """The call, and where it went. A few rows hold no request to read again."""
    if not complete(row):
        call, profile = LLMCall("m", (UserMessage("hello"),)), Profile()
    else:
        call, profile = parse_request(row.request)
    call = replace(call, stream=row.streamed)
    return call, Endpoint(URL, call.model, _profile(row, profile), provider=row.vendor)


def complete(row: Recording) -> bool:
    """Did its recorder keep the request, and does every call in it have its id (one old client of Writer's sent none)."""
    calls = [call for message in row.request.get("messages") or () for call in message.get("tool_calls") or ()]
    return bool(row.request.get("messages")) and "model" in row.request and all("id" in call for call in calls)


def _profile(row: Recording, profile: Profile) -> Profile:
    return replace(profile, **VENDOR_FACTS.get(row.vendor, {}))


def terminal(item: Played, body: bytes) -> bool:
    """Does this prefix of a stream hold the terminal fact."""
    return b"[DONE]" in body if item.row.vendor == "snowflake" else _FINISH.search(body) is not None


def events(item: Played, pieces: Iterable[bytes]) -> list[StreamEvent]:
    """The events of a recorded stream, fed in these pieces."""
    return family_replay.events_of(item.codec, item.row, item.call, item.endpoint, pieces)


def result(item: Played) -> LLMResult:
    """The result of a recording, streamed or not. Raises what the codec raises."""
    return family_replay.result_of(item.codec, item.row, item.call, item.endpoint)


def see(item: Played) -> Seen | Failed:
    """What our codec sees, in the oracle's terms."""
    try:
        found = result(item)
    except InvokeError as error:
        return Failed(type(error).__name__)
    return Seen(
        found.text,
        found.reasoning,
        tuple((call.name, call.arguments) for call in found.tool_calls),
        found.finish.raw,
        (found.usage.input.total, found.usage.output.total, found.usage.input.cache_read),
    )


def differences(expected: Seen | Failed, seen: Seen | Failed) -> str | None:
    """Where the two differ; failures are equal: their classes are compared elsewhere."""
    if isinstance(expected, Failed) or isinstance(seen, Failed):
        return None if type(expected) is type(seen) else f"{seen} for {expected}"
    names = ("text", "reasoning", "tool_calls", "finish", "usage")
    pairs = [(name, getattr(seen, name), getattr(expected, name)) for name in names]
    return "; ".join(f"{name}: {ours!r:.80} for {theirs!r:.80}" for name, ours, theirs in pairs if ours != theirs) or None


def pieces(body: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The body cut at these offsets."""
    edges = [0, *cuts, len(body)]
    return [body[start:end] for start, end in pairwise(edges)]
