"""Signers that exchange credentials for an access token."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from google.auth import jwt
from google.oauth2 import service_account as google_accounts
from tests.conformance.secret_values import private_key, service_account

from modelruntime import BadRequest, CredentialsInvalid, InvokeError, RateLimited, Secret, ServerUnavailable, TimedOut, Unauthorized
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.signers import rsa_key
from modelruntime.signers.registry import load_signer

NOW = 1_790_000_000.5
GOOGLE = {"google_service_account": {"key": "key"}}
ENTRA = {"entra": {"tenant_id": "tenant", "client_id": "client", "client_secret": "secret"}}
IBM = {"ibm_iam": {"api_key": "key"}}
USER = {
    "type": "authorized_user",
    "client_id": "c-1",
    "client_secret": "hush-secret",
    "refresh_token": "hush-refresh",
    "quota_project_id": "paying",
}
FILLED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "google": (GOOGLE, {"key": Secret(service_account())}),
    "google_user": (GOOGLE, {"key": Secret(json.dumps(USER))}),
    "entra": (ENTRA, {"tenant": "t-1.example", "client": "c-1", "secret": Secret("hush-secret")}),
    "ibm": (IBM, {"key": Secret("hush-key")}),
}
EACH = pytest.mark.parametrize("name", FILLED)


def reply(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(ResponseHead(status, tuple((name.replace("_", "-"), value) for name, value in headers.items())), raw)


def asked(name: str, **changed: Any) -> tuple[str, dict[str, str]]:
    auth, credentials = FILLED[name]
    request = load_signer(auth).token_request({**credentials, **changed}, NOW)
    assert request is not None
    assert request.method == "POST"
    assert dict(request.headers) == {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return request.url, dict(parse_qsl((request.body or b"").decode(), strict_parsing=True))


def test_a_service_account_signs_what_the_vendors_own_library_signs():
    url, fields = asked("google")
    assert url == "https://oauth2.googleapis.com/token"
    assert fields["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    account = google_accounts.Credentials.from_service_account_info(
        json.loads(service_account()), scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )
    theirs = jwt.decode(account._make_authorization_grant_assertion(), verify=False)
    ours = jwt.decode(fields["assertion"], verify=False)
    assert ours == {**theirs, "iat": int(NOW), "exp": int(NOW) + 3600}
    assert jwt.decode_header(fields["assertion"]) == jwt.decode_header(account._make_authorization_grant_assertion())
    header, claims, signature = fields["assertion"].split(".")
    unpadded = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    assert unpadded == account.signer.sign(f"{header}.{claims}".encode())


def test_a_scope_may_be_declared():
    request = load_signer({"google_service_account": {"key": "key", "scope": "https://www.googleapis.com/auth/x"}}).token_request(
        FILLED["google"][1], NOW
    )
    assert request is not None
    assertion = dict(parse_qsl((request.body or b"").decode()))["assertion"]
    assert jwt.decode(assertion, verify=False)["scope"] == "https://www.googleapis.com/auth/x"


@pytest.mark.parametrize(
    ("token_uri", "url"),
    [
        ("https://oauth2.mtls.googleapis.com/token", "https://oauth2.mtls.googleapis.com/token"),
        ("http://oauth2.googleapis.com/token", None),
        ("https://evil.test/token", None),
        ("https://evilgoogleapis.com/token", None),
        ("https://user@oauth2.googleapis.com/token", None),
        ("https://oauth2.googleapis.com:443@evil.test/token", None),
        ("https://evil.test/.googleapis.com/token", None),
        ("https://evil.test\\.googleapis.com/token", None),
        ("https://evil.test#.googleapis.com/token", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("wrap", [str, lambda text: base64.b64encode(text.encode()).decode()])
def test_a_pasted_file_does_not_choose_where_a_request_goes(token_uri, url, wrap):
    file = {**json.loads(service_account()), "token_uri": token_uri}
    found, fields = asked("google", key=Secret(wrap(json.dumps(file))))
    assert found == (url or "https://oauth2.googleapis.com/token")
    assert jwt.decode(fields["assertion"], verify=False)["aud"] == found


def test_a_users_file_refreshes_and_charges_its_project():
    assert asked("google_user") == (
        "https://oauth2.googleapis.com/token",
        {"grant_type": "refresh_token", "client_id": "c-1", "client_secret": "hush-secret", "refresh_token": "hush-refresh"},
    )
    assert signed("google_user")["x-goog-user-project"] == "paying"
    assert "x-goog-user-project" not in signed("google")


def test_an_application_asks_its_tenant():
    assert asked("entra") == (
        "https://login.microsoftonline.com/t-1.example/oauth2/v2.0/token",
        {
            "grant_type": "client_credentials",
            "client_id": "c-1",
            "client_secret": "hush-secret",
            "scope": "https://cognitiveservices.azure.com/.default",
        },
    )


def test_an_api_key_is_exchanged():
    assert asked("ibm") == (
        "https://iam.cloud.ibm.com/identity/token",
        {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": "hush-key"},
    )
    assert load_signer({"ibm_iam": "key"}).token_request({"key": "k"}, NOW) is not None


@pytest.mark.parametrize("tenant", ["../x", "a/b", "a?b", "", "-", "a b", "evil.test/#"])
def test_a_tenant_is_no_path(tenant):
    with pytest.raises(CredentialsInvalid) as caught:
        asked("entra", tenant=tenant)
    assert caught.value.field == "tenant"


def signed(name: str) -> dict[str, str]:
    auth, credentials = FILLED[name]
    signer = load_signer(auth)
    token = signer.parse_token(reply({"access_token": "tok-1", "expires_in": 100}), NOW)
    assert "tok-1" not in repr(token)
    return dict(signer.sign(HttpRequest("POST", "https://a.test/"), credentials, token, NOW).headers)


@EACH
def test_the_token_is_sent_as_a_bearer(name):
    auth, credentials = FILLED[name]
    assert signed(name)["authorization"] == "Bearer tok-1"
    assert load_signer(auth).fetches_token(credentials)
    assert load_signer(auth).missing(credentials) is None
    with pytest.raises(RuntimeError, match="token_request"):
        load_signer(auth).sign(HttpRequest("GET", "https://a.test/"), credentials, None, NOW)


@pytest.mark.parametrize(
    ("lifetime", "seconds"),
    [(3599, 3599), ("3599", 3599), (0, 0), (None, 300), ("soon", 300), (-1, 300), (1e300, 300), ("nan", 300), ([], 300)],
)
def test_a_token_expires_as_the_endpoint_says(lifetime, seconds):
    token = load_signer(IBM).parse_token(reply({"access_token": "t", "expires_in": lifetime, "expiration": 1}), NOW)
    assert token.expires_at == NOW + seconds


@EACH
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({"error": "invalid_grant", "error_description": "hush-secret", "errorMessage": "hush-key"}, 400), Unauthorized),
        (reply({"error": "hush hush", "errorCode": "hush hush"}, 401), Unauthorized),
        (reply({"access_token": "hush-token"}, 403), Unauthorized),
        (reply(b"<html>hush-secret", 404), BadRequest),
        (reply({"error": "slow_down"}, 429, retry_after="9", x_request_id="r-1"), RateLimited),
        (reply(b"hush", 500), ServerUnavailable),
        (reply(b"hush", 504), TimedOut),
        (reply({"access_token": "hush\r\nhush"}), ServerUnavailable),
        (reply({"access_token": 5}), ServerUnavailable),
        (reply([]), ServerUnavailable),
        (reply(b""), ServerUnavailable),
        (reply({"access_token": "hush"}, 302), ServerUnavailable),
    ],
)
def test_no_token_is_a_typed_error_that_repeats_nothing(name, answer, kind):
    with pytest.raises(InvokeError) as caught:
        load_signer(FILLED[name][0]).parse_token(answer, NOW)
    error = caught.value
    assert type(error) is kind
    assert error.status == answer.head.status
    assert (error.retry_after, error.request_id) == ((9.0, "r-1") if kind is RateLimited else (None, None))
    shown = str(error) + repr(vars(error)) + repr(error.__cause__) + repr(error.__context__)
    assert "hush" not in shown
    assert ("check the credentials" in str(error)) == (kind is Unauthorized)


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("google", {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, "invalid_grant"),
        ("entra", {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"}, "AADSTS7000215"),
        ("entra", {"error": "invalid_request", "error_description": "no number"}, "invalid_request"),
        ("ibm", {"errorCode": "BXNIM0415E", "errorMessage": "Provided API key could not be found."}, "BXNIM0415E"),
    ],
)
def test_the_endpoints_own_code_is_kept(name, body, code):
    with pytest.raises(Unauthorized, match=code) as caught:
        load_signer(FILLED[name][0]).parse_token(reply(body, 400), NOW)
    assert caught.value.code == code


BROKEN = [
    "hush-hush",
    "{}",
    '{"type": "service_account", "private_key": "hush"}',
    '{"type": "authorized_user", "client_id": "hush"}',
    '{"type": "external_account", "audience": "hush"}',
    '{"type": 5}',
    "[]",
    base64.b64encode(b"\xff\xfehush").decode(),
]


@pytest.mark.parametrize("key", BROKEN)
def test_what_is_no_key_file_is_refused_without_showing_it(key):
    with pytest.raises(CredentialsInvalid) as caught:
        asked("google", key=Secret(key))
    assert caught.value.field == "key"
    assert "hush" not in str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__)


def test_a_broken_private_key_is_refused():
    file = {**json.loads(service_account()), "private_key": private_key()[:300]}
    with pytest.raises(CredentialsInvalid, match="RSA private key"):
        asked("google", key=Secret(json.dumps(file)))


def test_without_the_package_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.asymmetric.padding", None)
    with pytest.raises(CredentialsInvalid, match=r"pip install 'modelruntime\[cloud\]'"):
        asked("google")


def test_a_parsed_key_is_kept():
    rsa_key._load.cache_clear()
    asked("google")
    asked("google")
    assert rsa_key._load.cache_info().hits == 1


@pytest.mark.parametrize(
    ("name", "field"), [("google", "key"), ("entra", "tenant"), ("entra", "client"), ("entra", "secret"), ("ibm", "key")]
)
def test_what_is_missing_is_named(name, field):
    auth, credentials = FILLED[name]
    assert load_signer(auth).missing({**credentials, field: Secret(" ")}) == field
    with pytest.raises(CredentialsInvalid) as caught:
        asked(name, **{field: ""})
    assert caught.value.field == field
