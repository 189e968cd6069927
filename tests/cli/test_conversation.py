"""`modelruntime chat` on a terminal: a conversation with streaming."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from tests.cli.terminal import process, terminal
from tests.simulators.openai_family import OpenAISimulator


def test_a_conversation_keeps_its_history_until_cleared(home: Path, vendor: OpenAISimulator) -> None:
    with terminal("chat", "sim", "-s", "Be brief.") as screen:
        assert "sim/sim-chat: write" in screen.expect("you> ")
        screen.type("first\n")
        screen.expect("You said: first")
        screen.expect("you> ")
        screen.type("second\n")
        screen.expect("You said: second")
        screen.expect("you> ")
        screen.type("/clear\n")
        screen.expect("you> ")
        screen.type("third\n")
        screen.expect("You said: third")
        screen.expect("you> ")
        screen.type("/quit\n")
        code, _ = screen.end()
    assert code == 0
    bodies = [body["messages"] for path, body in vendor.requests if path.endswith("/chat/completions")]
    assert [[message["content"] for message in body] for body in bodies] == [
        ["Be brief.", "first"],
        ["Be brief.", "first", "You said: first", "second"],
        ["Be brief.", "third"],
    ]


def test_an_answer_is_shown_while_it_comes(home: Path, vendor: OpenAISimulator) -> None:
    vendor.gate = threading.Event()
    try:
        with terminal("chat", "sim") as screen:
            screen.expect("you> ")
            screen.type("slowly\n")
            screen.expect("You ")
            assert not vendor.gate.is_set()
            vendor.gate.set()
            screen.expect("said: slowly")
            screen.expect("you> ")
            screen.type("\x04")
            assert screen.end()[0] == 0
    finally:
        vendor.gate.set()
        vendor.gate = None


def test_ctrl_c_stops_an_answer_and_then_ends_the_conversation(home: Path, vendor: OpenAISimulator) -> None:
    vendor.gate = threading.Event()
    try:
        with terminal("chat", "sim") as screen:
            screen.expect("you> ")
            screen.type("endless\n")
            screen.expect("You ")
            screen.type("\x03")
            screen.expect("stopped")
            screen.expect("you> ")
            screen.type("\x03\n")  # the line end wakes an input() that the signal came just before
            code, shown = screen.end()
    finally:
        vendor.gate.set()
        vendor.gate = None
    assert code == 0
    assert "Traceback" not in shown


def test_an_error_does_not_end_the_conversation(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_API_KEY", "sk-wrong-CANARY")
    with terminal("chat", "sim") as screen:
        screen.expect("you> ")
        screen.type("hi\n")
        shown = screen.expect("you> ")
        screen.type("\x04")
        assert screen.end()[0] == 0
    assert "error" in shown
    assert "CANARY" not in shown


@pytest.mark.local
def test_a_conversation_with_a_local_model(home: Path, local_home: str) -> None:
    with terminal(
        "chat", "local/smollm2-135m-instruct", "-p", "max_tokens=12", "-p", "temperature=0", MODELRUNTIME_HOME=local_home
    ) as screen:
        screen.expect("you> ")
        screen.type("What is the capital of France?\n")
        said = screen.expect("you> ", 120)
        screen.type("/quit\n")
        code, _ = screen.end()
    assert code == 0
    assert "error" not in said
    assert any(letter.isalpha() for letter in said.partition("France?")[2].removesuffix("you> "))


@pytest.mark.local
def test_an_interrupt_stops_a_local_model(home: Path, local_home: str) -> None:
    story = ("chat", "local/smollm2-135m-instruct", "Write a very long story.", "-p", "max_tokens=3000")
    with process(*story, MODELRUNTIME_HOME=local_home) as started:
        assert started.stdout is not None
        assert os.read(started.stdout.fileno(), 1)
        started.send_signal(signal.SIGINT)
        _, err = started.communicate(timeout=30)
    assert (started.returncode, err) == (130, b"interrupted\n")
