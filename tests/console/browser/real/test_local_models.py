"""All six model types in the browser, on real weights and with no key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.admin.serving import Served
from tests.console.browser.conftest import ARGUMENTS, browser_program
from tests.console.browser.real.conftest import Door, OpenConsole

pytestmark = pytest.mark.local

SPOKEN = "All six model types are running on this machine."
PATIENCE = 60_000
"""Milliseconds: weights are loaded with the first call."""


def opened(open_console: OpenConsole, kind: str, model: str) -> Page:
    page = open_console(f"playground?type={kind}&model=local%2F{model}")
    page.set_default_timeout(PATIENCE)
    return page


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_a_chat_streams_and_says_what_it_took(open_console: OpenConsole) -> None:
    page = opened(open_console, "llm", "smollm2-135m-instruct")
    box = page.get_by_role("textbox", name="Max Tokens, value")
    box.fill("12")
    box.press("Enter")
    page.get_by_role("textbox", name="Message").fill("Say hello.")
    page.keyboard.press("Enter")
    answer = page.get_by_role("article").last
    expect(answer).to_contain_text(re.compile(r"\d+ in · ([1-9]|1[0-2]) out"), timeout=PATIENCE)
    expect(answer).to_contain_text("first token")
    assert answer.locator("mr-markdown").inner_text().strip(), "a model of this size may well answer in pictures"


def test_texts_that_mean_the_same_lie_close(open_console: OpenConsole) -> None:
    page = opened(open_console, "text-embedding", "use-multilingual-v3")
    page.get_by_role("textbox", name="Texts, one on each line").fill("good morning\n早上好\nthe stock market fell")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("512 dimensions")).to_be_visible(timeout=PATIENCE)
    first = page.locator(".heat tbody tr").first.get_by_role("cell").all_inner_texts()
    itself, translated, other = (float(cell) for cell in first)
    assert itself == pytest.approx(1, abs=0.01)
    assert translated > other + 0.2


def test_what_answers_the_query_comes_first(open_console: OpenConsole) -> None:
    page = opened(open_console, "rerank", "use-cosine")
    page.get_by_role("textbox", name="Query").fill("a warm drink")
    page.get_by_role("textbox", name="Documents").fill("a red car\nthe history of porcelain\nhot chocolate")
    page.get_by_role("button", name="Run").click()
    found = page.get_by_role("list", name="Result").get_by_role("listitem")
    expect(found.first).to_contain_text("hot chocolate", timeout=PATIENCE)
    expect(found).to_have_count(3)


@pytest.mark.parametrize(
    "text, verdict", [("Have a nice day.", "Nothing found"), ("You are a stupid idiot, I hate you.", "Flagged")]
)
def test_an_insult_is_told_from_a_greeting(text: str, verdict: str, open_console: OpenConsole) -> None:
    page = opened(open_console, "moderation", "tox-use")
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_role("status").filter(has_text=verdict)).to_be_visible(timeout=PATIENCE)


@pytest.fixture(scope="module")
def spoken(chromium: Browser, door: Door, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the speech model says in the browser, as the file that a person would download."""
    context = chromium.new_context(locale="en-US", storage_state=door.signed_in, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{door.console}playground?type=tts&model=local%2Fhibari")
    page.get_by_role("textbox", name="Text").fill(SPOKEN)
    page.get_by_role("button", name="Speak").click()
    expect(page.locator(".waveform")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    file = tmp_path_factory.mktemp("speech") / download.value.suggested_filename
    download.value.save_as(file)
    context.close()
    return file


def test_a_voice_is_heard_again_from_its_file(spoken: Path, open_console: OpenConsole) -> None:
    assert spoken.name == "speech.wav"
    page = opened(open_console, "speech2text", "whisper-base")
    page.get_by_label("Audio file").set_input_files(spoken)
    page.get_by_role("button", name="Transcribe").click()
    expect(page.locator(".transcript")).to_be_visible(timeout=PATIENCE)
    assert words(SPOKEN) <= words(page.locator(".transcript").inner_text())
    expect(page.get_by_role("button", name="0:00")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="SRT").click()
    assert download.value.path().read_text("utf-8").startswith("1\n00:00:0")


@pytest.fixture
def talking(chromium: Browser, spoken: Path) -> Iterator[Browser]:
    """A browser whose microphone hears the voice, over and over."""
    arguments = [*ARGUMENTS, f"--use-file-for-fake-audio-capture={spoken}"]
    launched = chromium.browser_type.launch(executable_path=browser_program(), args=arguments)
    yield launched
    launched.close()


def test_a_voice_at_the_microphone_is_heard(talking: Browser, door: Door, gateway: Served) -> None:
    context = talking.new_context(locale="en-US", storage_state=door.signed_in, permissions=["microphone"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{door.console}playground?type=speech2text&model=local%2Fwhisper-base")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    # a recording lasts as long as what is said
    page.wait_for_function("began => performance.now() - began > 5000", arg=page.evaluate("performance.now()"))
    page.get_by_role("button", name="Stop recording").click()
    page.get_by_role("button", name="Transcribe").click()
    expect(page.locator(".transcript")).to_be_visible(timeout=PATIENCE)
    heard = words(page.locator(".transcript").inner_text())
    assert len(words(SPOKEN) & heard) >= 6, heard
    context.close()
