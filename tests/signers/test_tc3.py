"""TC3-HMAC-SHA256: the vendor's example, and its SDK as the oracle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.http.request import RequestInternal

from modelruntime import CredentialsInvalid, Secret
from modelruntime.entities.http import HttpRequest
from modelruntime.signers.registry import load_signer

KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
CREDENTIALS = {"id": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "key": Secret(KEY)}


def signed(request: HttpRequest, now: float, service: str = "cvm", **credentials: object) -> dict[str, str]:
    signer = load_signer({"tc3": {"service": service, "secret_id": "id", "secret_key": "key"}})
    return dict(signer.sign(request, {**CREDENTIALS, **credentials}, None, now).headers)


def test_the_published_example_comes_out():
    """The GET example of the vendor's page on signature v3 (2018, Japanese edition), read 2026-11-28 in a public copy without an
    address; today's pages mask the key."""
    headers = (("content-type", "application/x-www-form-urlencoded"), ("x-tc-action", "DescribeInstances"))
    request = HttpRequest("GET", "https://cvm.tencentcloudapi.com/?Limit=10&Offset=0", headers)
    found = signed(request, 1539084154.9)
    assert found["x-tc-timestamp"] == "1539084154"
    assert found["authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2018-10-09/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474"
    )


def by_the_sdk(request: HttpRequest, host: str, path: str, timestamp: int, day: str) -> str:
    client = AbstractClient(Credential("unused", "unused"), "ap-guangzhou")
    wire = RequestInternal(host=host, method=request.method, uri=path)
    wire.header = {"Content-Type": "application/json", "Host": host, "X-TC-Timestamp": str(timestamp)}
    wire.data = (request.body or b"").decode()
    signature: str = client._get_tc3_signature({}, wire, day, "hunyuan", KEY)
    return signature


@settings(deadline=None)
@given(
    body=st.text(max_size=20).map(str.encode),
    port=st.sampled_from(["", ":443", ":8443"]),
    path=st.sampled_from(["/", "/v1/chat/completions"]),
    typed=st.booleans(),
)
def test_the_sdk_signs_alike(body, port, path, typed):
    host = "hunyuan.tencentcloudapi.com" + port.replace(":443", "")
    headers = (("content-type", "application/json"),) if typed else ()
    request = HttpRequest("POST", f"https://hunyuan.tencentcloudapi.com{port}{path}", headers, body)
    found = signed(request, 1551113065, "hunyuan")
    assert found["content-type"] == "application/json"
    assert found["authorization"].endswith("Signature=" + by_the_sdk(request, host, path, 1551113065, "2019-02-25"))


@pytest.mark.parametrize(("changed", "field"), [({"id": None}, "id"), ({"key": Secret("")}, "key")])
def test_what_is_missing_is_named(changed, field):
    signer = load_signer({"tc3": {"service": "s", "secret_id": "id", "secret_key": "key"}})
    assert signer.missing({**CREDENTIALS, **changed}) == field
    assert signer.missing(CREDENTIALS) is None
    with pytest.raises(CredentialsInvalid) as caught:
        signed(HttpRequest("GET", "https://a.test/"), 0.0, **changed)
    assert caught.value.field == field
