"""Oracle Cloud request signatures: the vendor's two examples, byte for byte."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from modelruntime import CredentialsInvalid, Secret
from modelruntime.entities.http import HttpRequest
from modelruntime.signers.registry import load_signer

KEY = """-----BEGIN RSA PRIVATE KEY-----
MIICXgIBAAKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj+CvfSC8+q28hxA161QF
NUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6Z4UMR7EOcpfdUE9Hf3m/hs+F
UR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJwoYi+1hqp1fIekaxsyQIDAQAB
AoGBAJR8ZkCUvx5kzv+utdl7T5MnordT1TvoXXJGXK7ZZ+UuvMNUCdN2QPc4sBiA
QWvLw1cSKt5DsKZ8UETpYPy8pPYnnDEz2dDYiaew9+xEpubyeW2oH4Zx71wqBtOK
kqwrXa/pzdpiucRRjk6vE6YY7EBBs/g7uanVpGibOVAEsqH1AkEA7DkjVH28WDUg
f1nqvfn2Kj6CT7nIcE3jGJsZZ7zlZmBmHFDONMLUrXR/Zm3pR5m0tCmBqa5RK95u
412jt1dPIwJBANJT3v8pnkth48bQo/fKel6uEYyboRtA5/uHuHkZ6FQF7OUkGogc
mSJluOdc5t6hI1VsLn0QZEjQZMEOWr+wKSMCQQCC4kXJEsHAve77oP6HtG/IiEn7
kpyUXRNvFsDE0czpJJBvL/aRFUJxuRK91jhjC68sA7NsKMGg5OXb5I5Jj36xAkEA
gIT7aFOYBFwGgQAQkWNKLvySgKbAZRTeLBacpHMuQdl1DfdntvAyqpAZ0lY0RKmW
G6aFKaqQfOXKCyWoUiVknQJAXrlgySFci/2ueKlIE1QqIiLSZ8V8OlpFLRnb1pzI
7U1yQXnTAEFYM560yJlzUpOb1V4cScGd365tiSMvxLOvTA==
-----END RSA PRIVATE KEY-----"""
"""The public test key of draft-cavage-http-signatures, appendix C, with which the vendor's examples are signed."""

TENANCY = "ocid1.tenancy.oc1..aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq"
USER = "ocid1.user.oc1..aaaaaaaat5nvwcna5j6aqzjcaty5eqbb6qt2jvpkanghtgdaqedqw3rynjq"
FINGERPRINT = "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34"
CREDENTIALS = {"tenancy": TENANCY, "user": USER, "fingerprint": FINGERPRINT, "key": Secret(KEY)}
DATE = "Thu, 05 Jan 2014 21:31:40 GMT"
HOST = "https://iaas.us-phoenix-1.oraclecloud.com"
VOLUME = "ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q"
COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa"
QUERY = f"availabilityDomain=Pjwf%3A%20PHX-AD-1&compartmentId={COMPARTMENT}&displayName=TeamXInstances&volumeId={VOLUME}"
BODY = f"""{{
    "compartmentId": "{COMPARTMENT}",
    "instanceId": "ocid1.instance.oc1.phx.abuw4ljrlsfiqw6vzzxb43vyypt4pkodawglp3wqxjqofakrwvou52gb6s5a",
    "volumeId": "{VOLUME}"
}}"""
SIGNER = {"oci_signature": {"tenancy": "tenancy", "user": "user", "fingerprint": "fingerprint", "key": "key"}}


def fields_of(request: HttpRequest) -> dict[str, str]:
    scheme, _, rest = dict(request.headers)["authorization"].partition(" ")
    assert scheme == "Signature"
    return dict(re.findall(r'(\w+)="([^"]*)"', rest))


def sign(request: HttpRequest, now: float = 0.0, **credentials: Any) -> HttpRequest:
    return load_signer(SIGNER).sign(request, {**CREDENTIALS, **credentials}, None, now)


@pytest.mark.parametrize(
    ("request_", "headers", "signature"),
    [
        (
            HttpRequest("GET", f"{HOST}/20160918/instances?{QUERY}", (("date", DATE),)),
            "date (request-target) host",
            "GBas7grhyrhSKHP6AVIj/h5/Vp8bd/peM79H9Wv8kjoaCivujVXlpbKLjMPeDUhxkFIWtTtLBj3sUzaFj34XE6YZAHc9r2DmE4pMwOAy/kiITcZxa1oHPOeR"
            "heC0jP2dqbTll8fmTZVwKZOKHYPtrLJIJQHJjNvxFWeHQjMaR7M=",
        ),
        (
            HttpRequest("POST", f"{HOST}/20160918/volumeAttachments", (("date", DATE),), BODY.encode()),
            "date (request-target) host content-length content-type x-content-sha256",
            "Mje8vIDPlwIHmD/cTDwRxE7HaAvBg16JnVcsuqaNRim23fFPgQfLoOOxae6WqKb1uPjYEl0qIdazWaBy/Ml8DRhqlocMwoSXv0fbukP8J5N80LCmzT/FFBvI"
            "vTB91XuXI3hYfP9Zt1l7S6ieVadHUfqBedWH0itrtPJBgKmrWso=",
        ),
    ],
)
def test_the_published_examples_come_out(request_, headers, signature):
    """As the tests of oracle/oci-go-sdk hold them (common/http_signer_test.go), read 2026-11-28. RSASSA-PKCS1-v1_5 is
    deterministic."""
    signed = sign(request_)
    assert fields_of(signed) == {
        "version": "1",
        "keyId": f"{TENANCY}/{USER}/{FINGERPRINT}",
        "algorithm": "rsa-sha256",
        "headers": headers,
        "signature": signature,
    }
    digest = dict(signed.headers).get("x-content-sha256")
    assert digest == (None if request_.body is None else "V9Z20UJTvkvpJ50flBzKE32+6m2zJjweHpDMX/U4Uy0=")


def test_what_is_not_given_is_added_and_signed():
    signed = sign(HttpRequest("POST", "https://a.test:8443/x", (("content-type", "text/plain"),), b"hi"), now=1388957500.0)
    headers = dict(signed.headers)
    assert headers["date"] == "Sun, 05 Jan 2014 21:31:40 GMT"
    lines = (
        f"date: {headers['date']}\n(request-target): post /x\nhost: a.test:8443\ncontent-length: 2\ncontent-type: text/plain\n"
        f"x-content-sha256: {headers['x-content-sha256']}"
    )
    key = load_pem_private_key(KEY.encode(), None).public_key()
    key.verify(base64.b64decode(fields_of(signed)["signature"]), lines.encode(), PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg, arg-type]
    assert "content-length" not in headers


DER = "".join(KEY.splitlines()[1:-1])


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        KEY.replace("\n", "\\n"),
        KEY.replace("\n", " "),
        f"\n{KEY}\n",
        base64.b64encode(KEY.encode()).decode(),
        DER,
        "\n".join(KEY.splitlines()[1:-1]),
    ],
)
def test_a_key_is_taken_as_people_paste_it(key):
    request = HttpRequest("GET", f"{HOST}/20160918/instances?{QUERY}", (("date", DATE),))
    assert sign(request, key=Secret(key)) == sign(request)


PUBLIC = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"


@pytest.mark.parametrize("key", ["hush-hush", "aHVzaA==", PUBLIC, KEY[:400], KEY.replace("MIIC", "hush")])
def test_what_is_no_key_is_refused_without_showing_it(key):
    with pytest.raises(CredentialsInvalid, match="RSA private key") as caught:
        sign(HttpRequest("GET", HOST), key=Secret(key))
    assert caught.value.field == "key"
    assert (caught.value.__cause__, caught.value.__suppress_context__ or caught.value.__context__ is None) == (None, True)
    assert key not in str(caught.value)


@pytest.mark.parametrize("field", ["tenancy", "user", "fingerprint", "key"])
def test_what_is_missing_is_named(field):
    assert load_signer(SIGNER).missing({**CREDENTIALS, field: None}) == field
    with pytest.raises(CredentialsInvalid) as caught:
        load_signer(SIGNER).sign(HttpRequest("GET", HOST), {**CREDENTIALS, field: ""}, None, 0.0)
    assert caught.value.field == field
