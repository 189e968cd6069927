"""RSA signatures with a private key that a user pasted, by the package `cryptography`, which is imported when first used."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from functools import lru_cache
from typing import TYPE_CHECKING

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_BEGIN = "-----BEGIN "
_PEM = re.compile(r"(-----BEGIN [^-]+-----)([^-]*)(-----END [^-]+-----)")
_MISSING = "this way to sign in needs the package cryptography: pip install 'modelruntime[cloud]'"


def rsa_sha256(key: Secret, message: bytes, field: str) -> bytes:
    """The signature of `message` (RSASSA-PKCS1-v1_5 with SHA-256). The key is PEM, with real line breaks, written `\\n`, or blanks
    in their place, as a field of one line leaves them; or the base64 of PEM or DER.

    Raises `CredentialsInvalid` naming `field` for anything else, and when the package is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256
    except ImportError as cause:
        raise CredentialsInvalid(_MISSING, field=field) from cause
    private = _load(key)
    if private is None:
        told = f"{field} is no RSA private key without a passphrase: copy the whole file, with its first and last line"
        raise CredentialsInvalid(told, field=field)
    return private.sign(message, PKCS1v15(), SHA256())


@lru_cache(32)
def _load(key: Secret) -> RSAPrivateKey | None:
    """The key, parsed once: that takes longer than a signature. None for what is no such key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    try:
        text = _unwrapped(key.reveal())
        parse = load_pem_private_key if text.startswith(_BEGIN.encode()) else load_der_private_key
        private = parse(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # the text itself must not travel with the error
        return None
    return private if isinstance(private, RSAPrivateKey) else None


def _unwrapped(text: str) -> bytes:
    text = text.replace("\\n", "\n").strip()
    if text.startswith(_BEGIN):
        return (_PEM.sub(_with_lines, text) if "\n" not in text else text).encode()
    try:
        return b64decode("".join(text.split()), validate=True).strip()
    except Base64Error as cause:
        raise ValueError("neither PEM nor base64") from cause


def _with_lines(found: re.Match[str]) -> str:
    begin, data, end = found.groups()
    return "\n".join((begin, *data.split(), end, ""))
