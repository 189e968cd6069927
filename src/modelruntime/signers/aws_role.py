"""Temporary keys of a role: AssumeRole of the security token service (STS).

https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html, read 2026-11-28; botocore's model of the service
(1.44.5) judges the answer in the tests. A role that asks for an external id, web identities, and the roles of machines and
containers are not supported.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.secret import Secret
from modelruntime.signers.aws_signature import AwsKeys, sign_request
from modelruntime.signers.contract import Token
from modelruntime.signers.token_failure import token_failure

_SERVICE = "AWS STS"


class _RoleKeys(msgspec.Struct, frozen=True):
    access_key_id: str
    secret_access_key: str
    session_token: str


def role_request(role_arn: str, keys: AwsKeys, region: str, now: float) -> HttpRequest:
    """The signed request for keys of the role, valid for an hour."""
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    fields = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": role_arn, "RoleSessionName": "modelruntime"}
    headers = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
    request = HttpRequest("POST", f"https://sts.{region}.{domain}/", headers, urlencode(fields).encode())
    return sign_request(request, keys, region, "sts", now)


def parse_role(response: HttpResponse) -> Token:
    """The keys as a token. Raises `InvokeError` when the service refuses."""
    body = response.body.decode("utf-8", "replace")
    found = {name: _element(body, name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")}
    if response.head.status != 200 or not all(found.values()):
        raise token_failure(response, _SERVICE, _element(body, "Code"))
    keys = _RoleKeys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    try:
        expires_at = datetime.fromisoformat(found["Expiration"]).timestamp()
    except ValueError:
        raise token_failure(response, _SERVICE) from None
    return Token(Secret(msgspec.json.encode(keys).decode()), expires_at)


def keys_of(token: Token) -> AwsKeys:
    """The keys inside a token."""
    keys = msgspec.json.decode(token.value.reveal(), type=_RoleKeys)
    return AwsKeys(keys.access_key_id, Secret(keys.secret_access_key), Secret(keys.session_token))


def _element(body: str, name: str) -> str:
    """The text of the first element of that name; empty when there is none."""
    found = re.search(rf"<{name}>\s*([^<]*?)\s*</{name}>", body)
    return found.group(1) if found else ""
