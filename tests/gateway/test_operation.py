"""Health with its reasons, metrics beside the API and on a port of their own, what is counted on the way."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from modelruntime import Secret
from modelruntime.cli.front_door import FrontDoor
from modelruntime.gateway.asgi import Event, Receive, Scope, Send, respond
from modelruntime.gateway.operation_app import Health, OperationApp
from modelruntime.gateway.readiness import Readiness
from modelruntime.gateway.worker_link import Asking, Link, answering, open_link
from tests.gateway.serving import Running
from tests.gateway.test_edge import CHAT, get, post, wait_until


def readiness(draining: bool = False, refusing: str | None = None, degraded: str | None = None) -> Readiness:
    found = Readiness()
    found.draining = draining
    found.refuses("configuration", lambda: refusing)
    found.degrades("store", lambda: degraded)
    return found


@pytest.mark.parametrize(
    "made, status, ready, reasons",
    [
        (readiness(), "ok", True, ()),
        (readiness(degraded="gone"), "degraded", True, ("store: gone",)),
        (readiness(refusing="none yet"), "not_ready", False, ("configuration: none yet",)),
        (readiness(True, degraded="gone"), "draining", False, ("draining", "store: gone")),
    ],
)
def test_readiness(made: Readiness, status: str, ready: bool, reasons: tuple[str, ...]):
    state = made.state()
    assert (state.status, state.ready, state.reasons) == (status, ready, reasons)


def test_health_says_why(gateway: Running):
    gateway.gateway.readiness.degrades("keys", lambda: "2 credentials are locked")
    assert get(gateway, "/health/ready") == (
        200,
        {"status": "degraded", "revision": "r1", "reasons": ["keys: 2 credentials are locked"]},
    )
    gateway.gateway.readiness.refuses("configuration", lambda: "there is none")
    assert get(gateway, "/health/ready")[0] == 503
    assert get(gateway, "/health/live")[0] == 200


def test_what_was_refused_is_counted_and_nothing_is_under_way_afterwards(gateway: Running):
    assert post(gateway, "/v1/nothing", b"{}")[0] == 404
    assert post(gateway, "/v1/chat/completions", b"{")[0] == 400
    assert post(gateway, "/v1/chat/completions", b"{}", authorization="Bearer none")[0] == 401
    assert post(gateway, "/v1/chat/completions", json.dumps(CHAT).encode())[0] == 200
    assert post(gateway, "/v1/chat/completions", json.dumps({**CHAT, "model": "sim/unknown"}).encode())[0] == 404
    assert gateway.gateway.refused == {"not_found": 1, "invalid_json": 1, "invalid_api_key": 1}
    assert [record.status for record in gateway.kept.records] == [200, 404]
    assert wait_until(lambda: gateway.gateway.in_flight == 0)  # it hears of the answer before we have left


async def asked(application: Any, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    sent: list[Event] = []

    async def send(event: Event) -> None:
        sent.append(event)

    async def receive() -> Event:
        return {"type": "http.request"}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await application({"type": "http", "path": path, "method": method, "headers": pairs}, receive, send)
    return sent[0]["status"], sent[1]["body"]


async def _metrics() -> bytes:
    return b"modelruntime_x 1\n"


async def _health() -> Health:
    return Health(False, "draining", {"reasons": ["draining"]})


@pytest.mark.parametrize(
    "path, headers, status",
    [
        ("/metrics", {"authorization": "Bearer secret"}, 200),
        ("/metrics", {"authorization": "Bearer secreT"}, 401),
        ("/metrics", {"authorization": "Bearer schlüssel"}, 401),
        ("/metrics", {}, 401),
        ("/health/live", {}, 200),
        ("/health/ready", {}, 503),
        ("/else", {}, 404),
    ],
)
async def test_the_operators_port(path: str, headers: dict[str, str], status: int):
    application = OperationApp(_metrics, _health, Secret("secret"))
    assert (await asked(application, path, **headers))[0] == status
    assert (await asked(application, path, "POST"))[0] == 405


async def test_without_a_token_the_metrics_are_open_and_health_may_be_elsewhere():
    application = OperationApp(_metrics)
    assert await asked(application, "/metrics") == (200, b"modelruntime_x 1\n")
    assert (await asked(application, "/health/ready"))[0] == 404


@pytest.mark.parametrize(
    "path, who",
    [
        ("/metrics", b"metrics"),
        ("/api", b"api"),
        ("/api/keys", b"api"),
        ("/apis", b"plane"),
        ("/v1/models", b"plane"),
        ("/", b"plane"),
    ],
)
async def test_the_front_door_goes_by_whole_pieces_of_a_path(path: str, who: bytes):
    def named(name: bytes) -> Any:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await respond(send, 200, [], name)

        return application

    assert await asked(FrontDoor(named(b"plane"), {"/metrics": named(b"metrics"), "/api": named(b"api")}), path) == (200, who)


async def linked() -> tuple[Asking, Link]:
    import socket

    ours, theirs = socket.socketpair()
    return Asking(await open_link(ours)), await open_link(theirs)


async def test_a_link_answers_by_number_and_a_late_answer_is_taken_for_no_other():
    asking, worker = await linked()
    gate = asyncio.Event()

    async def slow() -> bytes:
        await gate.wait()
        return b"slow"

    async def quick() -> bytes:
        return b"quick"

    serving = asyncio.create_task(answering(worker, {"slow": slow, "quick": quick}))
    assert await asking.ask("quick", 5) == b"quick"
    assert await asking.ask("slow", 0.01) is None
    gate.set()
    assert await asking.ask("quick", 5) == b"quick"
    assert await asking.ask("unknown", 5) == b""
    await asking.aclose()
    await asyncio.wait_for(serving, 5)
    assert await asking.ask("quick", 5) is None
    worker.close()


async def test_a_question_to_one_who_hangs_up_is_answered_with_none():
    asking, worker = await linked()
    question = asyncio.create_task(asking.ask("health", 5))
    await worker.receive()
    worker.close()
    assert await asyncio.wait_for(question, 2) is None
    await asking.aclose()
