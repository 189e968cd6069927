"""What an exchange without faults looks like, the same for every transport."""

from __future__ import annotations

import gzip
import io
import threading
import zlib

import pytest

from modelruntime.entities.errors import ParameterInvalid, ServerUnavailable, StreamIncomplete
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.stored_bytes import FileBody, StoredBytes
from tests.simulators.raw_server import CHUNKED, JSON, Await, RawServer, answer, chunk
from tests.transports.drivers import Drivers

GZIP = gzip.compress(b"hello " * 100)


def get(server: RawServer) -> HttpRequest:
    return HttpRequest("GET", server.url)


def post(server: RawServer, body: bytes = b"{}", *headers: tuple[str, str]) -> HttpRequest:
    return HttpRequest("POST", server.url, (("content-type", "application/json"), *headers), body)


def test_the_request_arrives_as_it_was_given(drivers: Drivers):
    with RawServer() as server:
        response = drivers(user_agent="us/1").send(post(server, b'{"a":1}', ("authorization", "Bearer x"), ("x-two", "é")))
        assert (response.head.status, response.body) == (200, b'{"ok":true}')
        assert response.head.header("content-type") == "application/json"
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        line, *fields = head.split(b"\r\n")
        assert line == b"POST /v1/x?key=CANARY-QUERY HTTP/1.1"
        assert body == b'{"a":1}'
        assert sorted(field.lower() for field in fields) == sorted(
            [
                f"host: 127.0.0.1:{server.port}".encode(),
                b"content-type: application/json",
                b"authorization: bearer x",
                "x-two: é".encode(),
                b"user-agent: us/1",
                b"accept-encoding: gzip, deflate",
                b"content-length: 7",
            ]
        )
        drivers.close()
        assert server.all_closed()


def test_a_stream_asks_for_no_compression_unless_told(drivers: Drivers):
    with RawServer() as server:
        driver = drivers()
        driver.open(post(server)).read()
        driver.open(post(server, b"{}", ("accept-encoding", "gzip"))).read()
        assert b"accept-encoding: identity" in server.requests[0].lower()
        assert b"accept-encoding: gzip\r\n" in server.requests[1].lower()
        assert server.requests[1].lower().count(b"accept-encoding") == 1


def test_a_given_host_replaces_ours_and_a_given_length_is_not_believed(drivers: Drivers):
    with RawServer() as server:
        drivers().send(post(server, b"{}", ("host", "inner.test"), ("content-length", "99")))
        head = server.requests[0].lower()
        assert b"host: inner.test\r\n" in head
        assert head.count(b"host:") == 1
        assert b"content-length: 2\r\n" in head
        assert head.count(b"content-length") == 1


@pytest.mark.parametrize("method,has_length", [("POST", True), ("PATCH", True), ("GET", False)])
def test_no_body_is_said_where_a_body_is_usual(drivers: Drivers, method: str, has_length: bool):
    with RawServer() as server:
        drivers().send(HttpRequest(method, server.url))
        assert (b"content-length: 0" in server.requests[0].lower()) is has_length


def test_a_large_body_goes_out_whole(drivers: Drivers):
    body = bytes(range(256)) * 12_000
    with RawServer() as server:
        drivers().send(post(server, body))
        assert server.requests[0].partition(b"\r\n\r\n")[2] == body


def test_a_body_goes_out_of_a_file_and_again_from_its_beginning(drivers: Drivers):
    data = bytes(range(256)) * 4_000
    body = FileBody(b"before", StoredBytes(io.BytesIO(data), len(data), "a"), b"after")
    with RawServer((JSON,), (JSON, "close")) as server:
        driver = drivers()
        for _ in range(2):
            driver.send(HttpRequest("POST", server.url, file_body=body))
        for head, _, sent in (request.partition(b"\r\n\r\n") for request in server.requests):
            assert b"content-length: %d\r\n" % len(body) in head.lower() + b"\r\n"
            assert b"transfer-encoding" not in head.lower()
            assert sent == b"before" + data + b"after"


def test_a_connection_is_used_again(drivers: Drivers):
    with RawServer((JSON,), (CHUNKED, chunk(b"x"), b"0\r\n\r\n"), (answer(b"", status="204 No Content"),), (JSON,)) as server:
        driver = drivers()
        for _ in range(4):
            driver.send(post(server))
        driver.open(post(server)).read()
        assert server.connections == 1


@pytest.mark.parametrize(
    "script,expected",
    [
        pytest.param((JSON,), b'{"ok":true}', id="length"),
        pytest.param((CHUNKED, chunk(b"ab"), chunk(b"cd"), b"0\r\n\r\n"), b"abcd", id="chunked"),
        pytest.param((CHUNKED + b"2;x=y\r\nab\r\n0\r\nT: v\r\n\r\n",), b"ab", id="extension-and-trailer"),
        pytest.param((b"HTTP/1.1 200 OK\r\n\r\nto the end", "close"), b"to the end", id="until-close"),
        pytest.param((b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", "close"), b"ab", id="http-1.0"),
        pytest.param((b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + JSON,), b'{"ok":true}', id="interim"),
        pytest.param((b"HTTP/1.1 204 No Content\r\n\r\n",), b"", id="204"),
        pytest.param((b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",), b"", id="no-reason"),
        pytest.param((answer(GZIP, "Content-Encoding: gzip"),), b"hello " * 100, id="gzip"),
        pytest.param((answer(GZIP + GZIP, "Content-Encoding: gzip"),), b"hello " * 200, id="gzip-members"),
        pytest.param((answer(zlib.compress(b"zz"), "Content-Encoding: deflate"),), b"zz", id="deflate"),
        pytest.param((answer(zlib.compress(b"zz")[2:-4], "Content-Encoding: deflate"),), b"zz", id="raw-deflate"),
        pytest.param((answer(b"plain", "Content-Encoding: identity"),), b"plain", id="identity"),
    ],
)
def test_every_framing_and_encoding_reads_whole(drivers: Drivers, script: tuple[bytes, ...], expected: bytes):
    with RawServer(script) as server:
        driver = drivers()
        assert driver.send(post(server)).body == expected
        assert driver.open(post(server)).read() == expected
        drivers.close()
        assert server.all_closed()


def test_head_has_no_body_whatever_its_length_says(drivers: Drivers):
    with RawServer((b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",)) as server:
        driver = drivers()
        for _ in range(2):
            assert driver.send(HttpRequest("HEAD", server.url)).body == b""
        assert server.connections == 1


@pytest.mark.parametrize("status", ["301 Moved", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_an_answer_and_is_not_followed(drivers: Drivers, status: str):
    with RawServer((answer(b"", "Location: http://169.254.169.254/", status=status),)) as server:
        response = drivers().send(post(server, b"{}", ("authorization", "Bearer x")))
        assert response.head.status == int(status[:3])
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 429, 500, 529])
def test_a_failed_status_is_an_answer(drivers: Drivers, status: int):
    with RawServer((answer(b"no", "Retry-After: 1", status=f"{status} No"),)) as server:
        driver = drivers()
        response = driver.send(post(server))
        assert (response.head.status, response.head.header("retry-after"), response.body) == (status, "1", b"no")
        assert driver.open(post(server)).read() == b"no"


def test_the_first_chunk_comes_at_once(drivers: Drivers):
    go = threading.Event()
    with RawServer((CHUNKED + chunk(b"first"), Await(go), chunk(b"second") + b"0\r\n\r\n")) as server:
        reply = drivers().open(post(server))
        assert reply.next() == b"first"
        go.set()
        assert reply.next() == b"second"
        assert reply.next() is None


def test_the_head_comes_before_any_body(drivers: Drivers):
    go = threading.Event()
    with RawServer((CHUNKED, Await(go), chunk(b"x") + b"0\r\n\r\n")) as server:
        reply = drivers().open(post(server))
        assert reply.head.status == 200
        go.set()
        assert reply.read() == b"x"


def test_a_reply_that_was_read_can_be_closed_and_read_again(drivers: Drivers):
    with RawServer() as server:
        reply = drivers().open(post(server))
        assert reply.read() == b'{"ok":true}'
        assert reply.read() == b""
        reply.close()
        reply.close()
        assert server.connections == 1


def test_a_closed_reply_says_that_it_is_cut(drivers: Drivers):
    with RawServer((CHUNKED + chunk(b"first"), "stall")) as server:
        reply = drivers().open(post(server))
        reply.close()
        with pytest.raises(StreamIncomplete):
            reply.read()


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip\r\nContent-Encoding: deflate"])
def test_an_encoding_nobody_asked_for_is_refused(drivers: Drivers, encoding: str):
    with RawServer((answer(b"xx", f"Content-Encoding: {encoding}"),), (JSON,)) as server:
        driver = drivers()
        with pytest.raises(ServerUnavailable) as caught:
            driver.send(post(server))
        assert caught.value.code == "protocol"
        assert driver.send(post(server)).head.status == 200


@pytest.mark.parametrize(
    "headers", [(("x", "a\r\nEvil: 1"),), (("x", "a\nb"),), (("x\r\ny", "a"),), (("x", "a\0"),), (("x y", "a"),)]
)
def test_a_header_that_would_break_out_is_refused_before_anything_is_sent(drivers: Drivers, headers: tuple[tuple[str, str], ...]):
    with RawServer() as server:
        with pytest.raises(ParameterInvalid) as caught:
            drivers().send(post(server, b"{}", *headers))
        assert caught.value.field == "headers"
        assert server.requests == []


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "http:/x", "x", "http://", "http://u:CANARY@x/", "http://x:99999/", "http://x:y/", "http://a b/", "http://[::1/"],
)
def test_a_url_that_leads_nowhere_is_refused_without_showing_it(drivers: Drivers, url: str):
    with pytest.raises(ParameterInvalid) as caught:
        drivers().send(HttpRequest("GET", url))
    assert caught.value.field == "url"
    assert "CANARY" not in str(caught.value)


def test_a_path_beyond_ascii_is_quoted_and_a_quoted_one_kept(drivers: Drivers):
    with RawServer() as server:
        base = f"http://127.0.0.1:{server.port}"
        drivers().send(HttpRequest("GET", f"{base}/模 型/a%2Fb?q=é%20#frag"))
        assert server.requests[0].split(b"\r\n")[0] == b"GET /%E6%A8%A1%20%E5%9E%8B/a%2Fb?q=%C3%A9%20 HTTP/1.1"
