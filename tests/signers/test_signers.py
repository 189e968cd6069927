"""Signers: what they add, and what they refuse."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.secret import Secret
from modelruntime.signers.registry import load_signer, load_signers, signer_for

REQUEST = HttpRequest("POST", "https://a.test/v1/x?b=1", (("content-type", "application/json"),), b"{}")


def signed(auth: dict[str, Any], credentials: dict[str, Any], request: HttpRequest = REQUEST) -> HttpRequest:
    return signer_for(auth, credentials).sign(request, credentials, None, 0.0)


HEADER = {"header": {"name": "X-API-Key", "value": "api_key"}}
TOKEN = {"header": {"name": "authorization", "value": "api_key", "prefix": "Token "}}
BASIC = {"basic": {"username": "user", "password": "api_key"}}
QUERY = {"query_key": {"name": "key", "value": "api_key"}}


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ({"bearer": "api_key"}, ("authorization", "Bearer sk-1")),
        ({"bearer": {"value": "api_key"}}, ("authorization", "Bearer sk-1")),
        (HEADER, ("x-api-key", "sk-1")),
        (TOKEN, ("authorization", "Token sk-1")),
        (BASIC, ("authorization", "Basic " + base64.b64encode(b"me:sk-1").decode())),
    ],
)
@pytest.mark.parametrize("key", [Secret("sk-1"), "sk-1", Secret(" sk-1\n")])
def test_a_key_becomes_a_header_and_all_else_stays(auth, header, key):
    request = signed(auth, {"api_key": key, "user": "me"})
    assert request.headers == (("content-type", "application/json"), header)
    assert (request.method, request.url, request.body) == (REQUEST.method, REQUEST.url, REQUEST.body)


@pytest.mark.parametrize("auth", [{"bearer": "api_key"}, HEADER, TOKEN, BASIC, QUERY])
def test_each_request_is_signed_with_its_own_key(auth):
    one, two = {"api_key": Secret("sk-1"), "user": "me"}, {"api_key": Secret("sk-2"), "user": "me"}
    signer = signer_for(auth, one)
    first, second, again = (signer.sign(REQUEST, key, None, 0.0) for key in (one, two, one))
    assert first == again == signed(auth, one)
    assert second == signed(auth, two) != first
    assert signer.sign(REQUEST, {}, None, 0.0) == signed(auth, {})


def test_a_header_of_that_name_is_replaced():
    before = REQUEST.with_headers(("authorization", "Bearer old"))
    assert signed({"bearer": "api_key"}, {"api_key": "new"}, before).headers[-1] == ("authorization", "Bearer new")
    assert len(signed({"bearer": "api_key"}, {"api_key": "new"}, before).headers) == 2


@pytest.mark.parametrize("auth", [{"bearer": "api_key"}, HEADER, TOKEN, BASIC, QUERY, {}, {"none": {}}])
@pytest.mark.parametrize("credentials", [{}, {"api_key": None}, {"api_key": ""}, {"api_key": Secret("")}, {"api_key": Secret(" ")}])
def test_an_empty_credential_adds_nothing(auth, credentials):
    assert signed(auth, credentials) == REQUEST


@settings(deadline=None)
@given(st.text(alphabet="ab&=?#%+/ ~", min_size=1, max_size=9).map(str.strip).filter(len))
def test_a_query_key_comes_back_as_it_was(key):
    parts = urlsplit(signed(QUERY, {"api_key": Secret(key)}, HttpRequest("GET", "https://a.test/x?b=1#end")).url)
    assert parse_qs(parts.query) == {"b": ["1"], "key": [key]}
    assert parts.fragment == "end"
    assert signed(QUERY, {"api_key": "k"}, HttpRequest("GET", "https://a.test/x")).url == "https://a.test/x?key=k"


@pytest.mark.parametrize("auth", [{"bearer": "api_key"}, HEADER, QUERY, BASIC])
@pytest.mark.parametrize("key", ["a\r\nx: y", "a\x00b", "schlüssel", "“quoted”"])
def test_what_no_header_can_hold_is_refused_without_showing_it(auth, key):
    with pytest.raises(CredentialsInvalid) as caught:
        signed(auth, {"api_key": Secret(key), "user": "me"})
    assert caught.value.field == "api_key"
    assert key not in str(caught.value)


def test_a_user_name_with_a_colon_is_refused():
    with pytest.raises(CredentialsInvalid) as caught:
        signed(BASIC, {"user": "a:b", "api_key": "k"})
    assert caught.value.field == "user"


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ({"bearrer": "api_key"}, "bearer.*choice"),
        ({"bearer": "api_key", "basic": {}}, "takes one"),
        ({"bearer": {}}, "'value'"),
        ({"header": {"value": "api_key"}}, "'name'"),
        ({"header": "api_key"}, "'name'"),
        ({"query_key": {"name": "key"}}, "'value'"),
        ({"basic": {"username": "u"}}, "'password'"),
    ],
)
def test_a_wrong_declaration_says_what_it_needs(auth, words):
    with pytest.raises(DeclarationInvalid, match=words):
        load_signer(auth)


def test_a_signer_is_made_once_per_declaration():
    assert load_signer({"bearer": "api_key"}) is load_signer({"bearer": "api_key"})
    assert load_signer({"bearer": "api_key"}) is not load_signer({"bearer": "other"})
    assert load_signer({"modelruntime.signers.none:declare": None}).sign(REQUEST, {}, None, 0.0) is REQUEST


STATIC = [{"bearer": "api_key"}, HEADER, TOKEN, BASIC, QUERY, {}]


@pytest.mark.parametrize("auth", STATIC)
def test_a_key_is_sent_as_it_is_and_may_be_left_out(auth):
    signer = load_signer(auth)
    assert not signer.fetches_token({"api_key": "1", "user": "me"})
    assert signer.token_request({"api_key": "1", "user": "me"}, 0.0) is None
    assert signer.missing({}) is None
    assert signer.is_filled({"api_key": "1", "user": "me"})
    assert signer.is_filled({"api_key": Secret(" ")}) == (auth == {})


CHOICE = {"choice": {"by": "method", "cases": {"key": {"bearer": "api_key"}, "1": HEADER, "true": BASIC, "default": QUERY}}}
STRICT = {"choice": {"by": "method", "cases": {"key": {"bearer": "api_key"}, "other": HEADER}}}


@pytest.mark.parametrize(
    ("method", "auth"),
    [
        ("key", {"bearer": "api_key"}),
        (" key ", {"bearer": "api_key"}),
        (1, HEADER),
        (True, BASIC),
        ("else", QUERY),
        (None, QUERY),
        ("", QUERY),
    ],
)
def test_a_credential_chooses_the_signer(method, auth):
    credentials = {"method": method, "api_key": "k", "user": "me"}
    assert signed(CHOICE, credentials) == signed(auth, credentials) != REQUEST


@pytest.mark.parametrize("method", ["else", None])
def test_a_choice_without_a_case_says_which_there_are(method):
    with pytest.raises(CredentialsInvalid, match="key, other") as caught:
        signer_for(STRICT, {"method": method})
    assert caught.value.field == "method"


FIRST = {"first_filled": [{"bearer": "token"}, BASIC, {"choice": STRICT["choice"]}, QUERY]}


@pytest.mark.parametrize(
    ("credentials", "auth"),
    [
        ({"token": "t", "api_key": "k", "user": "me"}, {"bearer": "token"}),
        ({"token": " ", "api_key": "k", "user": "me"}, BASIC),
        ({"api_key": Secret("k"), "method": "other"}, HEADER),
        ({"api_key": "k"}, QUERY),
    ],
)
def test_the_first_signer_that_is_filled_signs(credentials, auth):
    assert signed(FIRST, credentials) == signed(auth, credentials) != REQUEST


def test_where_none_is_filled_the_last_one_is_meant():
    assert signed(FIRST, {}) == REQUEST
    assert signer_for(FIRST, {}) is load_signer(QUERY)


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ({"choice": None}, "'by'"),
        ({"choice": {"by": "method"}}, "'cases'"),
        ({"choice": {"cases": {"a": {}}}}, "'by'"),
        ({"choice": {"by": "method", "cases": {"a": "bearer"}}}, "each case"),
        ({"choice": {"by": "method", "cases": {"a": {"bearer": "k"}, "b": {"bearrer": "k"}}}}, "bearrer"),
        ({"first_filled": []}, "a list of signers"),
        ({"first_filled": {"bearer": "k"}}, "a list of signers"),
        ({"first_filled": ["bearer"]}, "a list of signers"),
        ({"first_filled": [{"bearer": "k"}, {"header": {}}]}, "'name'"),
    ],
)
def test_a_wrong_combination_is_found_in_every_branch(auth, words):
    with pytest.raises(DeclarationInvalid, match=words):
        load_signers(auth)


def test_every_branch_is_loaded():
    assert len(load_signers({"choice": {"by": "m", "cases": {"a": {"bearer": "k"}, "default": FIRST}}})) == 6
    assert load_signers({}) == [load_signer({})]


EVERY = {"every": [{"bearer": "api_key"}, HEADER]}


def test_several_signers_sign_one_request():
    assert signed(EVERY, {"api_key": "k"}) == signed(HEADER, {"api_key": "k"}, signed({"bearer": "api_key"}, {"api_key": "k"}))


@pytest.mark.parametrize(
    ("auth", "missing"),
    [(EVERY, None), ({"every": [{"bearer": "a"}, {"tc3": {"service": "s", "secret_id": "i", "secret_key": "k"}}]}, "i")],
)
def test_several_signers_lack_what_any_of_them_lacks(auth, missing):
    signer = load_signer(auth)
    assert signer.missing({}) == missing
    assert not signer.is_filled({"api_key": ""})
    assert load_signer(EVERY).is_filled({"api_key": "k"})


@pytest.mark.parametrize("options", [None, [], "bearer", ["bearer"], [{"bearer": "a"}, {"ibm_iam": {"api_key": "a"}}]])
def test_only_a_list_of_signers_without_tokens_can_sign_together(options):
    with pytest.raises(DeclarationInvalid, match="every"):
        load_signer({"every": options})
