"""IBM Cloud IAM: `auth: {ibm_iam: {api_key: api_key}}`; the key is exchanged for an access token.

https://cloud.ibm.com/docs/iam?topic=iam-iamtoken_from_apikey, read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.access_token import AccessTokenSigner, form_request
from modelruntime.signers.static import option, required_text

_URL = "https://iam.cloud.ibm.com/identity/token"
_GRANT = "urn:ibm:params:oauth:grant-type:apikey"


class IbmIamSigner(AccessTokenSigner):
    """Sends an access token for the credential `variable`."""

    __slots__ = ("_variable",)

    service: ClassVar[str] = "IBM Cloud IAM"

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self._variable = variable

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """The API key grant."""
        return form_request(_URL, {"grant_type": _GRANT, "apikey": required_text(credentials, self._variable)})

    def failure_code(self, answer: Mapping[str, Any]) -> object:
        """`errorCode`, e.g. `BXNIM0415E` for a key that there is not."""
        return answer.get("errorCode")


def declare(options: Any) -> IbmIamSigner:
    """From `{api_key}`, or the variable alone."""
    return IbmIamSigner(options if isinstance(options, str) else option("ibm_iam", options, "api_key"))
