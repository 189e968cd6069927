"""Record what a real Xinference server answers to the scenarios of tests/peers_slow/scenarios.py.

Run it from the checkout, after scripts/xinference.sh: `python scripts/record_xinference.py`. It starts the server, performs
each scenario once through the blocking runtime, and writes tests/peers/recorded/xinference/<scenario>.json: the requests
(without headers, so without keys), the answers, and an outline of what they were decoded to.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.peers.client import Client  # noqa: E402
from tests.peers_slow.run_scenario import run_scenario  # noqa: E402
from tests.peers_slow.scenarios import SCENARIOS, outline, runtime_arguments  # noqa: E402
from tests.peers_slow.xinference import XinferenceServer, running_xinference  # noqa: E402

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead  # noqa: E402
from modelruntime.transports.blocking import BlockingTransport  # noqa: E402
from modelruntime.transports.contract import Reply, Timeouts, TransportOptions  # noqa: E402

TARGET = ROOT / "tests" / "peers" / "recorded" / "xinference"
LONG_BODY = 4000
"""Bytes of a request from which it is kept by its length alone."""


class RecordingTransport:
    """Passes everything on, and keeps what passes."""

    def __init__(self) -> None:
        self._inner = BlockingTransport(TransportOptions(trust_env=False))
        self.exchanges: list[dict[str, Any]] = []

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        """Whole."""
        response = self._inner.send(request, timeouts)
        self._keep(request, response.head, response.body.decode())
        return response

    def open(self, request: HttpRequest, timeouts: Timeouts) -> Reply:
        """Streamed."""
        reply = self._inner.open(request, timeouts)
        return _Tee(reply, self._keep(request, reply.head, ""))

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _keep(self, request: HttpRequest, head: ResponseHead, body: str) -> dict[str, Any]:
        sent = request.body or b""
        kept: dict[str, Any] = {
            "method": request.method,
            "path": urlsplit(request.url).path,
            "request": json.loads(sent) if sent and len(sent) < LONG_BODY else None,
            "request_bytes": len(sent),
            "status": head.status,
            "content_type": dict(head.headers).get("content-type"),
            "body": body,
        }
        self.exchanges.append(kept)
        return kept


class _Tee:
    """An open answer whose pieces are kept as they are read."""

    def __init__(self, reply: Reply, kept: dict[str, Any]) -> None:
        self.head = reply.head
        self._reply = reply
        self._kept = kept

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._reply.chunks():
            self._kept["body"] += chunk.decode()
            yield chunk

    def close(self) -> None:
        self._reply.close()


def main() -> None:
    """Record every scenario."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_xinference(Path(folder)) as server:
        for name, scenario in SCENARIOS.items():
            transport = RecordingTransport()
            client = Client("sync", transport=transport, **runtime_arguments(server.address, server.key))
            result = run_scenario(client, scenario)
            scenario.check(result)
            recording = {"exchanges": transport.exchanges, "decoded": outline(result)}
            text = json.dumps(recording, ensure_ascii=False, indent=1)
            (TARGET / f"{name}.json").write_text(_without_this_machine(text, server) + "\n")
            print(f"{name}: {len(transport.exchanges)} exchanges, {len(text)} characters")


def _without_this_machine(text: str, server: XinferenceServer) -> str:
    """The same text with no folder of this machine, no key, and no port but one."""
    for folder in server.folders:
        text = text.replace(folder, "/data")
    assert server.key not in text
    return text.replace(server.address, "http://127.0.0.1:9997")


if __name__ == "__main__":
    main()
