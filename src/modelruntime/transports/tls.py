"""The TLS context of a transport, made when the first https request comes (it costs 20 ms)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.transports.contract import TransportOptions

if TYPE_CHECKING:
    import ssl


def tls_context(options: TransportOptions) -> ssl.SSLContext:
    """A client context: TLS 1.2 or later, the system's authorities or `ca_file` in their place, a client certificate if given.

    Raises `ParameterInvalid` (field `ca_file` or `client_cert`) for a file that cannot be used.
    """
    import ssl

    try:
        context = ssl.create_default_context(cafile=options.ca_file)
    except OSError:
        raise ParameterInvalid("ca_file cannot be read as PEM certificates", field="ca_file") from None
    context.set_alpn_protocols(["http/1.1"])
    if not options.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.client_cert:
        try:
            context.load_cert_chain(options.client_cert, options.client_key)
        except OSError:
            raise ParameterInvalid(
                "client_cert and client_key cannot be read as a PEM certificate and its key", field="client_cert"
            ) from None
    return context
