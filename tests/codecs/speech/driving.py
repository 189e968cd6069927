"""What the tests of the speech vendors' codecs share."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from modelruntime.codecs.operation import Done, Send
from modelruntime.entities.http import HttpRequest, HttpResponse

MP3 = b"\xff\xfb\x90\x00" + bytes(100)


def result_of(operation: Any, *replies: HttpResponse) -> Any:
    """The result after these replies; waits are not sat out."""
    step = operation.start()
    for reply in replies:
        if not isinstance(step, Send):
            step = operation.resume()
        assert isinstance(step, Send)
        step = operation.receive(reply)
    assert isinstance(step, Done)
    return step.result


def query_of(request: HttpRequest) -> list[tuple[str, str]]:
    """The query's names and values, in order."""
    return parse_qsl(urlsplit(request.url).query, keep_blank_values=True)


def form_of(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The fields of a form; a file is named `name!filename`."""
    boundary = dict(request.headers)["content-type"].partition("boundary=")[2].encode()
    found: list[tuple[str, bytes]] = []
    for part in (request.body or b"").split(b"--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = head.split(b'name="')[1].split(b'"')[0].decode()
        if b"filename=" in head:
            name += "!" + head.split(b'filename="')[1].split(b'"')[0].decode()
        found.append((name, content.removesuffix(b"\r\n")))
    return found


def heard(stream: Any, reply: HttpResponse, cuts: tuple[int, ...] = ()) -> bytes:
    """The audio of a streamed answer that comes in pieces."""
    if reply.head.status >= 300:
        raise stream.fail(reply)
    decoder = stream.decoder(reply.head)
    borders = [0, *sorted(cuts), len(reply.body)]
    pieces = [decoder.feed(reply.body[start:end]) for start, end in pairwise(borders)]
    return b"".join(chunk for piece in [*pieces, decoder.close()] for chunk in piece)
