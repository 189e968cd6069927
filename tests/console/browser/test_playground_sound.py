"""Speech that is heard before its end, and voices that are recorded."""

from __future__ import annotations

import base64
import math
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

RATE = 8000
SEGMENTS = [{"start": 0, "end": 0.5, "text": "hello"}, {"start": 0.5, "end": 2, "text": "there"}]


def wave(seconds: float) -> bytes:
    """A tone that grows louder."""
    count = int(RATE * seconds)
    frames = b"".join(struct.pack("<h", int(20_000 * at / count * math.sin(at / 3))) for at in range(count))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(frames), b"WAVE", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", len(frames)
    )
    return head + frames


def audio(data: bytes) -> tuple[str, Any]:
    return "audio", {"media_type": "audio/wav", "data": base64.b64encode(data).decode()}


@pytest.fixture
def hearing(backend: Backend) -> Backend:
    backend.events = lambda kind, body: iter(
        [("result", {"text": "hello there", "segments": SEGMENTS}), ("record", {"id": "r", "seconds": 1, "status": 200})]
    )
    return backend


def test_speech_is_heard_before_its_end_and_drawn_after_it(address: str, backend: Backend, open_page: OpenPage) -> None:
    more = threading.Event()
    sound = wave(3)

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        yield audio(sound[:20])
        yield audio(sound[20:16_001])
        more.wait(10)
        yield audio(sound[16_001:])
        yield "record", {"id": "r", "seconds": 1, "status": 200, "usage": {"characters": 32}}

    backend.events = events
    page = open_page(f"{address}playground?type=tts")
    page.get_by_role("textbox", name="Text").press("Control+Enter")
    expect(page.get_by_text("Playing", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_count(0)
    page.get_by_role("button", name="Stop playing").press("Enter")
    expect(page.get_by_text("Playing", exact=True)).to_have_count(0)
    more.set()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    expect(page.locator("form")).to_contain_text("32 characters")
    expect(page.locator(".waveform path").first).to_have_attribute("d", re.compile("^M2 "))
    line = page.locator(".waveform path").first.get_attribute("d") or ""
    heights = [float(part.split("V")[1]) - 20 for part in line.split("M")[1:]]
    assert heights[5] < heights[80] < heights[155] <= 19
    box = page.locator(".waveform").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    assert page.locator("audio").evaluate("audio => audio.currentTime") == pytest.approx(1.5, abs=0.05)


def test_a_transcript_is_gone_through_by_its_times_and_saved_as_subtitles(
    address: str, hearing: Backend, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(f"{address}playground?type=speech2text")
    file = tmp_path / "hello.wav"
    file.write_bytes(wave(2))
    page.get_by_label("Audio file").set_input_files(file)
    expect(page.locator(".waveform path").first).to_have_attribute("d", re.compile("^M2 "))
    page.get_by_role("button", name="Transcribe").press("Enter")
    second = page.get_by_role("listitem").filter(has_text="there")
    second.get_by_role("button").press("Enter")
    expect(second).to_have_attribute("aria-current", "true")
    assert page.locator("audio").evaluate("audio => audio.currentTime") >= 0.5
    for kind, said in (("SRT", "00:00:00,500 --> 00:00:02,000\nthere"), ("VTT", "00:00:00.500 --> 00:00:02.000\nthere")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        assert said in download.value.path().read_text("utf-8")
        assert download.value.suggested_filename == f"transcript.{kind.lower()}"


def record(page: Page) -> None:
    page.get_by_role("button", name="Record").click()
    meter = page.locator("meter")
    expect(meter).to_be_visible()
    page.wait_for_function("meter => meter.value > 0.05", arg=meter.element_handle())
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("button", name="Transcribe")).to_be_enabled()


def test_a_recording_shows_its_level_and_comes_in_a_form_that_the_model_takes(
    address: str, hearing: Backend, open_page: OpenPage
) -> None:
    info = next(
        each
        for each in hearing.infos
        if str(each.model_type) == "speech2text" and "webm" not in each.model_properties.get("supported_file_extensions", "webm")
    )
    hearing.stored["c1"] = {"id": "c1", "provider": info.provider, "enabled": True, "active": True}
    page = open_page(f"{address}playground?type=speech2text&model={info.provider}/{info.model}", permissions=["microphone"])
    record(page)
    page.get_by_role("button", name="Transcribe").click()
    expect(page.locator(".transcript")).to_be_visible()
    assert b'filename="recording.wav"' in hearing.uploads[-1]
    assert b"RIFF" in hearing.uploads[-1]
    page.get_by_label("Microphone").select_option(index=1)
    record(page)


def test_a_microphone_that_is_not_to_be_had_is_told_with_what_to_do(address: str, hearing: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground?type=speech2text")
    for name, told in (
        ("NotAllowedError", "Allow the microphone"),
        ("NotFoundError", "No such microphone"),
        ("NotReadableError", "Another program"),
    ):
        page.evaluate("name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', name)) }", name)
        page.get_by_role("button", name="Record").click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        expect(page.get_by_label("Audio file")).to_be_enabled()
    page.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.get_by_role("tab", name="Speech", exact=True).click()
    page.get_by_role("tab", name="Speech to text").click()
    expect(page.get_by_text("Browsers open the microphone only")).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_have_count(0)
