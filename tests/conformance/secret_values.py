"""Credentials of a shape of their own, and all that must not be seen anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from modelruntime.signers.registry import COMBINATORS

SECRET = "CANARYkey0123456789"
IDENTIFIER = "AKIDSAMPLE0123456789"
"""A key's name, which stands in signed requests."""
ROLE_IDENTIFIER = "ASIASAMPLE0123456789"
"""The name of the temporary key that an assumed role is given."""
ISSUED = "CANARYissued0123456789"
"""What the simulated token endpoints issue."""


@cache
def private_key() -> str:
    """An RSA key made for this run, as PEM."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def service_account() -> str:
    """A service account's key file."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "sample",
            "private_key_id": "k-1",
            "private_key": private_key(),
            "client_email": "robot@sample.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )


SHAPED: dict[tuple[str, str], Callable[[], str]] = {
    ("aws_sigv4", "access_key_id"): lambda: IDENTIFIER,
    ("aws_sigv4", "region"): lambda: "us-east-1",
    ("google_service_account", "key"): service_account,
    ("oci_signature", "key"): private_key,
    ("oci_signature", "tenancy"): lambda: "ocid1.tenancy.oc1..sample",
    ("oci_signature", "user"): lambda: "ocid1.user.oc1..sample",
    ("oci_signature", "fingerprint"): lambda: "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34",
    ("tc3", "secret_id"): lambda: IDENTIFIER,
    ("entra", "tenant_id"): lambda: "72f988bf-86f1-41af-91ab-2d7cd011db47",
    ("entra", "client_id"): lambda: "de8bc8b5-d9f9-48b1-a8ad-b748da725064",
}
"""(signer, option) → what a user would type there, where it is no secret or a secret of a shape of its own."""


def shaped_values(auth: Mapping[str, Any]) -> dict[str, Any]:
    """Variable → its value, for every signer that `auth` may come to."""
    return {
        options[option]: make()
        for name, options in _leaves(auth)
        for (signer, option), make in SHAPED.items()
        if signer == name and isinstance(options, Mapping) and option in options
    }


def _leaves(auth: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, options in auth.items():
        if name in COMBINATORS:
            for branch in COMBINATORS[name](options):
                yield from _leaves(branch)
        else:
            yield name, options


def secrets() -> tuple[str, ...]:
    """What no signed request shows: the key itself, and the middle of a private key however it is encoded."""
    lines = private_key().splitlines()
    return SECRET, lines[5], lines[9]
