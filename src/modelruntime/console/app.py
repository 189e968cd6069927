"""The console as an ASGI application: built files, and the start page for every other path.

It needs no Node and no build to be imported; without a build it serves one page that says how to make one. It may be mounted
anywhere: the start page gets the path it is served under as its `<base>`, and its files are named relative to that.
"""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

from modelruntime.console.assets import EMBED, FRAME, INDEX, Asset, Assets, accepted_codings, etag_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[str, str]]

FRAMED = "embed/"
"""Below it the pages that hosts on the list may show in a frame."""
BUILD_COMMAND = "python scripts/console.py build"
BASE = b'<base href="./" />'
ORIGINS = b'<meta name="frame-origins" content="" />'
"""Where the frame's page finds the origins it may talk to."""

_NOT_BUILT = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The console is not built</title>
<h1>The console is not built</h1>
<p>This installation has no console pages. In a checkout of the source run <code>{BUILD_COMMAND}</code> (it needs Node 20.19 or
newer), then reload this page. An installed package carries them. The gateway itself works without.</p>
</html>
"""


class Console:
    """Serves the console under `prefix` (`/console/` by default; always with both slashes).

    `frame_origins` are the origins, as a browser writes them (`https://host.example`), whose pages may show `/console/embed/…` in a
    frame and talk to it; no origin may show the rest.
    """

    def __init__(self, assets: Assets | None = None, *, prefix: str = "/console/", frame_origins: Sequence[str] = ()) -> None:
        self._assets = assets or Assets()
        self._prefix = f"/{prefix.strip('/')}/" if prefix.strip("/") else "/"
        self._frame_origins = tuple(frame_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; anything else is none of ours."""
        if scope["type"] != "http":
            raise NotImplementedError("the console speaks HTTP only")
        root = str(scope.get("root_path", "")).rstrip("/")
        path = str(scope["path"])
        path = path.removeprefix(root) if root and path.startswith(f"{root}/") else path
        head = scope["method"] == "HEAD"
        if not head and scope["method"] != "GET":
            await _answer(send, 405, [("allow", "GET, HEAD"), ("content-type", "text/plain")], b"GET or HEAD, please\n")
        elif path + "/" == self._prefix:
            await _answer(send, 308, [("location", root + self._prefix)], b"")
        elif not path.startswith(self._prefix):
            await _answer(send, 404, [("content-type", "text/plain")], b"there is no such page\n")
        else:
            await self._serve(path.removeprefix(self._prefix), root + self._prefix, scope, send, head=head)

    async def _serve(self, name: str, base: str, scope: Scope, send: Send, *, head: bool) -> None:
        accepted = accepted_codings(_header(scope, b"accept-encoding"))
        asset = None if name in (INDEX, FRAME) else self._assets.find(name, accepted)
        if asset is not None:
            await self._file(name, asset, scope, send, head=head)
        elif name.startswith("assets/") or name == EMBED:
            # An old page asks for a file of an older build: a page in its place would only confuse it.
            await _answer(send, 404, [("content-type", "text/plain"), ("cache-control", "no-store")], b"there is no such file\n")
        else:
            await self._page(name, base, scope, send, head=head)

    async def _file(self, name: str, asset: Asset, scope: Scope, send: Send, *, head: bool) -> None:
        hashed = name.startswith("assets/")
        headers: Headers = [
            ("content-type", asset.media_type),
            ("cache-control", "public, max-age=31536000, immutable" if hashed else "no-cache"),
            ("etag", asset.etag),
            ("vary", "accept-encoding"),
            ("x-content-type-options", "nosniff"),
        ]
        if asset.encoding:
            headers.append(("content-encoding", asset.encoding))
        if hashed or name == EMBED:  # module scripts of a page of another origin
            headers += [("access-control-allow-origin", "*"), ("cross-origin-resource-policy", "cross-origin")]
        await _conditional(send, scope, headers, asset.body, asset.etag, head=head)

    async def _page(self, name: str, base: str, scope: Scope, send: Send, *, head: bool) -> None:
        framing = self._frame_origins if name.startswith(FRAMED) else ()
        asset = self._assets.find(FRAME if name.startswith(FRAMED) else INDEX, {})
        ahead = () if name.startswith(FRAMED) else self._assets.ahead(name.split("/")[0])
        body = _NOT_BUILT.encode() if asset is None else _placed(asset.body, base, framing, ahead)
        etag = etag_of(body)
        headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-cache"),
            ("etag", etag),
            *_protections(framing),
        ]
        await _conditional(send, scope, headers, body, etag, head=head, status=503 if asset is None else 200)


def _placed(page: bytes, base: str, frame_origins: Iterable[str], ahead: Iterable[str]) -> bytes:
    """The page with what only the server knows: where it stands, who may frame it, what it will import."""
    links = "".join(f'<link rel="modulepreload" crossorigin href="./{html.escape(name)}" />' for name in ahead)
    origins = f'<meta name="frame-origins" content="{html.escape(" ".join(frame_origins))}" />'
    placed = page.replace(BASE, f'<base href="{html.escape(base)}" />'.encode()).replace(ORIGINS, origins.encode())
    return placed.replace(b"</head>", links.encode() + b"</head>")


def _protections(frame_origins: Iterable[str]) -> Headers:
    """What a page may do: its own files and API, nothing inline, nobody's frame but those of the list."""
    ancestors = " ".join(frame_origins) or "'none'"
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
        f"connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
    )
    return [
        ("content-security-policy", policy),
        ("permissions-policy", "microphone=(self), camera=(), geolocation=()"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ]


def _header(scope: Scope, name: bytes) -> str:
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


async def _conditional(
    send: Send, scope: Scope, headers: Headers, body: bytes, etag: str, *, head: bool, status: int = 200
) -> None:
    known = {word.strip().removeprefix("W/") for word in _header(scope, b"if-none-match").split(",")}
    if status == 200 and (etag in known or "*" in known):
        await _answer(send, 304, [pair for pair in headers if pair[0] not in ("content-type", "content-encoding")], None)
    else:
        await _answer(send, status, headers, body, head=head)


async def _answer(send: Send, status: int, headers: Headers, body: bytes | None, *, head: bool = False) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    if body is not None:
        raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if head or body is None else body})
