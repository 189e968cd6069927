"""A large upload goes from the client's socket to the vendor's without being held: memory grows by less than a sixth of it."""

from __future__ import annotations

import hashlib
import json
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.gateway.serving import KEY, serving
from tests.simulators.openai_family import DECLARATION
from tests.simulators.openai_family import KEY as VENDOR_KEY

MIB = 2**20
SIZE = 24 * MIB
GROWTH = 4 * MIB
HEAD = (
    b'--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nsim/sim-ear\r\n'
    b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
)
TAIL = b"\r\n--b--\r\n"
FIRST = b"RIFF\0\0\0\0WAVE"


class _Sink(ThreadingHTTPServer):
    """Reads and forgets; busy the second time it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[int, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Sink
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        left = size = int(self.headers["Content-Length"])
        digest = hashlib.sha1(usedforsecurity=False)
        while left:
            piece = self.rfile.read(min(left, 65536))
            digest.update(piece)
            left -= len(piece)
        self.server.seen.append((size, digest.hexdigest()))
        busy = len(self.server.seen) == 2
        body = json.dumps({"error": {"message": "busy"}} if busy else {"text": "heard"}).encode()
        self.send_response(503 if busy else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def sink() -> Iterator[_Sink]:
    server = _Sink()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _form(size: int) -> Iterator[bytes]:
    silence = bytes(MIB)
    yield HEAD + FIRST
    for _ in range(size // MIB):
        yield silence
    yield TAIL


def _ask(address: tuple[str, int], recording: int) -> tuple[int, bytes]:
    connection = HTTPConnection(*address, timeout=60)
    size = len(HEAD) + len(FIRST) + recording + len(TAIL)
    headers = {"authorization": f"Bearer {KEY}", "content-type": "multipart/form-data; boundary=b", "content-length": str(size)}
    connection.request("POST", "/v1/audio/transcriptions", _form(recording), headers)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_a_large_upload_is_not_held_and_a_second_try_begins_at_its_beginning():
    with sink() as vendor:
        credentials = {"sim": {"api_key": VENDOR_KEY, "base_url": f"http://127.0.0.1:{vendor.server_address[1]}/v1"}}
        with serving({"documents": [DECLARATION], "credentials": credentials}) as gateway:
            assert _ask(gateway.address, 0)[0] == 200  # what is loaded once is loaded
            tracemalloc.start()
            try:
                before = tracemalloc.get_traced_memory()[0]
                status, body = _ask(gateway.address, SIZE)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
    assert (status, json.loads(body)["text"]) == (200, "heard")
    _, first, second = vendor.seen
    assert first == second
    assert first[0] > SIZE
    assert peak - before < GROWTH
