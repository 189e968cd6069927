"""Microsoft Entra ID, as an application: `auth: {entra: {tenant_id: …, client_id: …, client_secret: …}}`, all names of credentials;
a `scope` in place of the default may follow.

https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow, read 2026-11-28. National clouds have
other addresses and are not supported; nor are certificates and managed identities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.signers.access_token import AccessTokenSigner, form_request
from modelruntime.signers.static import option, optional, required_text

COGNITIVE_SERVICES = "https://cognitiveservices.azure.com/.default"
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_CODE = re.compile(r"AADSTS\d+")


class EntraSigner(AccessTokenSigner):
    """Sends an access token that the application is granted for `scope`."""

    __slots__ = ("_client_id", "_client_secret", "_scope", "_tenant_id")

    service: ClassVar[str] = "Microsoft Entra ID"

    def __init__(self, tenant_id: str, client_id: str, client_secret: str, scope: str) -> None:
        super().__init__(tenant_id, client_id, client_secret)
        self._tenant_id, self._client_id, self._client_secret = tenant_id, client_id, client_secret
        self._scope = scope

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """The client credentials grant at the tenant's endpoint."""
        tenant = required_text(credentials, self._tenant_id)
        if not _TENANT.fullmatch(tenant):
            raise CredentialsInvalid(f"{self._tenant_id} is neither a tenant's id nor its domain", field=self._tenant_id)
        fields = {
            "grant_type": "client_credentials",
            "client_id": required_text(credentials, self._client_id),
            "client_secret": required_text(credentials, self._client_secret),
            "scope": self._scope,
        }
        return form_request(f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token", fields)

    def failure_code(self, answer: Mapping[str, Any]) -> object:
        """The `AADSTS` number at the head of the description, which says more than the word."""
        found = _CODE.match(str(answer.get("error_description", "")))
        return found.group() if found else answer.get("error")


def declare(options: Any) -> EntraSigner:
    """From `{tenant_id, client_id, client_secret, scope}`."""
    tenant_id, client_id, client_secret = (option("entra", options, name) for name in ("tenant_id", "client_id", "client_secret"))
    return EntraSigner(tenant_id, client_id, client_secret, optional(options, "scope") or COGNITIVE_SERVICES)
