"""Code snippets of a call."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.route import Route, route
from modelruntime.admin.snippet import Snippet, snippets
from modelruntime.entities.model_type import ModelType


class SnippetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The call to show: `request` is the body of the data plane's endpoint, a small one without."""

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    model_type: ModelType
    request: dict[str, Any] = {}


class SnippetList(msgspec.Struct, frozen=True):
    """A text for each language that has one."""

    data: list[Snippet]


async def make_snippets(call: Call[SnippetRequest, Nothing]) -> SnippetList:
    """The call as curl, Python and JavaScript. Keys are read from an environment variable."""
    body = call.body
    return SnippetList(snippets(body.model_type, body.model, body.request, call.services.options.public_url or call.origin()))


ROUTES: tuple[Route, ...] = (
    route("POST", "/snippets", make_snippets, "view", body=SnippetRequest, reply=SnippetList, changes=False),
)
