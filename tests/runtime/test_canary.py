"""A planted key leaves in one place: the request's header. Not in errors, tracebacks, logs, reprs or URLs. A key that
signs, or that is exchanged for a token, leaves nowhere but in the token request."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from modelruntime import BaseObserver, ConnectionFailed, CredentialsInvalid, ModelRuntimeError
from tests.conformance.secret_values import private_key, service_account
from tests.runtime.colours import Colour
from tests.runtime.scripted import GREETING, answer, chat, stream

CANARY = "sk-canary-1234567890abcdef"
COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
ECHOES = [
    answer({"error": {"message": f"Incorrect API key provided: {CANARY}", "code": "invalid_api_key"}}, 401),
    answer({"error": {"message": f"no access with {CANARY}"}}, 403),
    answer({"error": {"message": f"bad value {CANARY}"}}, 400),
    answer(f"<html>{CANARY}</html>".encode(), 502),
    answer({"error": {"message": CANARY}}, 200),
    ConnectionFailed("refused"),
    stream(*GREETING[:2], f'data: {{"error":{{"message":"{CANARY}"}}}}\n\n'.encode()),
]
"""The last one is a stream; the others are answered whole."""


class Watcher(BaseObserver):
    def __init__(self):
        self.told = []

    def on_start(self, info):
        self.told.append(repr(info))

    def on_error(self, info, error):
        self.told.append(f"{info!r} {error} {error!r}")


@COLOURS
@pytest.mark.parametrize(("echo", "streamed"), [(echo, False) for echo in ECHOES[:-1]] + [(echo, True) for echo in ECHOES])
def test_a_key_that_the_vendor_echoes_goes_no_further(colour, echo, streamed, caplog, clock):
    caplog.set_level(logging.DEBUG)
    watcher = Watcher()
    world = Colour(colour, *[echo] * 3, credentials={"acme": {"api_key": CANARY}}, observers=[watcher])
    llm = world.runtime.llm("acme/talker")
    call = (lambda: world.read(lambda: llm.stream("Hello"))) if streamed else (lambda: world.run(llm.invoke("Hello")))
    with pytest.raises(ModelRuntimeError) as raised:
        call()
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + caplog.text + "".join(watcher.told)
    shown += repr(llm) + repr(world.runtime) + repr(world.runtime.providers())
    assert CANARY not in shown
    assert all(CANARY not in request.url for request in world.transport.requests)
    assert world.transport.header("authorization", 0) == f"Bearer {CANARY}"


@COLOURS
def test_a_key_in_the_wrong_field_is_not_shown(colour):
    world = Colour(colour)
    with pytest.raises(CredentialsInvalid) as raised:
        world.run(world.runtime.llm("acme/talker").invoke("x", credentials={"api_key": "k", "base_url": CANARY}))
    assert CANARY not in "".join(traceback.format_exception(raised.value))


def test_a_call_that_succeeds_shows_no_key():
    world = Colour("sync", chat(), credentials={"acme": {"api_key": CANARY}})
    result = world.runtime.llm("acme/talker").invoke("Hello")
    assert CANARY not in repr(result)


ISSUED = "issued-canary-0987654321"
AUTHS = {
    "aws": "{aws_sigv4: {service: s, region: plain, access_key_id: plain, secret_access_key: secret, session_token: other}}",
    "aws_role": "{aws_sigv4: {service: s, region: plain, access_key_id: plain, secret_access_key: secret, role_arn: plain}}",
    "tc3": "{tc3: {service: s, secret_id: plain, secret_key: secret}}",
    "oci": "{oci_signature: {tenancy: plain, user: plain, fingerprint: plain, key: secret}}",
    "google": "{google_service_account: {key: secret}}",
    "google_user": "{google_service_account: {key: secret}}",
    "entra": "{entra: {tenant_id: plain, client_id: plain, client_secret: secret}}",
    "ibm": "{ibm_iam: {api_key: secret}}",
    "choice": "{choice: {by: plain, cases: {plain: {ibm_iam: {api_key: secret}}}}}",
    "first_filled": "{first_filled: [{bearer: nothing}, {ibm_iam: {api_key: secret}}]}",
}
KEYS: dict[str, Callable[[], str]] = {
    "oci": private_key,
    "google": service_account,
    "google_user": lambda: json.dumps(
        {"type": "authorized_user", "client_id": "c", "client_secret": CANARY, "refresh_token": CANARY + "-refresh"}
    ),
}
DOCUMENT = """
provider: house
label: {{en_US: House}}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: secret, type: secret-input, required: true, label: {{en_US: Secret}}}}
    - {{variable: other, type: secret-input, required: false, label: {{en_US: Other secret}}}}
    - {{variable: plain, type: text-input, required: true, label: {{en_US: Plain}}}}
    - {{variable: nothing, type: text-input, required: false, label: {{en_US: Nothing}}}}
codec: {{llm: openai_chat}}
endpoint: https://house.test/v1
auth: {auth}
models: [{{model: m, model_type: llm, model_properties: {{mode: chat}}}}]
"""
ROLE = f"""<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>{ISSUED}</SecretAccessKey>
<SessionToken>{ISSUED}</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>"""
GRANTS = {"aws_role": answer(ROLE.encode())}
TOKENLESS = ("aws", "tc3", "oci")


def secrets_of(key: str) -> tuple[str, ...]:
    """Everything of the key that must not be seen."""
    return (CANARY, ISSUED, private_key().splitlines()[5], key[:60] if len(key) < 1000 else key[300:360])


def echo(key: str) -> list[Any]:
    """What a vendor may say that repeats everything it was sent."""
    said = f"{CANARY} {ISSUED} {key}\n"
    body = {"error": {"message": said}, "errorCode": said, "error_description": said, "access_token": said}
    return [answer(body, status) for status in (400, 401, 403, 500, 200)]


def house(colour: str, name: str, *script: Any, **arguments: Any) -> tuple[Colour, str]:
    key = KEYS.get(name, lambda: CANARY)()
    filled = {"secret": key, "other": ISSUED, "plain": "plain"}
    document = DOCUMENT.format(auth=AUTHS[name])
    return Colour(colour, *script, documents=[document], credentials={"house": filled}, environ={}, **arguments), key


def shown_by(world: Colour, error: BaseException | None = None) -> str:
    llm = world.runtime.llm("house/m")
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(getattr(error, "raw", None)) if error else ""
    shown = [llm, llm._default_target(), llm._default_target().signer, world.runtime, world.runtime.providers()]
    return told + "".join(map(repr, shown))


@COLOURS
@pytest.mark.parametrize("name", AUTHS)
def test_a_signing_key_leaves_nowhere(colour, name, caplog):
    caplog.set_level(logging.DEBUG)
    grant = [] if name in TOKENLESS else [GRANTS.get(name, answer({"access_token": ISSUED, "expires_in": 60}))]
    watcher = Watcher()
    world, key = house(colour, name, *grant, chat(), observers=[watcher])
    result = world.run(world.runtime.llm("house/m").invoke("Hello"))
    request = world.transport.requests[-1]
    assert "authorization" in dict(request.headers)
    sent = request.url + (request.body or b"").decode() + repr(request.headers)
    shown = shown_by(world) + caplog.text + "".join(watcher.told) + repr(result)
    issued_may_show = sent.replace(ISSUED, "")
    for secret in secrets_of(key):
        assert secret not in issued_may_show
        assert secret not in shown
    for asked in world.transport.requests[:-1]:
        assert CANARY not in asked.url + repr(asked.headers)


@COLOURS
@pytest.mark.parametrize("name", [name for name in AUTHS if name not in TOKENLESS])
@pytest.mark.parametrize("status", range(5))
def test_a_token_endpoint_that_repeats_the_key_is_not_repeated(colour, name, status, caplog, clock):
    caplog.set_level(logging.DEBUG)
    key = KEYS.get(name, lambda: CANARY)()
    watcher = Watcher()
    world, _ = house(colour, name, *[echo(key)[status]] * 3, observers=[watcher])
    with pytest.raises(ModelRuntimeError) as raised:
        world.run(world.runtime.llm("house/m").invoke("Hello"))
    shown = shown_by(world, raised.value) + caplog.text + "".join(watcher.told)
    for secret in secrets_of(key):
        assert secret not in shown
