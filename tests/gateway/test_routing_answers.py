"""Answers from the cache, from equal calls and from hedges, over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.call_key import call_key
from modelruntime.gateway.candidates import Candidate
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.reply_cache import ReplyCache, size_of
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.store.configuration import CallPolicy, OwnPrice, Route, RouteTarget
from modelruntime.store.gateway_key import GatewayKey, new_key
from tests.gateway.serving import KEY, PEPPER, Running, configuration, serving
from tests.gateway.test_edge import wait_until
from tests.gateway.test_routing_balancing import Bench, credential, refused
from tests.simulators.openai_family import OpenAISimulator
from tests.simulators.raw_server import Await, Script, Tell, answer

CHAT = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello there"}]}
EMBED = {"model": "sim/sim-embed", "input": ["good morning"]}
PATHS = {"messages": "/v1/chat/completions", "input": "/v1/embeddings", "query": "/v1/rerank"}
KEEP = CallPolicy(cache_seconds=60)


@pytest.fixture
def bench(compiled: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(stack, compiled)


def begin(gateway: Running, body: dict[str, Any], path: str | None = None, **headers: str) -> HTTPConnection:
    connection = HTTPConnection(*gateway.address, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    where = path or next(path for field, path in PATHS.items() if field in body)
    connection.request("POST", where, json.dumps(body).encode(), {"authorization": f"Bearer {KEY}", **named})
    return connection


def ended(connection: HTTPConnection) -> tuple[int, bytes, str | None]:
    """Status, body, and what the cache said."""
    reply = connection.getresponse()
    found = reply.status, reply.read(), reply.getheader("x-modelruntime-cache")
    connection.close()
    return found


def ask(gateway: Running, body: dict[str, Any], path: str | None = None, **headers: str) -> tuple[int, bytes, str | None]:
    return ended(begin(gateway, body, path, **headers))


def words(body: bytes) -> str:
    """The text of an answer, whole or streamed."""
    if body.startswith(b"{"):
        return str(json.loads(body)["choices"][0]["message"]["content"])
    assert body.endswith(b"data: [DONE]\n\n")
    events = [json.loads(line[6:]) for line in body.split(b"\n\n") if line.startswith(b"data: {")]
    return "".join(choice["delta"].get("content") or "" for event in events for choice in event["choices"])


def cached(settings: dict[str, Any], **changes: Any) -> Any:
    return serving(settings, configuration(policies={"sim/sim-chat": KEEP, "sim/sim-embed": KEEP}, **changes))


def test_without_a_policy_nothing_is_kept(gateway: Running, vendor: OpenAISimulator):
    assert [ask(gateway, CHAT)[2] for _ in range(2)] == [None, None]
    assert len(vendor.requests) == 2


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_an_equal_call_is_answered_from_memory_streamed_or_not(
    settings: dict[str, Any], vendor: OpenAISimulator, first: bool, second: bool
):
    with cached(settings) as gateway:
        one, other = ask(gateway, {**CHAT, "stream": first}), ask(gateway, {**CHAT, "stream": second})
        assert (one[2], other[2]) == ("miss", "hit")
        assert words(one[1]) == words(other[1]) == "You said: hello there"
        assert len(vendor.requests) == 1
        made, hit = gateway.kept.records
        assert (made.cached, hit.cached, hit.attempts, hit.provider, hit.model) == (False, True, (), "sim", "sim-chat")
        assert made.cost is not None
        assert hit.cost is not None
        assert (made.cost.total, hit.cost.total, hit.usage.input.total) == (Decimal("0.00002"), 0, None)
        health = gateway.gateway.plane.health()
        assert (health.cache_entries, health.cache_hits, health.cache_misses) == (1, 1, 1)


def test_embeddings_are_kept_to_the_last_bit(settings: dict[str, Any], vendor: OpenAISimulator):
    with cached(settings) as gateway:
        one, other = ask(gateway, EMBED), ask(gateway, EMBED)
        assert (one[1], one[2], other[2]) == (other[1], "miss", "hit")
        assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0.5},
        {"messages": [{"role": "user", "content": "hello There"}]},
        {"max_tokens": 9},
        {"user": "somebody else"},
        {"model": "sim/other"},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]},
    ],
)
def test_another_call_is_another_call(settings: dict[str, Any], vendor: OpenAISimulator, change: dict[str, Any]):
    vendor.models = (*vendor.models, "other")
    with cached(settings) as gateway:
        ask(gateway, CHAT)
        assert ask(gateway, {**CHAT, **change})[2] in ("miss", None)
        assert len(vendor.requests) == 2


def test_the_order_of_keys_does_not_count(settings: dict[str, Any], vendor: OpenAISimulator):
    with cached(settings) as gateway:
        ask(gateway, {**CHAT, "temperature": 1, "max_tokens": 5})
        assert ask(gateway, {"max_tokens": 5, "temperature": 1, **CHAT})[2] == "hit"


@pytest.mark.parametrize(
    ("said", "expected", "then"), [("no-cache", "miss", "hit"), ("no-store", None, "hit"), ("max-age=0, no-cache", "miss", "hit")]
)
def test_the_client_may_ask_for_a_fresh_answer(
    settings: dict[str, Any], vendor: OpenAISimulator, said: str, expected: str | None, then: str
):
    with cached(settings) as gateway:
        ask(gateway, CHAT)
        assert ask(gateway, CHAT, cache_control=said)[2] == expected
        assert len(vendor.requests) == 2
        assert ask(gateway, CHAT)[2] == then


def test_what_must_not_be_stored_is_not(settings: dict[str, Any]):
    with cached(settings) as gateway:
        ask(gateway, CHAT, cache_control="no-store")
        assert ask(gateway, CHAT)[2] == "miss"


def test_a_failure_is_not_kept(bench: Bench):
    a = bench.server("a", refused("400 Bad Request"))
    gateway = bench.gateway(credential("a", a), policies={"sim/sim-chat": KEEP})
    assert [ask(gateway, CHAT)[0] for _ in range(2)] == [400, 400]
    assert bench.counts() == {"a": 2}


def test_a_policy_of_a_route(settings: dict[str, Any], vendor: OpenAISimulator):
    routes = {"best": Route("best", (RouteTarget("sim/sim-chat"),))}
    with serving(settings, configuration(routes=routes, policies={"best": KEEP})) as gateway:
        assert [ask(gateway, {**CHAT, "model": "best"})[2] for _ in range(2)] == ["miss", "hit"]
        assert ask(gateway, CHAT)[2] is None


def test_of_several_inputs_one_that_is_not_kept_tells(settings: dict[str, Any], vendor: OpenAISimulator):
    with serving(settings, configuration(policies={"sim/sim-judge": KEEP})) as gateway:
        said = [
            ask(gateway, {"model": "sim/sim-judge", "input": texts}, "/v1/moderations")[2]
            for texts in (["good"], ["good", "bad"], ["bad", "good"], ["fine", "bad"])
        ]
        assert said == ["miss", "miss", "hit", "miss"]
        assert [record.cached for record in gateway.kept.records] == [False, False, True, False]


def test_workspaces_share_no_answers(bench: Bench):
    a, b, made = bench.server("a"), bench.server("b"), new_key(PEPPER)
    keys = {**configuration().keys, made.id: GatewayKey(id=made.id, digest=made.digest, workspace="other")}
    rows = (credential("a", a), credential("b", b, workspace="other", active=True))
    gateway = bench.gateway(*rows, keys=keys, policies={"sim/sim-chat": KEEP})
    said = [
        (words(body), cache) for _, body, cache in (ask(gateway, CHAT), ask(gateway, CHAT, authorization=f"Bearer {made.text}"))
    ]
    assert said == [("a", "miss"), ("b", "miss")]


@pytest.mark.parametrize(
    ("change", "equal"),
    [
        ({"subject": {"b": [1], "a": 2}}, True),
        ({"subject": {"a": 2, "b": [1, 1]}}, False),
        ({"workspace": "other"}, False),
        ({"revision": "2"}, False),
        ({"candidate": Candidate(ModelReference("p", ModelType.LLM, "n"), ("p", "n", ""))}, False),
        ({"candidate": Candidate(ModelReference("p", ModelType.RERANK, "m"), ("p", "m", ""))}, False),
        ({"candidate": Candidate(ModelReference("p", ModelType.LLM, "m"), ("p", "m", "another key"))}, True),
    ],
)
def test_which_calls_are_equal(change: dict[str, Any], equal: bool):
    one = {
        "workspace": "default",
        "revision": "1",
        "candidate": Candidate(ModelReference("p", ModelType.LLM, "m"), ("p", "m", "")),
        "subject": {"a": 2, "b": [1]},
    }
    assert (call_key(**one) == call_key(**{**one, **change})) == equal  # type: ignore[arg-type]
    assert call_key(**{**one, "subject": object()}) is None  # type: ignore[arg-type]


def test_the_cache_is_bounded_and_forgets_what_is_old():
    now = [0.0]
    size = size_of("x" * 100)
    cache = ReplyCache(8 * size, clock=lambda: now[0])
    for name in range(8):
        cache.put(bytes([name]), "x" * 100, "p", "m", 10.0)
    assert cache.get(bytes([0])) is not None
    cache.put(b"new", "x" * 100, "p", "m", 10.0)
    assert (len(cache), cache.size) == (8, 8 * size)
    assert cache.get(bytes([0])) is not None
    assert cache.get(bytes([1])) is None, "it was not asked for longest"
    cache.put(b"huge", "x" * (8 * size), "p", "m", 10.0)
    assert cache.get(b"huge") is None
    now[0] = 10.0
    assert cache.get(b"new") is None
    cache.put(bytes([0]), "x" * 100, "p", "m", 10.0)
    assert cache.size == len(cache) * size


def embedded(*before: Any) -> Script:
    body = {"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": [1.0, 2.0]}]}
    data = json.dumps({**body, "usage": {"prompt_tokens": 4, "total_tokens": 4}}).encode()
    return (*before, answer(data, "Content-Type: application/json"))


def test_equal_calls_under_way_are_made_once(bench: Bench):
    asked, gate = threading.Event(), threading.Event()
    a = bench.server("a", embedded(Tell(asked), Await(gate)))
    price = {"sim": OwnPrice(overrides={"input": 1})}
    gateway = bench.gateway(credential("a", a), policies={"sim/sim-embed": CallPolicy(coalesce=True)}, prices=price)
    calls = [begin(gateway, EMBED) for _ in range(5)]
    other = begin(gateway, {**EMBED, "input": ["something else"]})
    plane = gateway.gateway.plane
    assert wait_until(lambda: plane.health().coalesced == 4)
    gate.set()
    assert {ended(call)[0] for call in calls} == {200}
    assert ended(other)[0] == 200
    assert bench.counts() == {"a": 2}
    assert wait_until(lambda: len(gateway.kept.records) == 6)
    records = gateway.kept.records
    assert sorted(len(record.attempts) for record in records) == [0, 0, 0, 0, 1, 1]
    assert sum(record.cost.total or 0 for record in records if record.cost) == Decimal("0.000008"), "paid for twice, not six times"
    assert all(record.cached == (not record.attempts) for record in records)


def test_the_call_goes_on_while_anybody_waits_and_ends_with_the_last(bench: Bench):
    gate = threading.Event()
    a = bench.server("a", embedded(Await(gate)))
    gateway = bench.gateway(credential("a", a), policies={"sim/sim-embed": CallPolicy(coalesce=True)})
    first, second = begin(gateway, EMBED), begin(gateway, EMBED)
    plane = gateway.gateway.plane
    assert wait_until(lambda: plane.health().coalesced == 1)
    first.close()
    assert wait_until(lambda: len(gateway.kept.records) == 1)
    gate.set()
    assert ended(second)[0] == 200
    assert [len(record.attempts) for record in gateway.kept.records] == [0, 1]
    gate.clear()
    alone = begin(gateway, EMBED)
    assert a.saw_requests(2)
    alone.close()
    assert wait_until(lambda: len(gateway.kept.records) == 3)
    assert [attempt.error for attempt in gateway.kept.records[2].attempts] == ["Cancelled"]
    assert a.open <= 1
    assert [row.in_flight for row in plane.health().targets] == [0]
    gate.set()


def test_all_of_them_are_told_of_a_failure(bench: Bench):
    gate = threading.Event()
    a = bench.server("a", (Await(gate), *refused("400 Bad Request")))
    gateway = bench.gateway(credential("a", a), policies={"sim/sim-embed": CallPolicy(coalesce=True)})
    calls = [begin(gateway, EMBED) for _ in range(3)]
    assert wait_until(lambda: gateway.gateway.plane.health().coalesced == 2)
    gate.set()
    assert [ended(call)[0] for call in calls] == [400] * 3
    assert bench.counts() == {"a": 1}
    assert sorted(len(record.attempts) for record in gateway.kept.records) == [0, 0, 1]


HEDGE = {"sim/sim-embed": CallPolicy(hedge_seconds=0.05), "sim/sim-chat": CallPolicy(hedge_seconds=0.05)}


def test_a_slow_call_is_hedged_and_the_loser_is_cancelled(bench: Bench):
    never = threading.Event()
    a, b = bench.server("a", embedded(Await(never))), bench.server("b", embedded())
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"}, policies=HEDGE)
    assert ask(gateway, EMBED)[0] == 200
    (record,) = gateway.kept.records
    assert [(attempt.credential_id, attempt.error) for attempt in record.attempts] == [("a", "Cancelled"), ("b", None)]
    assert len({attempt.id for attempt in record.attempts}) == 2
    health = gateway.gateway.plane.health()
    assert (health.hedges_started, health.hedges_won) == (1, 1)
    assert {row.credential_id: (row.in_flight, row.failures) for row in health.targets} == {"a": (0, 0), "b": (0, 0)}
    never.set()
    assert a.all_closed()


def test_a_quick_call_is_not_hedged(bench: Bench):
    a, b = bench.server("a", embedded()), bench.server("b", embedded())
    slow = {"sim/sim-embed": CallPolicy(hedge_seconds=10)}
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"}, policies=slow)
    assert ask(gateway, EMBED)[0] == 200
    assert bench.counts() == {"a": 1, "b": 0}


def test_the_first_may_still_win_and_a_hedge_may_fail(bench: Bench):
    gate, told = threading.Event(), threading.Event()
    a, b = bench.server("a", embedded(Await(gate))), bench.server("b", (*refused("400 Bad Request"), Tell(told)))
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"}, policies=HEDGE)
    call = begin(gateway, EMBED)
    assert told.wait(5)
    gate.set()
    assert ended(call)[0] == 200
    (record,) = gateway.kept.records
    assert [(attempt.credential_id, attempt.error) for attempt in record.attempts] == [("b", "BadRequest"), ("a", None)]


def test_chat_is_never_hedged(bench: Bench):
    gate = threading.Event()
    a, b = bench.server("a", embedded(Await(gate))), bench.server("b")
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"}, policies=HEDGE)
    call = begin(gateway, CHAT)
    assert a.saw_requests(1)
    assert not b.saw_requests(1, 0.3)
    gate.set()
    ended(call)


def test_a_client_that_leaves_ends_both(bench: Bench):
    never = threading.Event()
    a, b = bench.server("a", embedded(Await(never))), bench.server("b", embedded(Await(never)))
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"}, policies=HEDGE)
    idle = gateway.tasks()
    call = begin(gateway, EMBED)
    assert a.saw_requests(1)
    assert b.saw_requests(1)
    call.close()
    assert wait_until(lambda: len(gateway.kept.records) == 1)
    assert [attempt.error for attempt in gateway.kept.records[0].attempts] == ["Cancelled", "Cancelled"]
    assert wait_until(lambda: gateway.tasks() == idle)
    never.set()


def test_a_whole_page_of_calls_at_once(settings: dict[str, Any], vendor: OpenAISimulator):
    everything = CallPolicy(cache_seconds=60, coalesce=True, hedge_seconds=5)
    config = configuration(policies={"sim/sim-embed": everything})
    with serving(settings, config, limits=EdgeLimits(calls=4, waiting=100)) as gateway, ThreadPoolExecutor(16) as pool:
        bodies = [{**EMBED, "input": [f"text {at % 5}"]} for at in range(60)]
        assert {status for status, _, _ in pool.map(lambda body: ask(gateway, body), bodies)} == {200}
        assert len(vendor.requests) == 5
        assert len(gateway.kept.records) == 60
        assert gateway.gateway.plane.health().under_way == 0
