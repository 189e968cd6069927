"""The console's files as they go out, without a build: over a folder of the test's own."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from modelruntime.console.app import Console
from modelruntime.console.assets import Assets, accepted_codings

PAGE = b'<!doctype html><html><head><base href="./" /><script type="module" src="./assets/app-1.js"></script></head></html>'
FRAME = b'<!doctype html><html><head><base href="./" /><meta name="frame-origins" content="" /></head></html>'
SCRIPT = b"export const x = 1;" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "frame.html").write_bytes(FRAME)
    (tmp_path / "assets" / "app-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "app-1.js.br").write_bytes(b"brotli")
    (tmp_path / "assets" / "app-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "embed.js").write_bytes(b"embed")
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    return tmp_path


class Answer:
    def __init__(self, messages: list[Any]) -> None:
        self.status = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


async def ask(app: Console, path: str, *, method: str = "GET", root: str = "", **headers: str) -> Answer:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("there is no body to read")

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await app({"type": "http", "method": method, "path": path, "root_path": root, "headers": raw}, receive, send)
    return Answer(sent)


@pytest.fixture
def console(folder: Path) -> Console:
    return Console(Assets(folder), frame_origins=("https://host.example",))


@pytest.mark.parametrize("path", ["/console/", "/console/index.html", "/console/models", "/console/models/acme/model-4.1"])
async def test_every_path_that_is_no_file_is_the_start_page(console: Console, path: str) -> None:
    answer = await ask(console, path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert b'<base href="/console/" />' in answer.body


async def test_below_another_path_the_base_is_that_path(folder: Path) -> None:
    app = Console(Assets(folder), prefix="ui")
    answer = await ask(app, "/sub/ui/models", root="/sub")
    assert b'<base href="/sub/ui/" />' in answer.body
    moved = await ask(app, "/sub/ui", root="/sub")
    assert (moved.status, moved.headers["location"]) == (308, "/sub/ui/")
    assert (await ask(app, "/sub/other", root="/sub")).status == 404


async def test_behind_a_front_door_that_took_the_base_path_off(folder: Path) -> None:
    app = Console(Assets(folder))
    assert b'<base href="/models/console/" />' in (await ask(app, "/console/keys", root="/models")).body
    assert (await ask(app, "/console", root="/models")).headers["location"] == "/models/console/"


@pytest.mark.parametrize(
    ("path", "files"),
    [("models/acme/m", ["models-1.js", "table-1.js"]), ("", ["providers-1.js"]), ("nothing", ["providers-1.js"]), ("embed/x", [])],
)
async def test_a_page_is_told_at_once_what_it_will_import(folder: Path, path: str, files: list[str]) -> None:
    table = {"": ["assets/providers-1.js"], "models": ["assets/models-1.js", "assets/table-1.js"]}
    (folder / "ahead.json").write_text(json.dumps(table), "utf-8")
    page = (await ask(Console(Assets(folder), frame_origins=("https://host.example",)), f"/console/{path}")).body.decode()
    assert re.findall(r'<link rel="modulepreload" crossorigin href="\./assets/([^"]+)" />', page) == files
    assert "modulepreload" not in page.partition('<script type="module"')[0], "the first file is asked for first"


async def test_a_base_path_cannot_break_out_of_its_attribute(folder: Path) -> None:
    answer = await ask(Console(Assets(folder)), '/"><script>/console/', root='/"><script>')
    assert b'<base href="/&quot;&gt;&lt;script&gt;/console/" />' in answer.body


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("*;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
        ("br;q=oops", None),
    ],
)
async def test_the_best_coding_that_the_client_takes(console: Console, accepts: str, encoding: str | None) -> None:
    answer = await ask(console, "/console/assets/app-1.js", accept_encoding=accepts)
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    expected = {"br": b"brotli", "gzip": gzip.compress(SCRIPT), None: SCRIPT}[encoding]
    assert answer.body == expected
    assert answer.headers["content-length"] == str(len(expected))


async def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(console: Console) -> None:
    assert "immutable" in (await ask(console, "/console/assets/app-1.js")).headers["cache-control"]
    assert (await ask(console, "/console/icon.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/console/assets/app-1.js", "/console/", "/console/icon.svg"])
async def test_what_the_client_has_is_not_sent_again(console: Console, path: str) -> None:
    first = await ask(console, path, accept_encoding="gzip")
    again = await ask(console, path, accept_encoding="gzip", if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_each_coding_has_a_validator_of_its_own(console: Console) -> None:
    tags = {
        (await ask(console, "/console/assets/app-1.js", accept_encoding=coding)).headers["etag"] for coding in ("br", "gzip", "")
    }
    assert len(tags) == 3


@pytest.mark.parametrize(
    "path",
    ["/console/assets/app-0.js", "/console/assets/", "/console/assets/app-1.js.gz", "/console/assets/../../secret", "/other"],
)
async def test_a_file_of_an_older_build_is_gone_and_nothing_else_leaks(console: Console, path: str) -> None:
    assert (await ask(console, path)).status == 404


async def test_head_sends_no_body_and_other_methods_are_refused(console: Console) -> None:
    head = await ask(console, "/console/", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 0
    refused = await ask(console, "/console/", method="POST")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_pages_run_nothing_inline_and_stand_in_nobodys_frame(console: Console) -> None:
    policy = (await ask(console, "/console/")).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_a_frame_stands_in_pages_of_the_list_and_knows_it(folder: Path) -> None:
    app = Console(Assets(folder), frame_origins=("https://host.example", "http://other.example:8000"))
    framed = await ask(app, "/sub/console/embed/credential-form", root="/sub")
    assert framed.headers["content-security-policy"].endswith("frame-ancestors https://host.example http://other.example:8000")
    assert b'<meta name="frame-origins" content="https://host.example http://other.example:8000" />' in framed.body
    assert b'<base href="/sub/console/" />' in framed.body
    bare = await ask(Console(Assets(folder)), "/console/embed/credential-form")
    assert bare.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert b'content=""' in bare.body
    # By its file's name it is no page that a frame may show.
    assert "frame-ancestors 'none'" in (await ask(app, "/console/frame.html")).headers["content-security-policy"]


async def test_other_origins_may_load_the_embed_script(console: Console) -> None:
    embed = await ask(console, "/console/embed.js")
    assert embed.headers["access-control-allow-origin"] == "*"
    assert embed.headers["cache-control"] == "no-cache"
    assert (await ask(console, "/console/assets/app-1.js")).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await ask(console, "/console/")).headers


async def test_another_build_is_noticed_while_it_is_served(folder: Path) -> None:
    app = Console(Assets(folder))
    before = await ask(app, "/console/")
    assert (await ask(app, "/console/assets/app-1.js")).status == 200
    (folder / "assets" / "app-1.js").unlink()
    (folder / "assets" / "app-2.js").write_bytes(SCRIPT)
    (folder / "index.html").write_bytes(PAGE.replace(b"app-1", b"app-2") + b"\n")
    after = await ask(app, "/console/", if_none_match=before.headers["etag"])
    assert (after.status, b"app-2.js" in after.body) == (200, True)
    assert (await ask(app, "/console/assets/app-2.js")).status == 200
    assert (await ask(app, "/console/assets/app-1.js")).status == 404


async def test_what_a_build_takes_away_while_it_runs_is_gone_and_no_fault(folder: Path) -> None:
    app = Console(Assets(folder))
    (folder / "assets" / "app-1.js").unlink()
    assert (await ask(app, "/console/assets/app-1.js")).status == 404
    (folder / "index.html").unlink()
    assert (await ask(app, "/console/")).status == 503
    (folder / "index.html").write_bytes(PAGE)
    assert (await ask(app, "/console/")).status == 200


async def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    app = Console(Assets(tmp_path / "nothing"))
    answer = await ask(app, "/console/providers")
    assert answer.status == 503
    assert b"python scripts/console.py build" in answer.body
    assert (await ask(app, "/console/embed.js")).status == 404


def test_codings_with_weights() -> None:
    assert accepted_codings("gzip;q=0.5, BR , deflate;q=2, ,;q=1") == {"gzip": 0.5, "br": 1.0}
