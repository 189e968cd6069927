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

from modelruntime.entities.http import Headers, HttpRequest, HttpResponse, ResponseHead
from modelruntime.runtime.clock_offset import REFUSED as CLOCK_REFUSED
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
    guarded: bool = False
    """Through the egress guard: the address came from someone who is not trusted with the network."""
    headers: Headers = ()
    """Of every request, beside its own: what observers want the vendor to get."""

    def send(self, request: HttpRequest) -> Plan[HttpResponse]:
        """The whole answer, whatever its status."""
        return self._exchange(SendRequest, request)

    def open(self, request: HttpRequest) -> Plan[ResponseHead]:
        """The head of the answer; the driver holds the open reply."""
        return self._exchange(OpenReply, request)

    def send_elsewhere(self, request: HttpRequest) -> Plan[HttpResponse]:
        """The same without credentials, to an address that the vendor told."""
        answer: HttpResponse = yield SendRequest(self._guarded(request), self.timeouts())
        return answer

    def open_elsewhere(self, request: HttpRequest) -> Plan[ResponseHead]:
        """The same without credentials, to an address that the vendor told."""
        head: ResponseHead = yield OpenReply(self._guarded(request), self.timeouts())
        return head

    def signed(self, request: HttpRequest) -> Plan[HttpRequest]:
        """The request as it would be sent now."""
        found: HttpRequest = yield from self._ready(request, _Used())
        return found

    def _exchange(self, effect: type[SendRequest] | type[OpenReply], request: HttpRequest) -> Plan[Any]:
        if self.signer is not None and self.signer.fetches_token(self.credentials):
            return (yield from self._exchange_with_token(effect, request))
        sent = self._signed_at_once(request)
        answer = yield effect(sent, self.timeouts())
        head: ResponseHead = answer.head if effect is SendRequest else answer
        if head.status in CLOCK_REFUSED:
            again = self._signed_by_their_clock(request, sent, head)
            if again is not None and self.may_repeat():
                return (yield effect(again, self.timeouts()))
        return answer

    def _exchange_with_token(self, effect: type[SendRequest] | type[OpenReply], request: HttpRequest) -> Plan[Any]:
        used = _Used()
        sent = yield from self._ready(request, used)
        answer = yield effect(sent, self.timeouts())
        head: ResponseHead = answer.head if effect is SendRequest else answer
        if head.status == _REFUSED and used.kept is not None and self.may_repeat():
            yield DropToken(used.key, used.kept)
            answer = yield effect((yield from self._ready(request, used)), self.timeouts())
        return answer

    def _signed_by_their_clock(self, request: HttpRequest, sent: HttpRequest, head: ResponseHead) -> HttpRequest | None:
        """The request signed anew, where the clocks differ and that makes another signature."""
        offset = clock_offset(head, time.time())
        if offset is None or self.signer is None:
            return None
        again = self._guarded(self.signer.sign(self._named(request), self.credentials, None, time.time() + offset))
        return None if again == sent else again

    def _signed_at_once(self, request: HttpRequest) -> HttpRequest:
        """By a signer that needs no token, if by any."""
        if self.headers:
            request = self._named(request)
        if self.signer is not None:
            request = self.signer.sign(request, self.credentials, None, time.time())
        return self._guarded(request) if self.guarded else request

    def _named(self, request: HttpRequest) -> HttpRequest:
        return request.with_headers(*self.headers) if self.headers else request

    def _ready(self, request: HttpRequest, used: _Used) -> Plan[HttpRequest]:
        """Signed, and marked for the guard last: a signer makes a request of its own."""
        return self._guarded((yield from self._signed(request, used)))

    def _signed(self, request: HttpRequest, used: _Used) -> Plan[HttpRequest]:
        signer, credentials = self.signer, self.credentials
        if signer is None or not signer.fetches_token(credentials):
            return self._signed_at_once(request)
        request = self._named(request)
        used.key, used.is_new = (signer, fingerprint(credentials)), False

        def parse(response: HttpResponse) -> Token:
            used.is_new = True
            return signer.parse_token(response, time.time())

        token: Token = yield FetchToken(
            key=used.key,
            request=lambda: self._token_request(signer),
            guarded=self.guarded,
            parse=parse,
            timeouts=self.timeouts(),
        )
        used.kept = None if used.is_new else token
        return signer.sign(request, credentials, token, time.time())

    def _token_request(self, signer: Signer) -> HttpRequest | None:
        request = signer.token_request(self.credentials, time.time())
        return None if request is None else self._guarded(request)

    def _guarded(self, request: HttpRequest) -> HttpRequest:
        return msgspec.structs.replace(request, guarded=True) if self.guarded else request


class _Used:
    """The token with which a request was signed."""

    __slots__ = ("is_new", "kept", "key")

    def __init__(self) -> None:
        self.key: Any = None
        self.is_new = False
        self.kept: Token | None = None
