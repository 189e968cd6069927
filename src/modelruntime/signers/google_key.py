"""A Google credentials file, as JSON or its base64.

`service_account`: https://developers.google.com/identity/protocols/oauth2/service-account, read 2026-11-28; `authorized_user` is
what `gcloud auth application-default login` writes, as google/oauth2/credentials.py (google-auth 2.62.2) reads it. Other types
(workload identity, impersonation) are not supported.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.secret import Secret

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 (an address)
_GOOGLES = re.compile(r"https://(?:[a-z0-9-]+\.)*googleapis\.com(?:/[A-Za-z0-9._-]+)*/?", re.ASCII)
_NO_KEY = "is no Google key file: paste the whole JSON of a service account's key, or its base64"


class GoogleKey(msgspec.Struct, frozen=True):
    """What a file says, secrets wrapped."""

    is_user: bool
    client: str
    """The account's e-mail address, or the client id of a user's file."""
    secret: Secret
    """The private key, or the client secret of a user's file."""
    key_id: str = ""
    refresh_token: Secret = Secret("")
    quota_project: str = ""
    token_uri: str = TOKEN_URI


class _File(msgspec.Struct):
    type: str
    private_key: str = ""
    private_key_id: str | None = None
    client_email: str = ""
    token_uri: str | None = None
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    quota_project_id: str | None = None


def parse_google_key(text: str, field: str) -> GoogleKey:
    """Raises `CredentialsInvalid` naming `field`, without anything of the file in it, for what cannot be used."""
    file = _read(text)
    if file is None:
        raise CredentialsInvalid(f"{field} {_NO_KEY}", field=field)
    if file.type == "service_account" and file.client_email and file.private_key:
        address = _token_uri(file.token_uri)
        return GoogleKey(False, file.client_email, Secret(file.private_key), file.private_key_id or "", token_uri=address)
    if file.type == "authorized_user" and file.client_id and file.client_secret and file.refresh_token:
        quota = file.quota_project_id or ""
        return GoogleKey(
            True, file.client_id, Secret(file.client_secret), refresh_token=Secret(file.refresh_token), quota_project=quota
        )
    raise CredentialsInvalid(f"{field} is no complete key of a service account or of an authorized user", field=field)


def _read(text: str) -> _File | None:
    text = text.strip()
    try:
        data = text.encode() if text.startswith("{") else b64decode("".join(text.split()), validate=True)
        return msgspec.json.decode(data, type=_File)
    except (Base64Error, ValueError, msgspec.DecodeError):
        return None


def _token_uri(given: str | None) -> str:
    """The file's own address where it is Google's, else the usual one: a pasted file must not choose where a request goes."""
    return given if given is not None and _GOOGLES.fullmatch(given) else TOKEN_URI
