"""Endpoints and headers from declarations and credentials."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.secret import Secret
from modelruntime.schema.endpoint import render_headers, render_query, resolve_endpoint

REGIONS = {"by": "region", "cases": {"cn": "https://api.acme.cn/v1/", "eu": "https://{zone}.acme.eu", "default": "https://x.test"}}
EITHER = {
    "by": ["own", "shared"],
    "cases": {"world": "https://x.test/world", "default": "https://{by}.x.test/{by}"},
}
OWN_OR_REGION = {"first_filled": ["{base}", "https://api.{region}.acme.test"]}
NO_DEFAULT = {"by": "region", "cases": {"cn": "https://api.acme.cn", "true": "https://t.test"}}


@pytest.mark.parametrize(
    ("declaration", "credentials", "url"),
    [
        ("https://api.acme.test/v1", {}, "https://api.acme.test/v1"),
        ("https://api.acme.test/v1//", {}, "https://api.acme.test/v1"),
        ("{base}", {"base": " http://127.0.0.1:9/v1/ "}, "http://127.0.0.1:9/v1"),
        ("{base}/v1", {"base": "https://a.test"}, "https://a.test/v1"),
        ("{base}/v1", {"base": "https://a.test/"}, "https://a.test/v1"),
        ("{base}/v1", {"base": "https://a.test/v1"}, "https://a.test/v1"),
        ("{base}/v1/", {"base": "https://a.test/v1/"}, "https://a.test/v1"),
        ("{base}/v1", {"base": "https://a.test/openai"}, "https://a.test/openai/v1"),
        ("https://{name}.acme.test/{area}/v1", {"name": "me", "area": "x-1"}, "https://me.acme.test/x-1/v1"),
        ("http://{host}:{port}", {"host": "::", "port": 80}, None),
        ("http://{host}:{port}", {"host": "localhost", "port": 8000}, "http://localhost:8000"),
        (REGIONS, {"region": "cn"}, "https://api.acme.cn/v1"),
        (REGIONS, {"region": "eu", "zone": "z"}, "https://z.acme.eu"),
        (REGIONS, {"region": "us"}, "https://x.test"),
        (REGIONS, {}, "https://x.test"),
        (NO_DEFAULT, {"region": True}, "https://t.test"),
        (EITHER, {"own": "a", "shared": "b"}, "https://a.x.test/a"),
        (EITHER, {"own": "", "shared": "b"}, "https://b.x.test/b"),
        (EITHER, {"own": "a", "shared": "world"}, "https://a.x.test/a"),
        (EITHER, {"shared": "world"}, "https://x.test/world"),
        (OWN_OR_REGION, {"region": "eu"}, "https://api.eu.acme.test"),
        (OWN_OR_REGION, {"region": "eu", "base": "  "}, "https://api.eu.acme.test"),
        (OWN_OR_REGION, {"region": "eu", "base": "https://own.test/"}, "https://own.test"),
    ],
)
def test_endpoints(declaration, credentials, url):
    if url is None:
        with pytest.raises(CredentialsInvalid):
            resolve_endpoint(declaration, credentials)
    else:
        assert resolve_endpoint(declaration, credentials) == url


@pytest.mark.parametrize(
    ("declaration", "credentials", "field"),
    [
        ("{base}", {}, "base"),
        ("{base}", {"base": "  "}, "base"),
        ("{base}", {"base": "api.acme.test"}, "base"),
        ("{base}", {"base": "ftp://a.test"}, "base"),
        ("{base}", {"base": "https://user:pw@a.test"}, "base"),
        ("https://{name}.acme.test", {"name": "evil.test/"}, "name"),
        ("https://{name}.acme.test", {"name": "evil.test#"}, "name"),
        ("https://{name}.acme.test", {"name": "a@evil.test"}, "name"),
        ("https://a.test/{name}", {"name": "a\r\nb"}, "name"),
        ("https://a.test/{name}", {"name": ".."}, "name"),
        (NO_DEFAULT, {}, "region"),
        (NO_DEFAULT, {"region": "mars"}, "region"),
        (REGIONS, {"region": "eu"}, "zone"),
        (OWN_OR_REGION, {}, "region"),
    ],
)
def test_a_variable_that_gives_no_address_is_named(declaration, credentials, field):
    with pytest.raises(CredentialsInvalid) as caught:
        resolve_endpoint(declaration, credentials)
    assert caught.value.field == field
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("declaration", "credentials"),
    [
        (None, {}),
        ("api.acme.test", {}),
        ("https://a.test/{", {}),
        ("https://a.test/{{x}}", {"x": "1"}),
        ("https://a.test?key={key}", {"key": Secret("s3cret")}),
        ({"by": "key", "cases": {}}, {"key": Secret("s3cret")}),
        ({"by": "a"}, {}),
        ({"first_filled": []}, {}),
        ({"first_filled": [1]}, {}),
        ({"first_filled": ["https://a.test"], "by": "a"}, {}),
        ({"by": "a", "cases": {}, "otherwise": "https://a.test"}, {}),
        ({"by": [], "cases": {"x": "https://x.test"}}, {}),
        ({"by": ["a", 1], "cases": {"x": "https://x.test"}}, {"a": "x"}),
        ({"by": "a", "cases": {"x": 1}}, {"a": "x"}),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(declaration, credentials):
    with pytest.raises(DeclarationInvalid) as caught:
        resolve_endpoint(declaration, credentials)
    assert "s3cret" not in str(caught.value)


def test_headers_are_filled_in_or_left_out():
    headers = {"X-Version": "2024", "OpenAI-Organization": "{org}", "X-Both": "{org}/{project}"}
    assert render_headers(headers, {"org": "o"}) == (("x-version", "2024"), ("openai-organization", "o"))
    assert render_headers(headers, {"org": "o", "project": 7})[2] == ("x-both", "o/7")


def test_a_header_takes_no_line_break_and_no_secret():
    with pytest.raises(CredentialsInvalid, match="org"):
        render_headers({"x": "{org}"}, {"org": "a\r\nevil: 1"})
    with pytest.raises(DeclarationInvalid, match="auth"):
        render_headers({"x": "{key}"}, {"key": Secret("s")})


@settings(deadline=None)
@given(st.text(alphabet="ab.:/?#@\\%[]\r\n {}", max_size=8))
def test_a_variable_inside_a_host_never_changes_the_domain(value):
    try:
        url = resolve_endpoint("https://{name}.acme.test/v1", {"name": value})
    except CredentialsInvalid:
        return
    assert url == f"https://{value}.acme.test/v1"
    assert not set(value) & set("/?#@\\% ")


def test_a_query_holds_what_is_filled_in():
    query = {"api-version": "{version}", "alt": "sse", "empty": "{nothing}"}
    assert render_query(query, {"version": "2024-10-21", "nothing": " "}) == {"api-version": "2024-10-21", "alt": "sse"}
    with pytest.raises(DeclarationInvalid):
        render_query({"key": "{key}"}, {"key": Secret("s")})
