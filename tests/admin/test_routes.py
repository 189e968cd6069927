"""Every route of the table: an example that works, and who may not call it."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote, urlencode

import msgspec
import pytest

from modelruntime.admin.call import Nothing
from modelruntime.admin.dify import table as dify
from modelruntime.admin.permission import Permission
from modelruntime.admin.route import Raw, Route
from modelruntime.admin.table import ROUTES
from tests.admin.examples import EXAMPLES, Example, filled, kept
from tests.admin.serving import Answer, Client, Served, serving
from tests.simulators.openai_family import DECLARATION, OpenAISimulator

BY_NAME = {route.name: route for route in ROUTES}
OWN = """\
provider: own
label: {en_US: Own}
supported_model_types: [llm]
configurate_methods: [customizable-model]
model_credential_schema:
  model: {label: {en_US: Name}}
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, label: {en_US: API key}}
    - {variable: base_url, type: text-input, required: true, format: url, label: {en_US: URL}}
codec: {llm: openai_chat}
endpoint: "{base_url}"
auth: {bearer: api_key}
"""
GUARDED = [route for route in ROUTES if route.permission != "public"]


def address(route: Route, example: Example, known: dict[str, str]) -> str:
    path = route.path.replace(":path", "")
    for name, value in filled(example.path, known).items():
        path = path.replace(f"{{{name}}}", quote(value))
    query = urlencode(filled(example.query, known))
    return f"/api{path}" + (f"?{query}" if query else "")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    compiled = tmp_path_factory.mktemp("compiled")
    runtime = {"documents": [DECLARATION, OWN], "environ": {"MODELRUNTIME_CACHE": str(compiled)}}
    with serving(tmp_path_factory.mktemp("gateway") / "data", runtime) as served:
        yield served


def test_the_table_is_whole():
    assert len(BY_NAME) == len(ROUTES), "names of operations differ"
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    assert set(EXAMPLES) == set(BY_NAME), "every route has an example, every example a route"


@pytest.mark.parametrize("route", [*ROUTES, *dify.ROUTES], ids=lambda route: route.name)
def test_a_route_says_what_it_is(route: Route):
    assert route.permission in get_args(Permission)
    assert route.handler.__doc__, "what it does"
    for kind in (route.body, route.query, route.reply):
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Nothing:
            assert kind.__doc__, f"{kind.__name__} says what it is"
    if route.method == "GET":
        assert route.body is Nothing
    if route.permission == "public":
        assert route.method == "GET" or route.name in ("set_up", "log_in"), "nothing else is done for nobody"


def test_every_example_works(tmp_path: Path, cache: Path, vendor: OpenAISimulator):
    runtime = {"documents": [DECLARATION, OWN], "environ": {"MODELRUNTIME_CACHE": str(cache)}}
    with serving(tmp_path / "data", runtime) as served:
        host = vendor.url.removeprefix("http://").removesuffix("/v1")
        known = {"vendor": vendor.url, "host": host, "setup": served.setup_token()}
        admin = served.client()
        filled_form = {"api_key": "sk-right", "base_url": vendor.url}
        for name, example in EXAMPLES.items():
            if name == "tail_calls":
                continue  # it never ends: test_playground.py listens to it
            if name == "remove_custom_model":
                body = {"credentials": filled_form, "model": "sim-chat", "model_type": "llm"}
                admin.done("POST", "/api/providers/own/credentials", body)
            route = BY_NAME[name]
            who = served.anonymous() if name in ("set_up", "log_in") else admin
            answer = who.ask(route.method, address(route, example, known), filled(example.body, known))
            assert answer.status == (example.status or route.status), (name, answer)
            known |= kept(answer.json, example.keeps) if example.keeps else {}
            assert_fits(route, answer, example)


def assert_fits(route: Route, answer: Answer, example: Example) -> None:
    """The answer is what the table says."""
    if example.status is not None and example.status >= 400:
        return
    if isinstance(route.reply, Raw):
        assert answer.headers["content-type"].partition(";")[0] in route.reply.media_types
    elif route.reply is None:
        assert answer.body == b""
    else:
        msgspec.json.decode(answer.body, type=route.reply)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def asked(client: Client, route: Route, body: Any = None) -> Answer:
    example = EXAMPLES[route.name]
    known = dict.fromkeys(("account", "token", "credential", "declaration", "key", "vendor", "host", "setup"), "x1")
    given = filled(example.body, known) if body is None else body
    return client.ask(route.method, address(route, example, known), given)


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
def test_nobody_is_let_in(gateway: Served, route: Route):
    answer = asked(gateway.anonymous(), route)
    assert (answer.status, answer.code) == (401, "not_signed_in")


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
def test_a_wrong_token_is_refused(gateway: Served, route: Route):
    answer = asked(Client(gateway.address, {"authorization": "Bearer mrt_0123456789abcdef.wrong"}), route)
    assert (answer.status, answer.code) == (401, "invalid_token")


@pytest.fixture(scope="module")
def viewer(gateway: Served) -> Client:
    return gateway.client("viewer")


@pytest.fixture(scope="module")
def of_a_workspace(gateway: Served) -> Client:
    return gateway.client("admin", "default")


@pytest.mark.parametrize("route", [each for each in GUARDED if each.permission != "view"], ids=lambda route: route.name)
def test_a_viewer_changes_nothing(viewer: Client, route: Route):
    answer = asked(viewer, route)
    assert (answer.status, answer.code) == (403, "not_allowed")


@pytest.mark.parametrize("route", [each for each in GUARDED if each.permission == "operate"], ids=lambda route: route.name)
def test_an_admin_of_a_workspace_does_not_operate_the_gateway(of_a_workspace: Client, route: Route):
    answer = asked(of_a_workspace, route)
    assert (answer.status, answer.code) == (403, "not_allowed")


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
def test_another_workspace_stays_closed(of_a_workspace: Client, route: Route):
    other = Client(of_a_workspace.address, {**of_a_workspace.headers, "x-workspace": "team"})
    answer = asked(other, route)
    assert (answer.status, answer.code) == (403, "workspace_not_allowed")


@pytest.fixture(scope="module")
def session(gateway: Served) -> Client:
    return gateway.signed_in()


CHANGING = [route for route in GUARDED if route.method != "GET"]


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.name)
@pytest.mark.parametrize("token", [None, "wrong"])
def test_a_cookie_alone_changes_nothing(session: Client, route: Route, token: str | None):
    headers = {"cookie": session.headers["cookie"], **({"x-csrf-token": token} if token else {})}
    answer = asked(Client(session.address, headers), route)
    assert (answer.status, answer.code) == (403, "csrf")


@pytest.mark.parametrize("route", [each for each in ROUTES if each.method != "GET"], ids=lambda route: route.name)
@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
def test_another_site_changes_nothing(session: Client, route: Route, headers: dict[str, str]):
    answer = asked(Client(session.address, {**session.headers, **headers}), route)
    assert (answer.status, answer.code) == (403, "foreign_origin")


def test_a_token_in_a_cookie_is_nobody(gateway: Served):
    text = gateway.token()
    answer = gateway.anonymous().ask("GET", "/api/session", cookie=f"mr_session={text}; authorization={text}")
    assert (answer.status, answer.code) == (401, "not_signed_in")


WITH_BODY = [route for route in ROUTES if isinstance(route.body, type) and route.body is not Nothing]


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
@pytest.mark.parametrize(
    "body, status",
    [
        *((b"{", 400), (b"", 400), (b"\xff", 400), (b"[]", 422), (b"{}", 422)),
        *((b'"x"', 422), (b'{"a":"\\u0000"}', 422), (b"[" * 100_000, 422)),
    ],
)
def test_a_body_that_is_none(admin_token: Client, route: Route, body: bytes, status: int):
    if body == b"{}" and route.name == "switch_credential":
        status, code = 404, "not_found"  # it may leave out everything
    else:
        code = "invalid_json" if status == 400 else "invalid_body"
    answer = asked(admin_token, route, body)
    assert (answer.status, answer.code) == (status, code), answer
    assert answer.json["request_id"] == answer.headers["x-request-id"]


@pytest.fixture(scope="module")
def admin_token(gateway: Served) -> Client:
    return gateway.client()


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_a_field_that_is_wrong_is_named(admin_token: Client, route: Route):
    first = msgspec.structs.fields(route.body)[0].encode_name
    answer = asked(admin_token, route, {**filled_example(route), first: [["no such"]]})
    assert (answer.status, answer.code) == (422, "invalid_body"), answer
    assert answer.json["field"].startswith(first), answer


@pytest.mark.parametrize(
    "depth, status, code", [(64, 422, "invalid_body"), (900, 422, "invalid_body"), (50_000, 400, "invalid_json")]
)
def test_a_deep_body_is_refused(admin_token: Client, depth: int, status: int, code: str):
    deep = b'{"values":{"egress_allow":' + b"[" * depth + b"]" * depth + b"}}"
    answer = admin_token.ask("PATCH", "/api/settings", deep)
    assert (answer.status, answer.code) == (status, code), answer


def filled_example(route: Route) -> dict[str, Any]:
    known = dict.fromkeys(("account", "token", "credential", "declaration", "key", "vendor", "host", "setup"), "x1")
    body: dict[str, Any] = filled(EXAMPLES[route.name].body, known)
    return body


def test_paths_and_methods(gateway: Served, admin_token: Client):
    assert (gateway.anonymous().ask("GET", "/api/nothing").code, gateway.anonymous().ask("DELETE", "/api/bootstrap").code) == (
        "not_found",
        "method_not_allowed",
    )
    assert admin_token.ask("GET", "/api/credentials/a%00b").status == 422
    assert admin_token.ask("GET", "/api/keys", x_workspace="No Such").code == "invalid_workspace"
    assert admin_token.ask("GET", "/api/keys", x_workspace="nobodys").code == "not_found"
    assert admin_token.ask("POST", "/api/snippets", b" " * (5 * 2**20)).status == 413


def test_what_did_not_change_is_not_sent_again(admin_token: Client):
    first = admin_token.ask("GET", "/api/providers")
    again = admin_token.ask("GET", "/api/providers", if_none_match=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_a_large_answer_is_compressed_for_those_who_take_it(admin_token: Client):
    plain = admin_token.ask("GET", "/api/providers")
    small = admin_token.ask("GET", "/api/providers", accept_encoding="gzip, br")
    assert (plain.headers.get("content-encoding"), small.headers["content-encoding"]) == (None, "gzip")
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) * 3 < len(plain.body)
    assert {plain.headers["vary"], small.headers["vary"]} == {"accept-encoding"}
    again = admin_token.ask("GET", "/api/providers", accept_encoding="gzip", if_none_match=small.headers["etag"])
    assert (again.status, again.body, small.headers["etag"] != plain.headers["etag"]) == (304, b"", True)
    assert "content-encoding" not in admin_token.ask("GET", "/api/bootstrap", accept_encoding="gzip").headers


def test_a_session_is_a_cookie_of_this_host_alone(gateway: Served):
    answer = gateway.anonymous().ask("POST", "/api/login", {"name": "nobody", "password": "x"})
    assert (answer.status, answer.code, answer.cookies) == (401, "wrong_login", [])


def test_a_request_may_stop_in_the_middle(gateway: Served):
    with socket.create_connection(gateway.address, timeout=5) as client:
        client.sendall(b"POST /api/login HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
    connection = HTTPConnection(*gateway.address, timeout=5)
    connection.request("GET", "/api/bootstrap")
    assert connection.getresponse().status == 200
    connection.close()
