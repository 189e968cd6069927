"""The family's own client reads the same bytes: what it sees is what our codec must see."""

import json
from typing import Any

import httpx2
import msgspec
import openai

from tests.replay.recordings import Recording


class Seen(msgspec.Struct, frozen=True):
    """What a reply says, in the plainest terms."""

    text: str
    reasoning: str
    tool_calls: tuple[tuple[str, str], ...]
    finish: str | None
    usage: tuple[int | None, int | None, int | None]
    """Prompt, completion and cached tokens."""


class Failed(msgspec.Struct, frozen=True):
    """The client raised instead."""

    kind: str


def see(recording: Recording, *, completions: bool = False) -> Seen | Failed:
    """Feeds the recorded bytes to the client through a transport in memory."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        kind = "text/event-stream" if recording.streamed else "application/json"
        headers = {"content-type": kind}
        return httpx2.Response(recording.status, headers=headers, content=recording.body)

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        client = openai.OpenAI(api_key="none", base_url="http://vendor.invalid/v1", http_client=http, max_retries=0)
        try:
            if completions:
                return _see_completion(client, recording)
            if recording.streamed:
                with client.chat.completions.create(model="m", messages=[], stream=True) as stream:
                    return _fold(list(stream))
            reply = client.chat.completions.create(model="m", messages=[])
        except openai.OpenAIError as error:
            return Failed(type(error).__name__)
    choice = reply.choices[0]
    message: Any = choice.message
    calls = [(call.function.name, call.function.arguments) for call in message.tool_calls or []]
    if not calls and message.function_call and message.function_call.name:
        calls = [(message.function_call.name, message.function_call.arguments)]
    text = _text(message.content) + (getattr(message, "refusal", None) or "")
    return Seen(text, _reasoning(message), tuple(calls), choice.finish_reason, _usage(reply.usage))


def _see_completion(client: openai.OpenAI, recording: Recording) -> Seen:
    if recording.streamed:
        with client.completions.create(model="m", prompt="", stream=True) as stream:
            chunks = list(stream)
        firsts: list[Any] = [choice for chunk in chunks for choice in chunk.choices[:1]]
        finish = next((choice.finish_reason for choice in reversed(firsts) if choice.finish_reason), None)
        usage = [chunk.usage for chunk in chunks][-1]
        return Seen("".join(choice.text or "" for choice in firsts), "", (), finish, _usage(usage))
    reply = client.completions.create(model="m", prompt="")
    return Seen(reply.choices[0].text, "", (), reply.choices[0].finish_reason, _usage(reply.usage))


def _fold(chunks: list[Any]) -> Seen:
    text, reasoning, finish = "", "", None
    calls: dict[tuple[int, str], list[str]] = {}
    current: dict[int, str] = {}
    usage = None
    for chunk in chunks:
        usage = chunk.usage or _groq_usage(chunk) or usage
        for choice in (choice for choice in chunk.choices if choice.index == 0):
            finish = choice.finish_reason or finish
            delta = choice.delta
            if delta is None:
                continue
            text += _text(delta.content) + (getattr(delta, "refusal", None) or "")
            reasoning += _reasoning(delta)
            for call in delta.tool_calls or []:
                if call.id:
                    current[call.index] = call.id
                entry = calls.setdefault((call.index, current.get(call.index, "")), ["", ""])
                if call.function is not None:
                    entry[0] = entry[0] or call.function.name or ""
                    entry[1] += call.function.arguments or ""
            if delta.function_call and (delta.function_call.name or delta.function_call.arguments):
                entry = calls.setdefault((0, ""), ["", ""])
                entry[0] = entry[0] or delta.function_call.name or ""
                entry[1] += delta.function_call.arguments or ""
    return Seen(text, reasoning, tuple((name, arguments) for name, arguments in calls.values()), finish, _usage(usage))


def _groq_usage(chunk: Any) -> Any:
    found = (getattr(chunk, "x_groq", None) or {}).get("usage")
    return openai.types.CompletionUsage.model_construct(**found) if found else None


def _text(content: Any) -> str:
    if isinstance(content, dict):
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if isinstance(content, list):
        return "".join(item["text"] for item in content if item.get("type") == "text")
    return content or ""


def _reasoning(message: Any) -> str:
    for name in ("reasoning_content", "reasoning"):
        if found := getattr(message, name, None):
            return str(found)
    if isinstance(message.content, list):
        inner = [item["thinking"] for item in message.content if item.get("type") == "thinking"]
        return "".join(piece["text"] for pieces in inner for piece in pieces)
    details = getattr(message, "reasoning_details", None) or []
    return "".join(str(item.get("text") or item.get("summary") or "") for item in details)


def _usage(usage: Any) -> tuple[int | None, int | None, int | None]:
    if usage is None:
        return None, None, None
    details = usage.prompt_tokens_details
    cached = (
        (details.get("cached_tokens") if isinstance(details, dict) else getattr(details, "cached_tokens", None))
        if details
        else None
    )
    if cached is None:
        cached = next(
            (
                n
                for name in ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens")
                if (n := getattr(usage, name, None)) is not None
            ),
            None,
        )
    return usage.prompt_tokens, usage.completion_tokens, cached
