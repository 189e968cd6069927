"""The playground's six parts."""

from __future__ import annotations

import base64
import re
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage

RECORD = {
    "id": "play_1",
    "seconds": 1.42,
    "first_token_seconds": 0.213,
    "status": 200,
    "usage": {"input": {"total": 31}, "output": {"total": 128}},
    "cost": {"total": "0.00042", "currency": "USD"},
    "warnings": ["seed was dropped"],
}


def wave(seconds: float = 0.2) -> bytes:
    frames = struct.pack("<h", 0) * int(8000 * seconds)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(frames), b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", len(frames)
    )
    return head + frames


RESULTS: dict[str, list[tuple[str, Any]]] = {
    "text-embedding": [("result", {"data": [{"embedding": [1, 0]}, {"embedding": [0.8, 0.6]}, {"embedding": [0, 1]}]})],
    "rerank": [("result", {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]})],
    "moderation": [
        (
            "result",
            {"results": [{"flagged": True, "categories": {"hate": True, "other": False}, "category_scores": {"hate": 0.93}}]},
        )
    ],
    "speech2text": [("result", {"text": "hello there", "segments": [{"start": 61.5, "end": 63, "text": "hello there"}]})],
    "tts": [("audio", {"media_type": "audio/wav", "data": base64.b64encode(wave()).decode()})],
}


@pytest.fixture
def talking(backend: Backend) -> Backend:
    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        yield "start", {"request_id": "play_1", "endpoint": kind}
        if kind == "llm":
            yield "chunk", {"choices": [{"delta": {"reasoning_content": "They greet me."}}]}
            for word in ("Hello ", "**world**", "\n\n```py\nx = 1\n```\n\n", "<img src=x onerror=alert(1)>", "end"):
                yield "chunk", {"choices": [{"delta": {"content": word}}]}
        yield from RESULTS.get(kind, [])
        yield "record", RECORD

    backend.events = events
    return backend


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")


def test_a_conversation_shows_reasoning_text_and_what_it_took(address: str, talking: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground")
    say(page, "hi")
    answer = page.get_by_role("article").last
    expect(answer.locator("strong")).to_have_text("world")
    expect(answer.locator("pre code")).to_have_text("x = 1\n")
    expect(answer.locator("img")).to_have_count(0)
    expect(answer.locator(".prose")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(answer).to_contain_text("first token 213 ms")
    expect(answer).to_contain_text("31 in · 128 out")
    expect(answer).to_contain_text("$0.00042")
    expect(answer).to_contain_text("seed was dropped")
    answer.get_by_text("Reasoning", exact=True).click()
    expect(answer.locator(".reasoning p")).to_be_visible()
    sent = talking.received[-1]["body"]
    assert sent["messages"] == [{"role": "user", "content": "hi"}]
    assert sent["stream"] is True
    say(page, "and now?")
    expect(page.get_by_role("article")).to_have_count(4)
    expect(page.get_by_role("article").last).to_contain_text("$0.00042")
    roles = [message["role"] for message in talking.received[-1]["body"]["messages"]]
    assert roles == ["user", "assistant", "user"]


def test_only_parameters_that_are_switched_on_are_sent(address: str, talking: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground")
    page.get_by_role("switch", name="Send Temperature").check()
    box = page.get_by_role("textbox", name="Temperature, value")
    box.fill("99")
    box.press("Enter")
    expect(box).to_have_value("2")
    page.get_by_role("slider", name="Temperature").press("ArrowLeft")
    expect(box).to_have_value("1.99")
    say(page, "hi")
    expect(page.get_by_role("article")).to_have_count(2)
    assert talking.received[-1]["body"]["temperature"] == 1.99
    assert "top_p" not in talking.received[-1]["body"]


def test_stopping_ends_the_call_and_keeps_what_came(address: str, backend: Backend, open_page: OpenPage) -> None:
    more = threading.Event()

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        yield "chunk", {"choices": [{"delta": {"content": "so far"}}]}
        more.wait(10)

    backend.events = events
    page = open_page(f"{address}playground")
    say(page, "hi")
    expect(page.get_by_role("article").last).to_contain_text("so far")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("article").last).to_contain_text("Stopped")
    more.set()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_a_failure_stands_where_the_answer_would(address: str, backend: Backend, open_page: OpenPage) -> None:
    backend.events = lambda kind, body: iter([("error", {"code": "rate_limited", "message": "too fast", "status": 429})])
    page = open_page(f"{address}playground")
    say(page, "hi")
    expect(page.get_by_role("alert")).to_contain_text("too fast")
    expect(page.get_by_role("alert")).to_contain_text("Wait a while")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("article")).to_have_count(2)


def test_embeddings_rerank_moderation(address: str, talking: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground?type=text-embedding")
    page.get_by_role("textbox", name="Texts, one on each line").fill("a\nb\nc")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("cell", name="0.80")).to_have_count(2)
    assert talking.received[-1]["body"]["input"] == ["a", "b", "c"]
    page.get_by_role("tab", name="Chat").focus()
    page.get_by_role("tab", name="Embedding").press("ArrowRight")
    expect(page.get_by_role("tab", name="Rerank")).to_be_focused()
    page.get_by_role("button", name="Run").click()
    items = page.get_by_role("list", name="Result").get_by_role("listitem")
    expect(items.first).to_contain_text("green tea with honey")
    expect(items.first).to_contain_text("was 2")
    expect(page.get_by_text("2 of 2 reach it")).to_be_visible()
    page.get_by_role("slider", name="Your threshold").press("ArrowRight")
    page.get_by_role("slider", name="Your threshold").press("End")
    expect(page.get_by_text("1 of 2 reach it")).to_be_visible()
    expect(items.last).to_have_class("below")
    picker = page.get_by_role("combobox", name="Compare with")
    picker.fill("cosine")
    picker.press("Enter")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Agreement of the two orders: 1.00")).to_be_visible()
    expect(items.first).to_contain_text("1 of local/use-cosine")
    asked = {each["body"]["model"] for each in talking.received[-2:]}
    assert len(asked) == 2
    assert "local/use-cosine" in asked
    page.get_by_role("tab", name="Moderation").click()
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_text("Flagged").first).to_be_visible()
    expect(page.get_by_text("0.930")).to_be_visible()
    expect(page.get_by_text("above your threshold")).to_be_visible()
    page.get_by_role("slider", name="Your threshold").press("End")
    expect(page.get_by_text("0 of 1 reach it")).to_be_visible()
    expect(page.get_by_text("above your threshold")).to_have_count(0)


def test_speech_and_transcription(address: str, talking: Backend, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(f"{address}playground?type=tts")
    page.get_by_role("button", name="Speak").click()
    expect(page.get_by_role("link", name="Download")).to_have_attribute("download", "speech.wav")
    assert page.locator("audio").evaluate("audio => audio.readyState >= 0")
    page.get_by_role("tab", name="Speech to text").click()
    file = tmp_path / "hello.wav"
    file.write_bytes(wave())
    page.get_by_label("Audio file").set_input_files(file)
    page.get_by_role("button", name="Transcribe").click()
    expect(page.locator(".transcript")).to_have_text("hello there")
    expect(page.get_by_role("button", name="1:01")).to_be_visible()


def test_a_microphone_records(address: str, talking: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground?type=speech2text", permissions=["microphone"])
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    page.get_by_role("button", name="Stop recording").click()
    page.get_by_role("button", name="Transcribe").click()
    expect(page.locator(".transcript")).to_have_text("hello there")


def test_a_model_is_picked_without_a_mouse_and_one_without_credentials_leads_to_them(
    address: str, talking: Backend, open_page: OpenPage
) -> None:
    page = open_page(f"{address}playground")
    picker = page.get_by_role("combobox", name="Model")
    picker.focus()
    before = picker.input_value()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(picker).not_to_have_value(before)
    assert "model=local%2F" in page.url
    page.keyboard.type("claude")
    option = page.get_by_role("option").first
    expect(option).to_have_attribute("aria-disabled", "true")
    expect(option).to_contain_text("Needs credentials")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert "configure=" in page.url


LIMITS = {"requests_per_minute": 60, "tokens_per_minute": None, "concurrent": None, "budget": None}


def test_a_key_gets_the_right_to_delete_models_by_a_switch(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}keys")
    page.get_by_role("button", name="New key").click()
    switch = page.get_by_role("switch", name="May delete models")
    expect(switch).not_to_be_checked()
    expect(switch).to_have_accessible_description(re.compile("gone for good"))
    switch.check()
    page.get_by_role("textbox", name="Name").fill("Owner")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row", name="Owner")).to_contain_text("May delete models")
    assert backend.received[-1]["body"] == {"name": "Owner", "models": [], "may_delete_models": True}


def test_keys_are_made_shown_once_and_revoked(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_role("textbox", name="Name").fill("Batch")
    page.get_by_role("textbox", name="Requests per minute").fill("60")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("it is not shown again")).to_be_visible()
    text = page.locator(".made code").inner_text()
    assert text.startswith("mr-")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row", name="Batch")).to_contain_text("Valid")
    assert text not in page.content()
    assert backend.received[-1]["body"] == {"name": "Batch", "models": [], "limits": LIMITS}
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="Batch")).to_contain_text("Revoked")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove Batch").click()
    expect(page.get_by_text("No keys yet")).to_be_visible()
