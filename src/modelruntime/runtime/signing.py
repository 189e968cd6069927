"""Requests as they are sent: signed, with a token where the signer wants one.

A kept token that the vendor refuses (HTTP 401: revoked, or its end misjudged) is dropped, and the request is signed and sent
once more with a new one. A token that was fetched for this very request is not asked for twice.

A signature that holds the time is refused where the clocks differ: it is made once more by the clock of the refusal's `Date`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.runtime.clock_offset import clock_offset
from modelruntime.runtime.credential_fingerprint import fingerprint
from modelruntime.runtime.effects import DropToken, FetchToken, OpenReply, Plan, SendRequest
from modelruntime.signers.contract import Signer, Token
from modelruntime.transports.contract import Timeouts

_REFUSED = 401


class Sending(msgspec.Struct, frozen=True):
    """How one target's requests are sent."""

    signer: Signer | None
    credentials: Mapping[str, Any]
    timeouts: Callable[[], Timeouts]
    """What is left now; asked before each thing that is sent. Raises `TimedOut` when nothing is."""
    may_repeat: Callable[[], bool] = lambda: True
    """May a request be sent once more; called only when it will be."""

    def send(self, request: HttpRequest) -> Plan[HttpResponse]:
        """The whole answer, whatever its status."""
        answer: HttpResponse = yield from self._exchange(SendRequest, request)
        return answer

    def open(self, request: HttpRequest) -> Plan[ResponseHead]:
        """The head of the answer; the driver holds the open reply."""
        head: ResponseHead = yield from self._exchange(OpenReply, request)
        return head

    def signed(self, request: HttpRequest) -> Plan[HttpRequest]:
        """The request as it would be sent now."""
        found: HttpRequest = yield from self._signed(request, _Used())
        return found

    def _exchange(self, effect: type[SendRequest] | type[OpenReply], request: HttpRequest) -> Plan[Any]:
        used = _Used()
        signed = yield from self._signed(request, used)
        answer = yield effect(signed, self.timeouts())
        head = answer if isinstance(answer, ResponseHead) else answer.head
        again = self._signed_by_their_clock(request, signed, head)
        if again is not None and self.may_repeat():
            return (yield effect(again, self.timeouts()))
        status = head.status
        if status == _REFUSED and used.kept is not None and self.may_repeat():
            yield DropToken(used.key, used.kept)
            answer = yield effect((yield from self._signed(request, used)), self.timeouts())
        return answer

    def _signed_by_their_clock(self, request: HttpRequest, signed: HttpRequest, head: ResponseHead) -> HttpRequest | None:
        """The request signed anew, where the clocks differ and that makes another signature."""
        offset = clock_offset(head, time.time())
        if offset is None or self.signer is None or self.signer.fetches_token(self.credentials):
            return None
        again = self.signer.sign(request, self.credentials, None, time.time() + offset)
        return None if again == signed else again

    def _signed(self, request: HttpRequest, used: _Used) -> Plan[HttpRequest]:
        signer, credentials = self.signer, self.credentials
        if signer is None:
            return request
        if not signer.fetches_token(credentials):
            return signer.sign(request, credentials, None, time.time())
        used.key, used.is_new = (signer, fingerprint(credentials)), False

        def parse(response: HttpResponse) -> Token:
            used.is_new = True
            return signer.parse_token(response, time.time())

        token: Token = yield FetchToken(
            key=used.key,
            request=lambda: signer.token_request(credentials, time.time()),
            parse=parse,
            timeouts=self.timeouts(),
        )
        used.kept = None if used.is_new else token
        return signer.sign(request, credentials, token, time.time())


class _Used:
    """The token with which a request was signed."""

    __slots__ = ("is_new", "kept", "key")

    def __init__(self) -> None:
        self.key: Any = None
        self.is_new = False
        self.kept: Token | None = None
