"""Pages of other people that embed the elements, over the built `embed.js`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts.console import HOSTS

from modelruntime.console.assets import DIST

PLAIN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>{head}
<script type="module" src="/embed.js"></script></head><body><main><h1>Host</h1>{body}</main></body></html>"""

HOSTILE = """<style>
* { font-family: cursive !important; letter-spacing: 4px !important; color: red !important; text-transform: uppercase !important;
    box-sizing: content-box !important; line-height: 3 !important }
input, button, select { display: none !important; border: 9px dotted lime !important }
</style>"""

FOLDERS = (DIST, HOSTS / "dist")
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"


@contextmanager
def hosting(pages: dict[str, str], policy: str | None = None) -> Iterator[str]:
    """Serve `{path: text}` and the built scripts, also those of hosts with a framework, on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            file = next((path for folder in FOLDERS if (path := folder / self.path.lstrip("/")).is_file()), None)
            if page is not None:
                self._answer(page.encode(), "text/html; charset=utf-8")
            elif file is not None:
                self._answer(file.read_bytes(), "text/javascript" if file.suffix == ".js" else "application/octet-stream")
            elif self.path == "/favicon.ico":
                self._answer(b"", "image/x-icon")
            else:
                self.send_error(404)

        def _answer(self, body: bytes, media_type: str) -> None:
            self.send_response(200)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(body)))
            if policy:
                self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def plain(body: str, head: str = "") -> str:
    """A page of plain HTML."""
    return PLAIN.format(head=head, body=body)


def fixture_names(folder: Path) -> list[str]:
    """The names of the files of fixtures in a folder."""
    return sorted(path.stem for path in folder.glob("*.json"))
