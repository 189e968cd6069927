"""AWS Signature Version 4: AWS's own vectors, and botocore as the oracle for everything else."""

from __future__ import annotations

import datetime
import json
from typing import Any
from urllib.parse import quote

import pytest
from botocore import auth as botocore_auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime import CredentialsInvalid, InvokeError, RateLimited, Secret, ServerUnavailable, Unauthorized
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.signers.registry import load_signer

NOW = datetime.datetime(2015, 8, 30, 12, 36, tzinfo=datetime.UTC)
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
CREDENTIALS: dict[str, Any] = {"id": KEY, "key": Secret(SECRET), "region": "us-east-1"}
OPTIONS = {
    "service": "service",
    "region": "region",
    "access_key_id": "id",
    "secret_access_key": "key",
    "session_token": "session",
    "role_arn": "role",
}
ROLE = "arn:aws:iam::123456789012:role/reader"


def sign(request: HttpRequest, service: str = "service", token=None, **credentials: Any) -> dict[str, str]:
    signer = load_signer({"aws_sigv4": {**OPTIONS, "service": service}})
    return dict(signer.sign(request, {**CREDENTIALS, **credentials}, token, NOW.timestamp()).headers)


TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
FORM = b"Param1=value1"
FORM_HEADERS = (
    ("content-type", "application/x-www-form-urlencoded"),
    ("content-length", "13"),
    ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
)
VECTORS: list[tuple[str, HttpRequest, str, str]] = [
    ("get-vanilla-query-order-key-case", HttpRequest("GET", "/?Param2=value2&Param1=value1"), "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ("get-vanilla-utf8-query", HttpRequest("GET", "/?\u1234=bar"), "host;x-amz-date",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    ("get-header-key-duplicate", HttpRequest("GET", "/", tuple(("my-header1", value) for value in ("value2", "value2", "value1"))),
     "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    ("get-header-value-trim", HttpRequest("GET", "/", (("my-header1", " value1"), ("my-header2", ' "a   b   c"'))),
     "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    ("get-slash-dot-slash-normalized", HttpRequest("GET", "/./"), "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("get-slashes-normalized", HttpRequest("GET", "//example//"), "host;x-amz-date",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    ("post-vanilla", HttpRequest("POST", "/"), "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ("post-x-www-form-urlencoded", HttpRequest("POST", "/", FORM_HEADERS, FORM),
     "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
     "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"),
]  # fmt: skip
"""https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4 (…/header-signed-request.txt), read
2026-11-28. get-utf8 and get-space are left out: the suite's service encodes a path once, those that we speak to twice."""


@pytest.mark.parametrize(("name", "request_", "signed", "signature"), VECTORS, ids=[vector[0] for vector in VECTORS])
def test_the_published_vectors_come_out(name, request_, signed, signature):
    url = "https://example.amazonaws.com" + request_.url
    headers = sign(HttpRequest(request_.method, url, request_.headers, request_.body))
    assert headers["x-amz-date"] == "20150830T123600Z"
    assert headers["authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}"
    )


def test_the_published_vector_with_a_session_token_comes_out():
    headers = sign(HttpRequest("GET", "https://example.amazonaws.com/"), session=Secret(TOKEN))
    assert headers["x-amz-security-token"] == TOKEN
    assert headers["authorization"].endswith(
        "SignedHeaders=host;x-amz-date;x-amz-security-token, "
        "Signature=07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"
    )


def by_botocore(request: HttpRequest, service: str, session: str | None) -> str:
    """The authorization that botocore makes for a request as it stands on the wire."""
    wire = AWSRequest(request.method, request.url, headers=dict(request.headers), data=request.body)
    keys = Credentials(KEY, SECRET, session)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore_auth, "get_current_datetime", lambda: NOW.replace(tzinfo=None))
        botocore_auth.SigV4Auth(keys, service, "us-east-1").add_auth(wire)
    authorization: str = wire.headers["Authorization"]
    return authorization


SEGMENT = st.text(alphabet="ab.-_~:/%+ =&é()", min_size=1, max_size=8)
QUERY = st.lists(st.tuples(st.sampled_from(["a", "b", "A", "a-b"]), st.sampled_from(["", "1", "x%20y", "%2F", "~"])), max_size=3)


@settings(deadline=None, max_examples=300)
@given(
    segments=st.lists(SEGMENT, max_size=4),
    query=QUERY,
    headers=st.dictionaries(
        st.sampled_from(["accept", "x-amzn-bedrock", "user-agent", "content-type", "expect"]), st.sampled_from(["a", " b  c "])
    ),
    body=st.one_of(st.none(), st.binary(max_size=20)),
    session=st.one_of(st.none(), st.just("session/token==")),
    port=st.sampled_from(["", ":443", ":8443"]),
)
def test_botocore_signs_the_same_wire_alike(segments, query, headers, body, session, port):
    path = "".join("/" + quote(segment, safe="") for segment in segments)
    text = "&".join(f"{name}={value}" for name, value in query)
    url = f"https://bedrock-runtime.us-east-1.amazonaws.com{port}{path or '/'}" + (f"?{text}" if text else "")
    request = HttpRequest("POST", url, tuple(headers.items()), body)
    signer = load_signer({"aws_sigv4": OPTIONS})
    signed = signer.sign(request, {**CREDENTIALS, "session": session}, None, NOW.timestamp())
    assert signed.url == url
    assert dict(signed.headers)["authorization"] == by_botocore(request, "service", session)


@pytest.mark.parametrize(
    ("path", "wire"),
    [
        ("/model/a.b-v1:0/invoke", "/model/a.b-v1%3A0/invoke"),
        ("/model/a.b-v1%3A0/invoke", "/model/a.b-v1%3A0/invoke"),
        ("/model/arn%3aaws%3Abedrock%2Fx/invoke", "/model/arn%3Aaws%3Abedrock%2Fx/invoke"),
        ("/model/é x/invoke?a=1#end", "/model/%C3%A9%20x/invoke?a=1"),
        ("", "/"),
    ],
)
def test_a_path_is_on_the_wire_in_the_one_form_that_is_signed(path, wire):
    host = "https://bedrock-runtime.us-east-1.amazonaws.com"
    signed = load_signer({"aws_sigv4": OPTIONS}).sign(HttpRequest("POST", host + path), CREDENTIALS, None, NOW.timestamp())
    assert signed.url == host + wire
    assert dict(signed.headers)["authorization"] == by_botocore(HttpRequest("POST", host + wire), "service", None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": ""}, "id"),
        ({"key": Secret(" ")}, "key"),
        ({"region": None}, "region"),
        ({"region": "evil.test/"}, "region"),
        ({"key": "a\nb"}, "key"),
    ],
)
def test_what_is_missing_or_wrong_is_named(changed, field):
    with pytest.raises(CredentialsInvalid) as caught:
        sign(HttpRequest("GET", "https://a.test/"), **changed)
    assert caught.value.field == field
    assert "evil" not in str(caught.value)


def test_keys_are_needed():
    signer = load_signer({"aws_sigv4": OPTIONS})
    assert signer.missing({}) == "id"
    assert signer.missing({"id": "a", "key": " "}) == "key"
    assert signer.missing(CREDENTIALS) is None
    assert (signer.is_filled(CREDENTIALS), signer.is_filled({"id": "a"})) == (True, False)
    assert not signer.fetches_token(CREDENTIALS)
    assert signer.token_request(CREDENTIALS, 0.0) is None


ASSUMED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>ARO123:modelruntime</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role/secret+</SecretAccessKey>
<SessionToken>role-session==</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></AssumeRoleResponse>"""


def reply(body: bytes, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(ResponseHead(status, tuple((name.replace("_", "-"), value) for name, value in headers.items())), body)


@pytest.mark.parametrize(
    ("region", "host"), [("eu-west-1", "sts.eu-west-1.amazonaws.com"), ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn")]
)
def test_a_role_is_assumed_with_a_signed_request_at_the_regions_own_service(region, host):
    signer = load_signer({"aws_sigv4": OPTIONS})
    credentials = {**CREDENTIALS, "role": ROLE, "region": region}
    assert signer.fetches_token(credentials)
    request = signer.token_request(credentials, NOW.timestamp())
    assert request is not None
    assert (request.method, request.url) == ("POST", f"https://{host}/")
    assert request.body == (
        b"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Freader&RoleSessionName=modelruntime"
    )
    assert f"Credential={KEY}/20150830/{region}/sts/aws4_request" in dict(request.headers)["authorization"]


def test_the_keys_of_the_role_sign_and_expire():
    signer = load_signer({"aws_sigv4": OPTIONS})
    token = signer.parse_token(reply(ASSUMED), NOW.timestamp())
    assert token.expires_at == NOW.timestamp() + 3600
    assert "secret" not in repr(token)
    headers = sign(HttpRequest("GET", "https://a.test/"), token=token, session="of the long-lived key")
    assert headers["x-amz-security-token"] == "role-session=="
    assert "Credential=ASIAROLE/" in headers["authorization"]


def test_botocore_reads_the_same_keys_in_the_answer():
    from botocore.parsers import create_parser
    from botocore.session import get_session

    model = get_session().get_service_model("sts")
    shape = model.operation_model("AssumeRole").output_shape
    told = create_parser("query").parse({"status_code": 200, "headers": {}, "body": ASSUMED}, shape)["Credentials"]
    token = load_signer({"aws_sigv4": OPTIONS}).parse_token(reply(ASSUMED), 0.0)
    keys = json.loads(token.value.reveal())
    assert list(keys.values()) == [told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"]]
    assert token.expires_at == told["Expiration"].timestamp()


DENIED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you, hush-hush</Message></Error></ErrorResponse>"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (reply(DENIED, 403), Unauthorized, "AccessDenied"),
        (reply(b"hush-hush", 400), Unauthorized, "HTTP 400"),
        (reply(b"<Code>hush-hush again</Code>", 401), Unauthorized, "HTTP 401"),
        (reply(b"", 429, retry_after="7"), RateLimited, "HTTP 429"),
        (reply(b"hush-hush", 503), ServerUnavailable, "HTTP 503"),
        (reply(b"hush-hush"), ServerUnavailable, "HTTP 200"),
        (reply(ASSUMED.replace(b"2015-08", b"hush")), ServerUnavailable, "HTTP 200"),
    ],
)
def test_a_role_that_is_refused_is_a_typed_error_that_repeats_nothing(answer, kind, words):
    with pytest.raises(InvokeError) as caught:
        load_signer({"aws_sigv4": OPTIONS}).parse_token(answer, 0.0)
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert caught.value.retry_after == (7.0 if kind is RateLimited else None)
    assert "hush" not in str(caught.value) + repr(vars(caught.value))
