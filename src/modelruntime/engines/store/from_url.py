"""Plain HTTP(S) downloads that go on where they stopped."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from modelruntime.engines.store.partial_file import PartialFile, read_chunks
from modelruntime.engines.store.progress import SourceFailed

CONNECT_SECONDS = 3.0
READ_SECONDS = 30.0


def download(url: str, partial: PartialFile, report: Callable[[int], None]) -> None:
    """GET `url` into `partial`, from the byte it stands at where the server allows ranges (RFC 9110, 14).

    The system's proxies are used. Connecting may take 3 s, silence between bytes 30 s.
    """
    if not url.startswith(("https://", "http://")):
        raise SourceFailed("only http and https addresses can be downloaded")
    partial.resumable = True
    resumed = partial.size > 0
    if partial.size < partial.file.size:
        _fetch(url, partial, report)
    try:
        partial.check()
    except SourceFailed:
        if not resumed or partial.size < partial.file.size:
            raise
        partial.restart()  # what an earlier try left may be at fault: once more from the start
        _fetch(url, partial, report)


def _fetch(url: str, partial: PartialFile, report: Callable[[int], None]) -> None:
    headers = {"User-Agent": "modelruntime", "Accept-Encoding": "identity"}
    if partial.size:
        headers["Range"] = f"bytes={partial.size}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is checked by the caller
    try:
        with _opener().open(request, timeout=CONNECT_SECONDS) as response:
            if partial.size and not _continues(response, partial.size):
                partial.restart()
            for data in read_chunks(response):
                partial.write(data)
                report(partial.size)
    except urllib.error.HTTPError as cause:
        cause.close()
        if cause.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and partial.size:
            partial.restart()
            return _fetch(url, partial, report)
        raise SourceFailed(f"HTTP {cause.code}") from cause
    except urllib.error.URLError as cause:
        raise SourceFailed(f"no connection ({cause.reason})") from cause
    except (OSError, http.client.HTTPException) as cause:
        raise SourceFailed(f"the connection broke after {partial.size} bytes ({type(cause).__name__})") from cause
    return None


def _continues(response: Any, offset: int) -> bool:
    return response.status == http.client.PARTIAL_CONTENT and str(response.headers.get("Content-Range", "")).startswith(
        f"bytes {offset}-"
    )


class _Http(http.client.HTTPConnection):
    """Quick to give up connecting, patient in reading."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_SECONDS)


class _Https(http.client.HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_SECONDS)


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Http, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Https, req)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_HttpHandler, _HttpsHandler)
