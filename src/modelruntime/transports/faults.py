"""What went wrong on the wire, as the errors of `entities/errors.py`.

Every transport builds its errors here, so one fault reads the same whichever driver met it. Messages name the origin
(scheme, host, port) and never a path, a query, a header or a body: those may hold keys. `code` is one of

    dns  refused  unreachable  reset  tls  egress     ConnectionFailed (tls, egress: not retryable)
    connect  pool  first_byte  idle  total            TimedOut
    protocol  too_large                               ServerUnavailable (too_large: not retryable)
    cut_short                                         StreamIncomplete

A body that is delimited by the connection's end alone cannot be seen to be cut: there the codec's terminal fact decides.
"""

from __future__ import annotations

import socket

from modelruntime.entities.errors import ConnectionFailed, ServerUnavailable, StreamIncomplete, TimedOut

_WAITED = {
    "connect": "{origin} could not be reached within {seconds:g} s (connect timeout)",
    "pool": "no connection to {origin} became free within {seconds:g} s; raise max_connections or send fewer calls at once",
    "first_byte": "{origin} did not begin to answer within {seconds:g} s (first_byte timeout)",
    "idle": "{origin} went silent for {seconds:g} s in the middle of a call (idle timeout)",
    "total": "the call to {origin} took longer than {seconds:g} s (total timeout)",
}


def timed_out(origin: str, which: str, seconds: float) -> TimedOut:
    """The limit `which` (a name of `Timeouts`, or `pool`) of so many seconds passed."""
    return TimedOut(_WAITED[which].format(origin=origin, seconds=seconds), code=which)


def reset(origin: str) -> ConnectionFailed:
    """The connection ended before the answer's head was whole. The call may have been billed."""
    return ConnectionFailed(f"{origin} closed the connection before it answered", code="reset")


def cut_short(origin: str) -> StreamIncomplete:
    """The body ended before its declared end."""
    return StreamIncomplete(f"{origin} closed the connection in the middle of its answer", code="cut_short")


def broken_http(origin: str, what: str) -> ServerUnavailable:
    """The answer is no valid HTTP; `what` is a fixed phrase of ours, never bytes that came."""
    return ServerUnavailable(f"{origin} broke HTTP: {what}", code="protocol")


def too_large(origin: str, limit: int) -> ServerUnavailable:
    """The decoded body is over the limit, or swells like a decompression bomb."""
    message = f"the answer of {origin} is larger than {limit} bytes; raise max_response_bytes if that is meant"
    return ServerUnavailable(message, code="too_large", retryable=False)


def egress_refused(origin: str, why: str) -> ConnectionFailed:
    """The egress guard does not let this target through."""
    return ConnectionFailed(
        f"{origin} is not allowed: {why}; an operator may add it to guard_allow", code="egress", retryable=False
    )


def proxy_refused(origin: str, proxy: str, status: int) -> ConnectionFailed:
    """The proxy answered CONNECT with something other than 2xx. `proxy` is its origin."""
    hint = "; check the user and password in its URL" if status == 407 else ""
    message = f"the proxy {proxy} answered {status} when asked to connect to {origin}{hint}"
    return ConnectionFailed(message, code="refused", retryable=status >= 500)


def proxy_unusable(proxy_scheme: str) -> ConnectionFailed:
    """The configured proxy is of a kind that is not supported."""
    message = f"a proxy of scheme {proxy_scheme!r} cannot be used; give the URL of an http:// proxy or unset the variable"
    return ConnectionFailed(message, code="refused", retryable=False)


def unreachable(origin: str, error: OSError) -> ConnectionFailed:
    """Why a connection did not come to stand: the name, the port, the route, or TLS."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return ConnectionFailed(f"the name of {origin} could not be resolved; check the base URL and DNS", code="dns")
    import ssl

    if isinstance(error, ssl.SSLError | ssl.CertificateError):
        return tls_failed(origin, error)
    if isinstance(error, ConnectionRefusedError):
        return ConnectionFailed(f"{origin} refused the connection; is the server running?", code="refused")
    if isinstance(error, ConnectionError):
        return reset(origin)
    return ConnectionFailed(f"{origin} cannot be reached ({_errno_name(error)})", code="unreachable")


_CERTIFICATE = {
    9: "its certificate is not valid yet; check this machine's clock",
    10: "its certificate has expired; the server's operator must renew it (or this machine's clock is wrong)",
    18: "its certificate is self-signed; name it in ca_file to trust it",
    19: "its certificate is signed by an unknown authority; name that authority's file in ca_file",
    20: "its certificate is signed by an unknown authority; install ca-certificates or name the authority's file in ca_file",
    21: "its certificate is signed by an unknown authority; install ca-certificates or name the authority's file in ca_file",
    62: "its certificate is for another host; check the host in the base URL",
    64: "its certificate is for another address; use the host name in the base URL",
}


def tls_failed(origin: str, error: BaseException | None = None) -> ConnectionFailed:
    """TLS did not come to stand; the message says what to mend. Never worth the same call again."""
    code: int | None = getattr(error, "verify_code", None)
    why = _CERTIFICATE.get(code, f"its certificate was not accepted (code {code})") if code else _handshake(error)
    return ConnectionFailed(f"TLS with {origin} failed: {why}", code="tls", retryable=False)


def _handshake(error: BaseException | None) -> str:
    reason = str(getattr(error, "reason", None) or "")
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNEXPECTED_MESSAGE", "RECORD_LAYER_FAILURE"):
        return "the server does not speak TLS on this port; is http:// meant?"
    if "CERTIFICATE_REQUIRED" in reason or "BAD_CERTIFICATE" in reason or "HANDSHAKE_FAILURE" in reason:
        return "the server refused the handshake; it may want a client certificate (client_cert, client_key)"
    return "the handshake did not complete"


def _errno_name(error: OSError) -> str:
    import errno

    return errno.errorcode.get(error.errno or 0, type(error).__name__)
