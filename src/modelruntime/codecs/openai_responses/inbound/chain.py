"""What one connection remembers of its last answer, so that the next request says only what is new
(https://www.openresponses.org/specification, WebSocket transport, read 2026-11-29).

Nothing is kept beyond the connection. An answer that a vendor keeps is that vendor's to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.codecs.openai_responses.inbound.items import FOREIGN
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid

_PREVIOUS = "previous_response_id"
_KEPT_ELSEWHERE = ("conversation", "prompt")


class PreviousResponseUnknown(ParameterInvalid):
    """The answer that a request goes on from is not remembered here, and no vendor keeps it."""


class Chain:
    """The last answer: its id, and all items up to its end."""

    def __init__(self) -> None:
        self._id: str | None = None
        self._items: list[Any] = []
        self._said: list[Any] | None = None
        """The items of the request under way; None where a part of them is known elsewhere only."""
        self._goes_on_from: str | None = None

    def begin(self, request: Mapping[str, Any]) -> JSON:
        """The request that says all by itself. Raises `PreviousResponseUnknown`, and `ParameterInvalid` for the output of a call
        that nobody made."""
        body = dict(request)
        previous = self._goes_on_from = body.get(_PREVIOUS)
        new = _items_of(body.get("input"))
        if previous is None:
            self._said = None if any(body.get(name) for name in _KEPT_ELSEWHERE) else new
            return body
        if previous == self._id:
            del body[_PREVIOUS]
            self._said = body["input"] = [*self._items, *new]
            _check_outputs(self._said, len(self._items))
            return body
        if body.get("store") is False:
            raise PreviousResponseUnknown(f"no response {previous} is known on this connection", field=_PREVIOUS)
        self._said = None
        return body

    @property
    def goes_on_from(self) -> str | None:
        """The id that the request under way named."""
        return self._goes_on_from

    def end(self, response: Mapping[str, Any]) -> None:
        """The answer is whole, or as whole as it gets."""
        if response.get("status") == "failed":
            self.fail()
            return
        said, self._said = self._said, None
        if said is None:
            self._id, self._items = None, []
            return
        self._id = response.get("id")
        self._items = [*said, *filter(_can_be_said_again, as_array(response.get("output")))]

    def fail(self) -> None:
        """There was no answer: what it was to go on from is forgotten."""
        self._said = None
        if self._goes_on_from is not None and self._goes_on_from == self._id:
            self._id, self._items = None, []


def _items_of(given: Any) -> list[Any]:
    if isinstance(given, str):
        return [{"type": "message", "role": "user", "content": given}]
    return as_array(given)


def _check_outputs(items: list[Any], known: int) -> None:
    calls = {as_object(item).get("call_id") for item in items if as_object(item).get("type") == "function_call"}
    for at, item in enumerate(items[known:]):
        fields = as_object(item)
        if fields.get("type") == "function_call_output" and fields.get("call_id") not in calls:
            raise ParameterInvalid(f"input[{at}].call_id names no function call of this conversation", field=f"input[{at}].call_id")


def _can_be_said_again(item: Any) -> bool:
    """Reasoning that its vendor neither kept nor handed out is nothing that it would take back."""
    fields = as_object(item)
    own = str(fields.get("id", "")).startswith(FOREIGN)
    return fields.get("type") != "reasoning" or own or bool(fields.get("encrypted_content"))
