"""The key belongs where the declared signer puts it, and nowhere else. A signature or a token shows it nowhere at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from modelruntime.signers.registry import chosen_auth
from tests.conformance.exchange import Seen
from tests.conformance.secret_values import IDENTIFIER, ISSUED, ROLE_IDENTIFIER, SECRET, secrets

SHOWING = ("bearer", "header", "basic", "query_key", "every")
"""Signers that send the key as it is, in a header unless it is a `query_key`."""
AWS_KEYS = {IDENTIFIER: SECRET, ROLE_IDENTIFIER: ISSUED}
TOKENS = ("google_service_account", "entra", "ibm_iam")


def misplaced(seen: Seen, server: str, auth: Mapping[str, Any], credentials: Mapping[str, Any]) -> list[str]:
    """What is wrong with the authentication of a request that arrived at `server`."""
    chosen = chosen_auth(auth, credentials)
    name = next(iter(chosen), "none")
    found = [f"a key stands in the {place}" for place in _places(seen, name)]
    if (judge := JUDGES.get(name)) is not None:
        found.extend(judge(seen, server, chosen[name]))
    if name in TOKENS and seen.headers.get("authorization") != f"Bearer {ISSUED}":
        found.append("the authorization is not the token that was issued")
    return found


def _places(seen: Seen, signer: str) -> list[str]:
    texts = {"body": seen.body.decode("utf-8", "replace"), "path": seen.path, "query": seen.query, "headers": repr(seen.headers)}
    if signer == "query_key":
        del texts["query"]
    elif signer in SHOWING:
        del texts["headers"]
    return [place for place, text in texts.items() if any(secret in text for secret in secrets())]


def _bearer(seen: Seen, server: str, options: Any) -> list[str]:
    expected = seen.headers.get("authorization") in (f"Bearer {SECRET}", None)
    return [] if expected else ["the authorization is no bearer key"]


def _header(seen: Seen, server: str, options: Any) -> list[str]:
    return [] if any(SECRET in text for text in seen.headers.values()) else ["no header holds the key"]


def _aws(seen: Seen, server: str, options: Any) -> list[str]:
    """The signature of what arrived, made once more by botocore. An address that is signed itself wants no other."""
    if "X-Amz-Signature" in seen.query:
        return ["credentials followed an address that needs none"] if "authorization" in seen.headers else []
    scheme, _, rest = seen.headers.get("authorization", "").partition(" ")
    fields = dict(field.partition("=")[::2] for field in rest.split(", "))
    if scheme != "AWS4-HMAC-SHA256" or fields.keys() != {"Credential", "SignedHeaders", "Signature"}:
        return ["the request is not signed"]
    key, day, region, service = fields["Credential"].split("/")[:4]
    names = fields["SignedHeaders"].split(";")
    wire = AWSRequest(seen.method, server + seen.target, headers={name: seen.headers[name] for name in names}, data=seen.body)
    wire.context["timestamp"] = seen.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(key, AWS_KEYS[key]), service, region)
    right = signer.signature(signer.string_to_sign(wire, signer.canonical_request(wire)), wire)
    found = [] if fields["Signature"] == right else ["the signature is not that of what arrived"]
    if service != options["service"] or not seen.headers["x-amz-date"].startswith(day):
        found.append("the signature is for another service or day")
    return found


def _begins(start: str) -> Callable[[Seen, str, Any], list[str]]:
    def judge(seen: Seen, server: str, options: Any) -> list[str]:
        return [] if seen.headers.get("authorization", "").startswith(start) else ["the request is not signed"]

    return judge


JUDGES: dict[str, Callable[[Seen, str, Any], list[str]]] = {
    "bearer": _bearer,
    "header": _header,
    "aws_sigv4": _aws,
    "tc3": _begins(f"TC3-HMAC-SHA256 Credential={IDENTIFIER}/"),
    "oci_signature": _begins('Signature version="1",'),
}
