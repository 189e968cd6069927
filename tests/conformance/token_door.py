"""Token endpoints have addresses of their own, which no replaced base URL moves; a test leads them to its simulator here, in the
transport, where the host of a request is chosen.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.transports.blocking import BlockingTransport
from modelruntime.transports.contract import Reply, Timeouts, TransportOptions
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.secret_values import ISSUED, ROLE_IDENTIFIER

DOOR = "/.token"
"""First segment of the path under which the simulator answers as `/<host>/<path>` of a token endpoint."""


class TokenDoor:
    """A transport that sends requests for anything but 127.0.0.1 through the door."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._inner = BlockingTransport(TransportOptions())

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        return self._inner.send(self._led(request), timeouts)

    def open(self, request: HttpRequest, timeouts: Timeouts) -> Reply:
        return self._inner.open(self._led(request), timeouts)

    def close(self) -> None:
        self._inner.close()

    def _led(self, request: HttpRequest) -> HttpRequest:
        parts = urlsplit(request.url)
        if parts.hostname == "127.0.0.1":
            return request
        assert parts.scheme == "https", "a token is asked for in the clear"
        return HttpRequest(request.method, f"{self._server}{DOOR}/{parts.netloc}{parts.path}", request.headers, request.body)


def token_answer(seen: Seen) -> Answer | None:
    """What the token endpoint that was meant answers; None for a request that is no token request."""
    if not seen.path.startswith(DOOR + "/"):
        return None
    host = seen.path.split("/")[2]
    if host.startswith("sts."):
        return Answer(_ROLE.encode(), headers={"content-type": "text/xml"})
    token = {"access_token": ISSUED, "token_type": "Bearer", "expires_in": 3600}
    return as_json({**token, "expiration": 4_102_444_800} if host == "iam.cloud.ibm.com" else token)


_ROLE = f"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{ROLE_IDENTIFIER}</AccessKeyId>
<SecretAccessKey>{ISSUED}</SecretAccessKey><SessionToken>{ISSUED}</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>"""
