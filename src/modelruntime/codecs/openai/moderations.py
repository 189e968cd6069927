"""Moderation of the OpenAI family.

https://platform.openai.com/docs/api-reference/moderations (unverified). Mistral (https://github.com/mistralai/client-python/tree/v3.7.0,
read 2026-11-28) has no `flagged`: the categories say it; it judges the last turn of a conversation at a path of its own,
earlier turns go through `extra`: `{"input": [turns]}`. In doubt content counts as flagged, and an answer without a
judgement is an error, never "not flagged".
"""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_object, as_text, is_array, is_object
from modelruntime.codecs.media_url import media_url
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange, Operation, Rendered
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.moderation_result import Category, ModerationResult
from modelruntime.entities.parts import TextPart
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import InputUsage, Usage
from modelruntime.entities.warning import CallWarning


def render_moderation(call: ModerationCall, endpoint: Endpoint) -> Rendered:
    """Text alone goes as one string, which every endpoint takes; text with images as an array of parts. Where the profile knows
    roles, the parameter `role` makes it a turn of a conversation, for the endpoint that judges those.

    Raises `ParameterInvalid` for no content, and for an image or a role where the profile knows none.
    """
    role = call.parameters.get("role")
    content: Any = _input(call, endpoint)
    operation, path = "moderations", "/moderations"
    if role is not None:
        if role not in endpoint.profile.moderation_roles:
            known = ", ".join(endpoint.profile.moderation_roles) or "none"
            raise ParameterInvalid(f"{call.model} judges the words of no {role!r}: {known}", field="role", model=call.model)
        operation, path = "chat_moderations", "/chat/moderations"
        content = [{"role": role, "content": content}]
    told = {name: value for name, value in call.parameters.items() if name != "role"}
    fields = {"model": endpoint.model, "input": content}
    body, warnings = render_body(fields, msgspec.structs.replace(call, parameters=told), endpoint.profile)
    return Rendered(json_request(endpoint, endpoint_url(endpoint, operation, path), body), warnings)


def _input(call: ModerationCall, endpoint: Endpoint) -> str | list[dict[str, Any]]:
    parts = (TextPart(call.input),) if isinstance(call.input, str) else call.input
    texts = [part.text for part in parts if isinstance(part, TextPart)]
    if len(texts) == len(parts):
        if not any(texts):
            raise ParameterInvalid("there is nothing to judge: the input is empty", field="input", model=call.model)
        return "\n".join(texts)
    if endpoint.profile.content_as_text:
        raise ParameterInvalid(f"{call.model} judges text only: leave out the images", field="input", model=call.model)
    return [
        {"type": "text", "text": part.text}
        if isinstance(part, TextPart)
        else {"type": "image_url", "image_url": {"url": media_url(part, call.model)}}
        for part in parts
    ]


def parse_moderation(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> ModerationResult:
    """Several results, which some endpoints give for one input, are one judgement: the worst of each category.

    Raises `InvokeError` for an answer without a judgement.
    """
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    fields = _fields(response)
    results: Any = fields.get("results")
    if not is_array(results) or not results or not all(is_object(result) and _judges(result) for result in results):
        raise _no_judgement(response, endpoint)
    categories: dict[str, Category] = {}
    for result in results:
        for name, found in _categories(result).items():
            categories[name] = worse(categories[name], found) if name in categories else found
    usage = as_object(fields.get("usage"))
    return ModerationResult(
        model=as_text(fields.get("model")) or endpoint.model,
        flagged=any(result.get("flagged") is True for result in results) or any(found.flagged for found in categories.values()),
        categories=categories,
        usage=Usage(input=InputUsage(total=as_count(usage.get("prompt_tokens"))), raw=usage or None),
        warnings=warnings,
        request_id=response.head.request_id,
        raw=RawReply(response.body),
    )


def _fields(response: HttpResponse) -> dict[str, Any]:
    try:
        return as_object(msgspec.json.decode(response.body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _judges(result: dict[str, Any]) -> bool:
    """A judgement is `flagged`, or at least one category that is."""
    categories = as_object(result.get("categories"))
    return isinstance(result.get("flagged"), bool) or any(isinstance(value, bool) for value in categories.values())


def _categories(result: dict[str, Any]) -> dict[str, Category]:
    """Every category that was judged. One that is null was not; one with a score alone takes the whole judgement."""
    flags, scores = as_object(result.get("categories")), as_object(result.get("category_scores"))
    found: dict[str, Category] = {}
    for name in {**flags, **scores}:
        flag, score = flags.get(name), _score(scores.get(name))
        if isinstance(flag, bool):
            found[name] = Category(flag, score)
        elif score is not None:
            found[name] = Category(result.get("flagged") is not False, score)
    return found


def _score(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def worse(one: Category, other: Category) -> Category:
    """Two judgements of one category as one: flagged if either is, with the higher score."""
    scores = [score for score in (one.score, other.score) if score is not None]
    return Category(one.flagged or other.flagged, max(scores, default=None))


def _no_judgement(response: HttpResponse, endpoint: Endpoint) -> InvokeError:
    return error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no judgement")


class OpenAIModerations:
    """`POST /moderations`."""

    name = "openai_moderations"

    def invoke(self, call: ModerationCall, endpoint: Endpoint) -> Operation[ModerationResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_moderation(call, endpoint)
        return Exchange(rendered.request, partial(parse_moderation, endpoint=endpoint, warnings=rendered.warnings))


CODEC = OpenAIModerations()
