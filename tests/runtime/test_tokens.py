"""Access tokens: fetched once, kept, renewed, dropped when they are refused; in both colours."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from modelruntime import (
    ConnectionFailed,
    CredentialsInvalid,
    InvokeError,
    RateLimited,
    Secret,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.runtime import signing, token_cache
from modelruntime.runtime.credential_fingerprint import fingerprint
from modelruntime.runtime.effects import DropToken, FetchToken
from modelruntime.runtime.token_cache import AsyncTokenCache, TokenCache
from modelruntime.signers.contract import Token
from modelruntime.transports.contract import Timeouts
from tests.runtime.colours import Colour
from tests.runtime.declared import ENVIRONMENT, PROVIDERS
from tests.runtime.scripted import GREETING, AsyncScriptedTransport, ScriptedTransport, answer, chat, stream

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
HOUSE = """
provider: house
label: {en_US: House}
supported_model_types: [llm, text-embedding]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: key, type: secret-input, required: true, env: HOUSE_KEY, label: {en_US: Key}}
codec: {llm: openai_chat, text-embedding: openai_embeddings}
endpoint: https://house.test/v1
auth: {ibm_iam: {api_key: key}}
models_endpoint: /models
probe: models_endpoint
models:
  - {model: m, model_type: llm, model_properties: {mode: chat}}
  - {model: n, model_type: llm, model_properties: {mode: chat}}
"""
ENDPOINT = "https://iam.cloud.ibm.com/identity/token"


def granted(token: str = "tok-1", seconds: int = 3600) -> HttpResponse:
    return answer({"access_token": token, "expires_in": seconds})


WRONG = answer({"errorCode": "BXNIM0415E", "errorMessage": "Provided API key could not be found: sk-house"}, 400)
REFUSED = answer({"error": {"message": "token expired"}}, 401)


def world_of(colour: str, *script: Any, **arguments: Any) -> Colour:
    environ = {**ENVIRONMENT, "HOUSE_KEY": "sk-house"}
    return Colour(colour, *script, **{"documents": (*PROVIDERS, HOUSE), "environ": environ, **arguments})


def sent(world: Colour) -> list[str]:
    """What was sent, token requests as `token` and calls by their authorization."""
    return ["token" if request.url == ENDPOINT else dict(request.headers)["authorization"] for request in world.transport.requests]


def says(world: Colour, model: str = "house/m", **options: Any) -> str:
    text: str = world.run(world.runtime.llm(model).invoke("Hello", **options)).text
    return text


@COLOURS
def test_a_token_serves_every_call_with_the_same_credentials(colour):
    world = world_of(colour, granted(), chat(), chat(), chat())
    for model in ("house/m", "house/m", "house/n"):
        says(world, model)
    assert sent(world) == ["token", "Bearer tok-1", "Bearer tok-1", "Bearer tok-1"]


@COLOURS
def test_other_credentials_get_a_token_of_their_own(colour):
    world = world_of(colour, granted("tok-1"), chat(), granted("tok-2"), chat(), chat())
    says(world)
    says(world, credentials={"key": "another"})
    says(world)
    assert sent(world) == ["token", "Bearer tok-1", "token", "Bearer tok-2", "Bearer tok-1"]
    assert b"apikey=another" in (world.transport.requests[2].body or b"")


@COLOURS
def test_a_token_is_renewed_before_it_expires(colour, monkeypatch, clock):
    monkeypatch.setattr(token_cache, "time", clock)
    monkeypatch.setattr(signing, "time", clock)
    world = world_of(colour, granted("tok-1"), chat(), chat(), granted("tok-2"), chat())
    says(world)
    clock.now += 3600 - token_cache.EARLY_SECONDS - 1
    says(world)
    clock.now += 1
    says(world)
    assert sent(world) == ["token", "Bearer tok-1", "Bearer tok-1", "token", "Bearer tok-2"]


@COLOURS
def test_a_replaced_endpoint_does_not_lead_the_token_request_away(colour):
    world = world_of(colour, granted(), chat(), endpoints={"house": "http://127.0.0.1:9/v1"})
    says(world)
    assert [request.url for request in world.transport.requests] == [ENDPOINT, "http://127.0.0.1:9/v1/chat/completions"]


@COLOURS
def test_a_refused_key_is_an_error_that_names_the_provider_and_what_to_do(colour, clock):
    world = world_of(colour, WRONG)
    with pytest.raises(Unauthorized, match="BXNIM0415E") as raised:
        says(world)
    assert (raised.value.provider, raised.value.model, raised.value.status) == ("house", "m", 400)
    assert "check the credentials" in str(raised.value)
    assert "sk-house" not in repr(vars(raised.value))
    assert raised.value.raw is None


@COLOURS
def test_a_probe_with_a_refused_key_blames_the_key(colour):
    world = world_of(colour, WRONG)
    with pytest.raises(CredentialsInvalid) as raised:
        world.run(world.runtime.provider("house").validate_credentials({"key": "wrong"}))
    assert (raised.value.field, raised.value.provider) == ("key", "house")


@COLOURS
@pytest.mark.parametrize(
    "fault", [answer({}, 503), answer({}, 429, retry_after="1"), ConnectionFailed("refused"), TimedOut("slow")]
)
def test_an_outage_of_the_token_endpoint_is_tried_again(colour, fault, clock):
    world = world_of(colour, fault, granted(), chat("back"))
    assert says(world) == "back"
    assert sent(world) == ["token", "token", "Bearer tok-1"]
    assert len(clock.slept) == 1


@COLOURS
@pytest.mark.parametrize("fault", [WRONG, answer({}, 503)])
def test_a_fallback_takes_over_where_there_is_no_token(colour, fault, clock):
    world = world_of(colour, fault, chat("from the spare"))
    assert says(world, fallbacks=["backup/spare"]) == "from the spare"


@COLOURS
def test_credentials_that_make_no_token_request_fall_back_too(colour):
    document = HOUSE.replace("ibm_iam: {api_key: key}", "google_service_account: {key: key}")
    world = world_of(colour, chat("from the spare"), documents=(*PROVIDERS, document))
    assert says(world, fallbacks=["backup/spare"]) == "from the spare"
    world = world_of(colour, documents=(*PROVIDERS, document))
    with pytest.raises(CredentialsInvalid) as raised:
        says(world)
    assert (raised.value.provider, raised.value.field) == ("house", "key")


@COLOURS
@pytest.mark.parametrize("streamed", [False, True])
def test_a_kept_token_that_is_refused_is_replaced_once(colour, streamed):
    reply = stream(*GREETING) if streamed else chat("Hello")
    world = world_of(colour, granted("old"), chat(), REFUSED, granted("new"), reply)
    says(world)
    if streamed:
        assert world.read(lambda: world.runtime.llm("house/m").stream("Hello"))
    else:
        assert says(world) == "Hello"
    assert sent(world) == ["token", "Bearer old", "Bearer old", "token", "Bearer new"]


@COLOURS
@pytest.mark.parametrize("streamed", [False, True])
def test_a_new_token_that_is_refused_is_the_end(colour, streamed, clock):
    world = world_of(colour, granted("old"), chat(), REFUSED, granted("new"), REFUSED)
    says(world)
    llm = world.runtime.llm("house/m")
    with pytest.raises(Unauthorized) as raised:
        world.read(lambda: llm.stream("Hello")) if streamed else world.run(llm.invoke("Hello"))
    assert not raised.value.retryable
    world = world_of(colour, granted("new"), REFUSED)
    with pytest.raises(Unauthorized):
        says(world)
    assert clock.slept == []


@COLOURS
def test_a_new_token_counts_against_the_budget(colour, clock):
    down = answer({}, 503)
    world = world_of(colour, granted("old"), chat(), REFUSED, granted("new"), down, down)
    says(world)
    with pytest.raises(ServerUnavailable):
        says(world)
    assert sent(world)[2:] == ["Bearer old", "token", "Bearer new", "Bearer new"]


@COLOURS
def test_every_target_keeps_its_chance(colour, clock):
    third = PROVIDERS[1].replace("backup", "third")
    world = world_of(
        colour, granted("old"), chat(), REFUSED, answer({}, 503), answer({}, 503), chat("from the last"),
        documents=(*PROVIDERS, third, HOUSE.replace("house", "fourth").replace("ibm_iam: {api_key: key}", "bearer: key"), HOUSE),
        environ={**ENVIRONMENT, "HOUSE_KEY": "sk-house"},
    )  # fmt: skip
    says(world)
    assert says(world, fallbacks=["backup/spare", "third/spare", "fourth/m"]) == "from the last"


@COLOURS
def test_the_token_takes_its_time_from_the_deadline(colour, clock):
    def slow(request: HttpRequest) -> HttpResponse:
        clock.sleep(3)
        return granted()

    world = world_of(colour, slow, chat())
    says(world, timeout=10)
    assert [timeouts.total for timeouts in world.transport.timeouts] == [pytest.approx(10, abs=0.5), 7]

    def too_slow(request: HttpRequest) -> HttpResponse:
        clock.sleep(11)
        return granted()

    world = world_of(colour, too_slow)
    with pytest.raises(TimedOut, match="deadline"):
        says(world, timeout=10)


CROWD = 8


class Gate(ScriptedTransport):
    """A transport that answers once the whole crowd has asked for the token."""

    def __init__(self, cache: TokenCache, reply: HttpResponse) -> None:
        super().__init__()
        self.sent = 0
        self._reply = reply
        self._arrived = threading.Semaphore(0)
        of = cache._slots.of

        def counted(key):
            self._arrived.release()
            return of(key)

        cache._slots.of = counted  # type: ignore[method-assign]

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        self.sent += 1
        for _ in range(CROWD):
            assert self._arrived.acquire(timeout=10)
        return self._reply


def wanted(total: float | None = 10.0, parse: Any = lambda response: Token(Secret("tok"), None)) -> FetchToken:
    return FetchToken("key", lambda: HttpRequest("POST", ENDPOINT), parse, Timeouts(total=total))


def said(token: Token | None) -> str:
    assert token is not None
    return token.value.reveal()


def refuse(response: HttpResponse) -> Token:
    raise Unauthorized("no", status=401)


def test_a_crowd_of_threads_fetches_one_token():
    cache = TokenCache()
    gate = Gate(cache, granted())
    with ThreadPoolExecutor(CROWD) as pool:
        found = [each.result() for each in [pool.submit(cache.fetch, wanted(), gate) for _ in range(CROWD)]]
    assert [said(token) for token in found] == ["tok"] * CROWD
    assert gate.sent == 1


def test_a_crowd_of_threads_shares_a_refusal_as_errors_of_their_own():
    cache = TokenCache()
    gate = Gate(cache, WRONG)
    with ThreadPoolExecutor(CROWD) as pool:
        errors = [each.exception() for each in [pool.submit(cache.fetch, wanted(parse=refuse), gate) for _ in range(CROWD)]]
    assert {type(error) for error in errors} == {Unauthorized}
    assert len({id(error) for error in errors}) == CROWD
    assert gate.sent == 1
    with pytest.raises(Unauthorized):
        cache.fetch(wanted(parse=refuse), AnsweringTransport())


class AnsweringTransport(ScriptedTransport):
    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        self.sent += 1
        return granted()


def test_who_waits_waits_no_longer_than_its_own_deadline():
    cache = TokenCache()
    leave, entered = threading.Event(), threading.Event()

    class Stuck(AnsweringTransport):
        def send(self, request, timeouts):
            entered.set()
            assert leave.wait(10)
            return granted()

    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(cache.fetch, wanted(None), Stuck())
        assert entered.wait(10)
        with pytest.raises(TimedOut):
            cache.fetch(wanted(0.01), AnsweringTransport())
        leave.set()
        assert said(leader.result()) == "tok"


class AsyncGate(AsyncScriptedTransport):
    """Answers when it is told to."""

    def __init__(self, reply: HttpResponse | Exception) -> None:
        super().__init__(ScriptedTransport())
        self.sent = 0
        self.ready = asyncio.Event()
        self._reply = reply

    async def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        self.sent += 1
        await self.ready.wait()
        if isinstance(self._reply, Exception):
            raise self._reply
        return self._reply


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_crowd_of_tasks_fetches_one_token():
    cache, gate = AsyncTokenCache(), AsyncGate(granted())
    tasks = [asyncio.create_task(cache.fetch(wanted(), gate)) for _ in range(CROWD)]
    await settle()
    gate.ready.set()
    assert [said(token) for token in await asyncio.gather(*tasks)] == ["tok"] * CROWD
    assert gate.sent == 1


async def test_a_crowd_of_tasks_shares_a_refusal():
    cache, gate = AsyncTokenCache(), AsyncGate(WRONG)
    tasks = [asyncio.create_task(cache.fetch(wanted(parse=refuse), gate)) for _ in range(CROWD)]
    await settle()
    gate.ready.set()
    errors = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(error) for error in errors} == {Unauthorized}
    assert gate.sent == 1


async def test_a_fault_on_the_way_is_not_shared():
    cache, gate = AsyncTokenCache(), AsyncGate(ConnectionFailed("refused"))
    tasks = [asyncio.create_task(cache.fetch(wanted(), gate)) for _ in range(3)]
    await settle()
    gate.ready.set()
    errors = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(error) for error in errors} == {ConnectionFailed}
    assert gate.sent == 3


async def test_a_cancelled_fetch_leaves_the_token_to_the_next():
    cache, gate = AsyncTokenCache(), AsyncGate(granted())
    first, second = [asyncio.create_task(cache.fetch(wanted(), gate)) for _ in range(2)]
    await settle()
    first.cancel()
    gate.ready.set()
    assert said(await second) == "tok"
    assert first.cancelled()
    assert gate.sent == 2


async def test_a_task_waits_no_longer_than_its_own_deadline():
    cache, gate = AsyncTokenCache(), AsyncGate(granted())
    leader = asyncio.create_task(cache.fetch(wanted(None), gate))
    await settle()
    with pytest.raises(TimedOut):
        await cache.fetch(wanted(0.01), gate)
    gate.ready.set()
    assert said(await leader) == "tok"


def test_tokens_are_good_in_every_loop():
    cache = AsyncTokenCache()

    async def fetch() -> Token | None:
        gate = AsyncGate(granted())
        gate.ready.set()
        found = await asyncio.gather(*[cache.fetch(wanted(), gate) for _ in range(3)])
        assert found[0] is not None
        cache.drop(DropToken("key", found[0]))
        return found[0]

    assert [asyncio.run(fetch()) for _ in range(3)] == [Token(Secret("tok"), None)] * 3


def test_only_the_token_that_was_refused_is_dropped():
    cache, transport = TokenCache(), AnsweringTransport()
    token = cache.fetch(wanted(), transport)
    assert token is not None
    cache.drop(DropToken("key", Token(Secret("older"), None)))
    cache.drop(DropToken("other", token))
    cache.fetch(wanted(), transport)
    assert transport.sent == 1
    cache.drop(DropToken("key", token))
    cache.fetch(wanted(), transport)
    assert transport.sent == 2


def test_a_cache_has_an_end(monkeypatch):
    monkeypatch.setattr(token_cache, "KEPT_AT_MOST", 2)
    cache, transport = TokenCache(), AnsweringTransport()
    for key in ("a", "b", "c", "c", "b"):
        cache.fetch(FetchToken(key, wanted().request, wanted().parse, Timeouts()), transport)
    assert transport.sent == 3
    cache.fetch(FetchToken("a", wanted().request, wanted().parse, Timeouts()), transport)
    assert transport.sent == 4


def test_no_request_is_no_token():
    found = TokenCache().fetch(FetchToken("key", lambda: None, refuse, Timeouts()), AnsweringTransport())
    assert found is None


def test_a_fingerprint_tells_credentials_apart_and_nothing_more():
    one: dict[str, Any] = {"a": Secret("sk-canary"), "b": 1, "c": {"d": [Secret("x")]}}
    assert fingerprint(one) == fingerprint(dict(reversed(one.items())))
    others = [{**one, "a": Secret("sk-other")}, {**one, "b": "1"}, {**one, "b": True}, {**one, "c": {"d": [Secret("y")]}}, {"a": 1}]
    assert len({fingerprint(other) for other in [one, *others]}) == 6
    assert b"canary" not in fingerprint(one)
    assert len(fingerprint(one)) == 16


@pytest.mark.parametrize("error", [Unauthorized, RateLimited])
def test_what_a_driver_is_asked_shows_no_secret(error):
    shown = repr(FetchToken((object(), fingerprint({"k": Secret("sk-canary")})), lambda: None, refuse, Timeouts()))
    shown += repr(DropToken("key", Token(Secret("sk-canary"), 1.0))) + repr(error("no", status=1))
    assert "canary" not in shown
    assert issubclass(error, InvokeError)
