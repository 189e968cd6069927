"""The Responses API over a web socket: what a connection adds to calls, and how it ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from openai import OpenAI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from modelruntime.gateway.web_socket import _with_warnings
from tests.gateway.serving import KEY, Running
from tests.gateway.test_edge import wait_until
from tests.simulators.openai_family import OpenAISimulator


@contextmanager
def opened(gateway: Running, path: str = "/v1/responses", key: str = KEY, **headers: str) -> Iterator[ClientConnection]:
    host, port = gateway.address
    with connect(f"ws://{host}:{port}{path}", additional_headers={"authorization": f"Bearer {key}", **headers}) as connection:
        yield connection


def create(given: Any = "hello", **more: Any) -> str:
    return json.dumps({"type": "response.create", "model": "sim/sim-chat", "input": given, **more})


def heard(connection: ClientConnection) -> list[Any]:
    """The events of one answer."""
    events: list[Any] = []
    while not events or events[-1]["type"] not in ("response.completed", "response.failed", "error"):
        events.append(json.loads(connection.recv(10)))
    return events


@pytest.mark.filterwarnings("ignore:connect\\(\\) must be used as a context manager:DeprecationWarning")  # the client's own
def test_the_vendors_own_client_talks_over_it(gateway: Running):
    with (
        OpenAI(base_url=f"{gateway.url}/v1", api_key=KEY) as client,
        client.responses.connect() as connection,
    ):
        connection.response.create(model="sim/sim-chat", input="one two")
        deltas = ""
        for event in connection:
            if event.type == "response.output_text.delta":
                deltas += event.delta
            if event.type == "response.completed":
                break
    assert deltas == "You said: one two"


def test_each_answer_is_a_call_of_its_own(gateway: Running):
    with opened(gateway) as connection:
        for _ in range(2):
            connection.send(create())
            assert heard(connection)[-1]["type"] == "response.completed"
    records = gateway.kept.records
    assert [(record.endpoint, record.stream, record.status) for record in records] == [("/v1/responses", True, 200)] * 2
    assert len({record.id for record in records}) == 2
    assert (gateway.kept.admitted, gateway.kept.given_back) == (2, 2)


def test_what_was_said_goes_on(gateway: Running, vendor: OpenAISimulator):
    with opened(gateway) as connection:
        connection.send(create("first", store=False))
        first = heard(connection)[-1]["response"]
        connection.send(create("second", store=False, previous_response_id=first["id"]))
        events = heard(connection)
    said = [(message["role"], json.dumps(message["content"])) for message in vendor.requests[-1][1]["messages"]]
    assert [role for role, _ in said] == ["user", "assistant", "user"]
    assert [word in text for word, (_, text) in zip(("first", "You said: first", "second"), said, strict=True)] == [True] * 3
    shown = [event["response"]["previous_response_id"] for event in events if "response" in event]
    assert set(shown) == {first["id"]}


def test_warnings_are_in_the_metadata_beside_the_client_s_own(gateway: Running):
    with opened(gateway) as connection:
        connection.send(create(presence_penalty=1, metadata={"theirs": "stays"}))
        events = heard(connection)
        connection.send(create())
        assert heard(connection)[-1]["response"]["metadata"] == {}
    shown = [event["response"]["metadata"] for event in events if "response" in event]
    assert len(shown) >= 2
    assert all(each["theirs"] == "stays" for each in shown)
    for each in shown:
        told = {name: line.split("; ")[:2] for name, line in each.items() if name != "theirs"}
        assert told == {
            "modelruntime_warning_1": ["dropped", "presence_penalty"],
            "modelruntime_warning_2": ["dropped", "metadata"],
        }


def test_warnings_take_the_room_that_the_client_left():
    full = {str(number): "x" for number in range(15)}
    assert _with_warnings(full, ["one", "two"]) == {**full, "modelruntime_warning_1": "one"}
    assert _with_warnings({}, ["one", "two"]) == {"modelruntime_warning_1": "one", "modelruntime_warning_2": "two"}
    more = {str(number): "x" for number in range(17)}
    assert _with_warnings(more, ["one"]) == more


@pytest.mark.parametrize(
    "path, key, status", [("/v1/responses", "mr_no.key", 401), ("/v1/chat/completions", KEY, 404), ("/health/live", KEY, 404)]
)
def test_a_connection_is_refused_with_an_answer(gateway: Running, path: str, key: str, status: int):
    with pytest.raises(InvalidStatus) as raised, opened(gateway, path, key):
        pass
    answer = raised.value.response
    assert answer.status_code == status
    assert json.loads(answer.body or b"")["error"]["code"] in ("invalid_api_key", "not_found")


@pytest.mark.parametrize(
    "message, status, param",
    [
        ("no json", 400, "body"),
        ("[]", 400, "type"),
        ('{"type": "response.cancel"}', 400, "type"),
        (create(background=True), 400, "background"),
        (create(generate=False), 400, "generate"),
        (create(temperature=9), 400, "temperature"),
        (create(model="sim/nobody"), 404, None),
        (create(previous_response_id="resp_elsewhere"), 400, "previous_response_id"),
    ],
)
def test_an_error_is_told_and_the_connection_stays(gateway: Running, message: str, status: int, param: str | None):
    with opened(gateway) as connection:
        connection.send(message)
        (event,) = heard(connection)
        assert (event["type"], event["status"], event["error"]["param"]) == ("error", status, param)
        connection.send(create())
        assert heard(connection)[-1]["type"] == "response.completed"


def test_a_client_that_leaves_ends_the_call(gateway: Running, vendor: OpenAISimulator):
    vendor.gate = threading.Event()
    idle = gateway.tasks()
    with opened(gateway) as connection:
        connection.send(create())
        assert json.loads(connection.recv(10))["type"] == "response.created"
    assert gateway.kept.settled.wait(5)
    vendor.gate.set()
    assert gateway.kept.records[-1].code == "client_closed_request"
    assert wait_until(lambda: gateway.tasks() == idle)


def test_an_answer_under_way_is_brought_to_its_end_before_the_server_ends(gateway: Running, vendor: OpenAISimulator):
    vendor.gate = threading.Event()
    with opened(gateway) as connection, opened(gateway) as silent:
        connection.send(create())
        assert json.loads(connection.recv(10))["type"] == "response.created"
        gateway.stop()
        with pytest.raises(ConnectionClosed):
            silent.recv(10)
        vendor.gate.set()
        assert heard(connection)[-1]["type"] == "response.completed"
        with pytest.raises(ConnectionClosed) as raised:
            connection.recv(10)
    assert raised.value.rcvd is not None
    assert raised.value.rcvd.code == 1012
