"""The command line itself: help, exit codes, pipes, colours, interrupts."""

from __future__ import annotations

import os
import signal
import threading
from hashlib import sha256
from pathlib import Path

import pytest

import modelruntime as library
from modelruntime.cli.console import Console, padded, width_of
from modelruntime.cli.main import COMMANDS, build_parser
from modelruntime.cli.progress_bar import ProgressBar
from tests.cli.terminal import Command, process, run_process, terminal
from tests.engines.file_server import file_server
from tests.simulators.openai_family import OpenAISimulator

NAMES = [
    *("providers", "models", "form", "validate", "chat", "embed", "rerank", "transcribe", "speak", "moderate"),
    *("pull", "local", "local list", "local remove", "provider", "provider new", "provider lint", "provider test", "demo", "serve"),
    *("catalogue", "catalogue refresh", "catalogue status", "catalogue reset"),
    *("keys", "keys new", "keys list", "keys revoke", "keys rotate", "keys verify", "keys drop", "keys export", "keys import"),
    *("keys abandon", "backup", "doctor"),
]


def test_the_names_here_are_all_commands_there_are() -> None:
    parser = build_parser()
    assert {name.split()[0] for name in NAMES} == {module.__name__.rpartition(".")[2] for module in COMMANDS}
    assert parser.epilog == "Start with: modelruntime demo"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(modelruntime: Command, name: str) -> None:
    outcome = modelruntime(*name.split(), "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"usage: modelruntime {name}")
    if name not in ("local", "provider", "catalogue", "keys"):
        assert "--json" in outcome.out


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["local"], ["models", "--what"], ["chat", "sim", "hi", "--timeout", "soon"]]
)
def test_a_wrong_command_line_exits_2_with_usage(modelruntime: Command, arguments: list[str]) -> None:
    outcome = modelruntime(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("usage: modelruntime")


def test_the_version(modelruntime: Command) -> None:
    assert modelruntime("--version").out == f"modelruntime {library.__version__}\n"


def test_a_process_of_its_own_exits_with_the_code(home: Path) -> None:
    good = run_process("chat", "sim", stdin="你好".encode())
    assert (good.code, good.out) == (0, "You said: 你好\n")
    assert run_process("chat", "sim/", "hi").code == 1
    assert run_process("nonsense").code == 2


def test_letters_that_the_output_cannot_show_do_not_break_the_command(home: Path) -> None:
    outcome = run_process("chat", "sim", stdin="你好".encode(), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert outcome.code in (0, 1)
    assert "Traceback" not in outcome.err
    listed = run_process("providers", "--language", "zh_Hans", PYTHONIOENCODING="ascii")
    assert (listed.code, "Traceback" in listed.err) == (0, False)


@pytest.mark.parametrize("arguments", [["models"], ["models", "--json"], ["chat", "sim", "word " * 9_000]])
def test_a_reader_that_has_gone_is_no_error(home: Path, arguments: list[str]) -> None:
    with process(*arguments) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        err = started.stderr.read().decode()
        assert (started.wait(60), err) == (0, "")


def test_piped_output_has_no_escapes(home: Path) -> None:
    for arguments in (["models"], ["moderate", "sim", "bad"], ["models", "--type", "chat"]):
        outcome = run_process(*arguments, TERM="xterm")
        assert "\x1b" not in outcome.out + outcome.err


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_colours_unless_told_otherwise(home: Path, environment: dict[str, str], coloured: bool) -> None:
    with terminal("moderate", "sim", "a bad text", **environment) as screen:
        code, shown = screen.end()
    assert code == 0
    assert ("\x1b[31mflagged" in shown) is coloured


def test_json_has_no_escapes_on_a_terminal_either(home: Path) -> None:
    with terminal("models", "--type", "chat", "--json") as screen:
        code, shown = screen.end()
    assert code == 1
    assert "\x1b" not in shown


def test_an_interrupt_ends_a_running_answer_with_130(home: Path, vendor: OpenAISimulator) -> None:
    vendor.gate = threading.Event()
    vendor.streaming.clear()
    try:
        with process("chat", "sim", "Hello there") as started:
            assert vendor.streaming.wait(60)
            assert started.stdout is not None
            assert os.read(started.stdout.fileno(), 3) == b"You"
            started.send_signal(signal.SIGINT)
            out, err = started.communicate(timeout=60)
    finally:
        vendor.gate.set()
        vendor.gate = None
    assert started.returncode == 130
    assert err.decode() == "interrupted\n"
    assert b"Traceback" not in out


LOCAL = """\
extends: local
models:
  - model: tiny
    model_type: llm
    engine: llama_cpp
    model_properties: {{mode: chat, pull_profiles: [tiny]}}
    files:
      - name: tiny.gguf
        sha256: {sha256}
        size: {size}
        license: CC0-1.0
        sources: [{{url: "{url}/tiny.gguf"}}]
"""


@pytest.fixture
def tiny(home: Path) -> bytes:
    """The bytes of a local model that an overlay declares; tests serve them."""
    return bytes(range(256)) * 4096


def declare(home: Path, data: bytes, url: str) -> None:
    folder = home / "providers" / "tiny"
    folder.mkdir()
    (folder / "provider.yaml").write_text(LOCAL.format(sha256=sha256(data).hexdigest(), size=len(data), url=url), "utf-8")


def test_pull_list_remove(modelruntime: Command, home: Path, tiny: bytes) -> None:
    with file_server() as server:
        server.files["/tiny.gguf"] = tiny
        declare(home, tiny, server.url)
        shown = modelruntime("pull", "tiny", "--list")
        assert "local/tiny" in shown.out
        assert "1.0 MB" in shown.out
        assert not server.requests
        pulled = modelruntime("pull", "tiny", "--json")
        again = modelruntime("pull", "local/tiny")
    assert pulled.code == 0
    assert pulled.json == {"pulled": ["local/tiny: tiny.gguf"], "present": [], "failed": []}
    assert "\r" not in pulled.err
    assert again.out == "0 files pulled, 1 already here (1.0 MB in all)\n"
    assert [row["model"] for row in modelruntime("local", "list", "--json").json] == ["tiny"]
    assert "tiny" in modelruntime("local", "list").out
    removed = modelruntime("local", "remove", "tiny", "--json").json
    assert removed == {"removed": ["local/tiny"], "freed": len(tiny)}
    assert modelruntime("local", "list").out == "nothing is pulled yet; run: modelruntime pull\n"
    assert modelruntime("local", "remove", "tiny").code == 1


def test_a_pull_that_fails_exits_1_and_names_each_source(modelruntime: Command, home: Path, tiny: bytes) -> None:
    with file_server() as server:
        server.files["/tiny.gguf"] = tiny[:-1] + b"!"
        declare(home, tiny, server.url)
        outcome = modelruntime("pull", "tiny", "--json")
    assert outcome.code == 1
    assert [failure["file"] for failure in outcome.json["failed"]] == ["tiny.gguf"]
    assert modelruntime("local", "list", "--json").json == []


def test_nothing_by_that_name_can_be_pulled(modelruntime: Command) -> None:
    outcome = modelruntime("pull", "standart")
    assert outcome.code == 1
    assert "did you mean 'standard'" in outcome.err


def test_an_interrupted_pull_exits_130_and_a_second_one_ends_it(home: Path, tiny: bytes) -> None:
    with file_server() as server:
        server.files["/tiny.gguf"] = tiny
        server.pause = True
        declare(home, tiny, server.url)
        with process("pull", "tiny") as started:
            assert server.half_sent.wait(60)
            started.send_signal(signal.SIGINT)
            _, err = started.communicate(timeout=60)
        server.resume.set()
        server.pause = False
        assert started.returncode == 130
        assert err.decode().endswith("interrupted\n")
        assert "Traceback" not in err.decode()
        assert list((home / "data").rglob("*.gguf")) == []
        assert run_process("pull", "tiny").code == 0
    assert [path.read_bytes() for path in (home / "data").rglob("tiny.gguf")] == [tiny]


def test_progress_is_drawn_on_a_terminal(home: Path, tiny: bytes) -> None:
    with file_server() as server:
        server.files["/tiny.gguf"] = tiny
        declare(home, tiny, server.url)
        with terminal("pull", "tiny") as screen:
            code, shown = screen.end()
    assert code == 0
    assert "100%  1.0 MB of 1.0 MB" in shown


def test_progress_elsewhere_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    bar = ProgressBar()
    for done in range(0, 101, 10):
        bar.show("model.gguf", done, 100)
    bar.end()
    assert capsys.readouterr().err == "model.gguf …\n"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("模型", 4), ("ﾊﾝ", 2), ("e\u0301", 1), ("", 0), ("a模b", 4)])
def test_width_counts_columns(text: str, width: int) -> None:
    assert width_of(text) == width
    assert width_of(padded(text, 10)) == 10


def test_an_error_after_half_a_line_begins_on_a_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.piece("half an ans")
    console.fail("the vendor went away", kind="ConnectionFailed", details=("a detail",))
    captured = capsys.readouterr()
    assert captured.out == "half an ans\n"
    assert captured.err == "error: the vendor went away\n  a detail\n"


def test_a_folder_that_cannot_be_written_is_a_sentence(modelruntime: Command, home: Path) -> None:
    (home / "file").write_text("", "utf-8")
    outcome = modelruntime("provider", "new", "acme", "--directory", str(home / "file"))
    assert outcome.code == 1
    assert outcome.err.startswith("error: ")
    assert len(outcome.err.splitlines()) == 1


def test_the_module_runs_without_the_installed_script(home: Path) -> None:
    assert run_process("--version").out == f"modelruntime {library.__version__}\n"
