"""A gateway under test beside vendors that misbehave and one that is well, and what must hold after every call."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from modelruntime.entities.secret import Secret
from modelruntime.runtime.call_record import CallRecord
from modelruntime.store.configuration import Configuration, Route, RouteTarget, StoredCredential
from modelruntime.transports.contract import TransportOptions
from tests.faults.gateway.client import OPENAI_CLIENT, Seen
from tests.faults.gateway.fault import Setup
from tests.faults.gateway.other_wire import well
from tests.faults.gateway.wire import CANARY
from tests.gateway.serving import Running, configuration, serving
from tests.simulators.raw_server import BlackHole, RawServer, closed_port

_CODECS = {"openai": "openai_chat", "anthropic": "anthropic_messages", "signed": "openai_chat"}
_SIGNED = """{aws_sigv4: {service: test, region: region, access_key_id: api_key, secret_access_key: api_key,
  session_token: token, role_arn: role}}"""
_FURTHER = """\
  text-embedding: openai_embeddings
  rerank: rerank
  speech2text: openai_transcriptions
  tts: openai_speech
  moderation: openai_moderations
"""
_MODELS = """\
  - {model: vectors, model_type: text-embedding, model_properties: {context_size: 512, max_chunks: 8}}
  - {model: ranks, model_type: rerank, model_properties: {context_size: 512}}
  - {model: ears, model_type: speech2text, model_properties: {supported_file_extensions: "wav,mp3", file_upload_limit: 25}}
  - model: mouth
    model_type: tts
    model_properties: {default_voice: ann, audio_type: wav, voices: [{mode: ann, name: Ann, language: [en-US]}]}
  - {model: judge, model_type: moderation}
"""


def declaration(provider: str, wire: str) -> str:
    """A vendor of that family."""
    types = "[llm, text-embedding, rerank, speech2text, tts, moderation]" if wire == "openai" else "[llm]"
    return f"""\
provider: {provider}
label: {{en_US: Vendor}}
icon_small: {{en_US: icon.svg}}
help: {{title: {{en_US: Get a key}}, url: {{en_US: https://vendor.example/keys}}}}
supported_model_types: {types}
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: API key}}}}
    - {{variable: base_url, type: text-input, required: true, format: url, label: {{en_US: URL}}}}
    - {{variable: region, type: text-input, required: false, default: eu-west-1, label: {{en_US: Region}}}}
    - {{variable: token, type: text-input, required: false, label: {{en_US: Session}}}}
    - {{variable: role, type: text-input, required: false, label: {{en_US: Role}}}}
codec:
  llm: {_CODECS[wire]}
{_FURTHER if wire == "openai" else ""}endpoint: "{{base_url}}"
auth: {_SIGNED if wire == "signed" else "{bearer: api_key}"}
models:
  - model: m
    model_type: llm
    model_properties: {{mode: chat, context_size: 8192}}
    features: [tool-call, stream-tool-call]
    parameter_rules:
      - {{name: max_tokens, use_template: max_tokens, max: 4096}}
    pricing: {{input: "1.00", output: "2.00", per: 1M tokens, currency: USD}}
{_MODELS if wire == "openai" else ""}"""


DECLARATIONS = (*(declaration(f"ill-{wire}", wire) for wire in _CODECS), declaration("well", "openai"))
ALLOWED_HEADERS = frozenset(
    (
        *("content-type", "content-length", "transfer-encoding", "connection", "cache-control", "x-accel-buffering"),
        *("retry-after", "x-request-id", "x-modelruntime-model", "x-modelruntime-warning", "x-modelruntime-cache"),
    )
)
"""All that a client may ever see; nothing of a vendor's head is passed on."""


LOOPBACK = ("127.0.0.0/8", "::1/128")
"""What an operator would allow stored credentials to name; row 42 allows the healthy vendor alone."""


class Vendor(Protocol):
    """Where requests go."""

    port: int

    @property
    def requests(self) -> list[bytes]: ...
    def all_closed(self, seconds: float = 1.0) -> bool: ...


class Nobody:
    """An address without a server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[bytes] = []

    def all_closed(self, seconds: float = 1.0) -> bool:
        return True


class Source:
    """A configuration that a test swaps."""

    def __init__(self) -> None:
        self.configuration = configuration()

    def current(self) -> Configuration:
        return self.configuration


@dataclass
class Bench:
    """One running gateway. `ill` and `backup` are the names under which a misbehaving vendor stands alone and with a backup."""

    running: Running
    source: Source
    well: RawServer
    idle_tasks: int
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def configure(self, wire: str, base_url: str, model: str = "m", **changes: Any) -> None:
        """Let the vendor of that family be found there. The credential is a new one each time: health is no inheritance."""
        number = next(self.numbers)
        found = {f"ill-{wire}": base_url, "well": f"http://127.0.0.1:{self.well.port}/v1"}
        credentials = tuple(
            StoredCredential(id=f"{name}-{number}", provider=name, values={"api_key": Secret(CANARY), "base_url": url})
            for name, url in found.items()
        )
        targets = (RouteTarget(f"ill-{wire}/{model}"), RouteTarget(f"well/{model}"))
        routes = {"backup": Route("backup", targets), **changes.pop("routes", {})}
        aliases = {"alone": f"ill-{wire}/{model}"}
        config = configuration(revision=f"r{number}", credentials=credentials, routes=routes, aliases=aliases, **changes)
        self.source.configuration = config

    def new_id(self) -> str:
        """A request id."""
        return f"t-{next(self.numbers)}"

    def on_loop(self, work: Callable[[], Any]) -> Any:
        """What a function gives on the gateway's loop."""

        async def run() -> Any:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self.running.loop).result(5)

    def begin(self) -> None:
        """Forget what was."""
        kept = self.running.kept
        kept.records.clear()
        kept.admitted = kept.given_back = 0
        kept.settled.clear()

    def record(self, seconds: float = 5.0) -> CallRecord:
        """The one record of the one call, its lease given back."""
        kept = self.running.kept
        assert kept.settled.wait(seconds), "no record was kept"
        assert kept.admitted == kept.given_back == len(kept.records) == 1, kept
        (record,) = kept.records
        attempts = [attempt.id for attempt in record.attempts]
        assert len(set(attempts)) == len(attempts)
        return record

    def nothing_left(self) -> None:
        """No task, no connection of a client, no busy connection to a vendor: within a second."""
        assert eventually(lambda: self.running.tasks() <= self.idle_tasks), "a task was left behind"
        assert eventually(lambda: self.on_loop(self._clients) == 0), "a client's connection was left open"
        assert eventually(lambda: self.busy() == 0), "a connection to a vendor was left busy"

    def works(self, model: str = "well/m") -> None:
        """The next request is answered."""
        seen = OPENAI_CLIENT.ask(self.running.address, model, stream=False, request_id=self.new_id())
        assert (seen.status, OPENAI_CLIENT.text(seen, False)) == (200, "Hello there"), seen

    def connections(self) -> list[Any]:
        """The clients' connections, as the server's protocols. To be asked on its loop."""
        return list(self.running.server._server.server_state.connections)

    def _clients(self) -> int:
        return len(self.connections())

    def busy(self) -> int:
        """How many connections to vendors are in use."""
        found: int = self.on_loop(self._busy)
        return found

    def _busy(self) -> int:
        world: Any = self.running.gateway.plane.base.world
        transports = [transport for transport in (world._transport, world._wary) if transport is not None]
        pools = [pool for transport in transports for pool, _ in transport._pools._owned.values()]
        return sum(pool._slots._count - sum(map(len, pool._slots._idle.values())) for pool in pools)


def eventually(holds: Callable[[], bool], seconds: float = 1.0) -> bool:
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    never = threading.Event()
    while not holds():
        if time.monotonic() > end:
            return False
        never.wait(0.002)
    return True


def is_clean(seen: Seen) -> None:
    """Nothing of a vendor's shows: no header, no key."""
    assert set(seen.headers) <= ALLOWED_HEADERS, seen.headers
    assert b"CANARY" not in seen.body
    assert "CANARY" not in json.dumps(seen.headers)


@contextmanager
def bench(setup: Setup, well: RawServer, compiled: str, ca_file: str, **options: Any) -> Iterator[Bench]:
    """A gateway as a row wants it."""
    source = Source()
    transport = TransportOptions(
        max_response_bytes=setup.max_response_bytes,
        guard_allow_stored=(f"127.0.0.1:{well.port}",) if setup.guard else LOOPBACK,
        trust_env=False,
        ca_file=ca_file,
    )
    runtime = {
        "documents": list(DECLARATIONS),
        "environ": {"MODELRUNTIME_CACHE": compiled},
        "timeouts": setup.timeouts,
        "transport_options": transport,
    }
    with serving(runtime, source=source, **options) as running:
        made = Bench(running, source, well, 0)
        made.configure("openai", f"http://127.0.0.1:{well.port}/v1")
        made.works()
        assert eventually(lambda: made.on_loop(made._clients) == 0)
        made.idle_tasks = running.tasks()
        yield made


def healthy() -> RawServer:
    """A vendor that is well."""
    return RawServer(well)


class Reserved:
    """A port on which nobody listens, kept from others."""

    def __enter__(self) -> Nobody:
        return Nobody(closed_port())

    def __exit__(self, *_: object) -> None:
        pass


class Unanswered(BlackHole):
    """An address that does not answer at all."""

    requests: list[bytes] = []  # noqa: RUF012 (nobody adds any)

    def all_closed(self, seconds: float = 1.0) -> bool:
        return True


def connect(running: Running, data: bytes = b"") -> socket.socket:
    """A client's socket, with something said."""
    sock = socket.create_connection(running.address, timeout=20)
    sock.sendall(data)
    return sock
