"""The chat's tools, schemas, files, edits, and what goes over the wire."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import CHAT, Operated

FILES = {"vision", "document", "audio", "video"}
CODER = "qwen2.5-coder-0.5b-instruct"
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
RECORD = {"id": "play_1", "seconds": 1.4, "status": 200, "usage": {"input": {"total": 3}, "output": {"total": 5}}}


def chunk(**delta: Any) -> tuple[str, Any]:
    return "chunk", {"choices": [{"delta": delta}]}


def called(name: str, arguments: str, identifier: str = "t1") -> dict[str, Any]:
    return {"index": 0, "id": identifier, "function": {"name": name, "arguments": arguments}}


@pytest.fixture
def answering(backend: Backend) -> Backend:
    """A model that calls the first tool that it is given, follows a schema wrongly, and else repeats what it was told last."""

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        last = body["messages"][-1]
        yield "start", {"request_id": "play_1", "endpoint": "/v1/chat/completions"}
        if body.get("tools") and last["role"] == "user":
            name = body["tools"][0]["function"]["name"]
            yield chunk(tool_calls=[called(name, '{"city":')])
            yield chunk(tool_calls=[{"index": 0, "function": {"arguments": ' "Oslo"}'}}])
        elif body.get("response_format"):
            yield chunk(content='{"city": "Oslo", "degrees": "cold"}')
        else:
            yield chunk(content=f"heard {last['content'] if isinstance(last['content'], str) else len(last['content'])}")
        yield "record", RECORD

    backend.events = events
    return backend


def model_with(backend: Backend, has: set[str], lacks: set[str]) -> str:
    """The address of the chat with a usable model that has these features and lacks those."""
    found = (info for info in backend.infos if str(info.model_type) == "llm")
    info = next(each for each in found if has <= set(each.features or ()) and not lacks & set(each.features or ()))
    backend.stored["c1"] = {"id": "c1", "provider": info.provider, "enabled": True, "active": True}
    return f"playground?model={info.provider}/{info.model}"


def write(page: Page, option: str, text: str) -> Locator:
    """Open an option of the conversation and fill it."""
    page.get_by_role("button", name=option).click()
    box = page.get_by_role("textbox", name=option)
    box.fill(text)
    return box


def sent(backend: Backend) -> dict[str, Any]:
    body: dict[str, Any] = [each["body"] for each in backend.received if "/invoke/" in each["path"]][-1]
    return body


def say(page: Page, text: str) -> None:
    """Once what was asked before is answered whole: until then nothing is sent."""
    expect(page.locator("article[aria-busy=true]")).to_have_count(0)
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")


def test_a_tool_call_takes_a_made_up_answer_and_the_run_goes_on(address: str, answering: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground?model=local/{CODER}")
    box = write(page, "Tools", '[{"name": "two words"}]')
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Tool 1 needs a name")).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("weather?")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    page.get_by_role("button", name="Put in an example").press("Enter")
    expect(page.get_by_role("button", name="Tools in use")).to_be_visible()
    page.get_by_role("textbox", name="Message").press("Enter")
    expect(page.get_by_role("region", name="Arguments of weather")).to_have_text('{\n  "city": "Oslo"\n}')
    assert sent(answering)["tools"][0]["function"]["name"] == "weather"
    answer = page.get_by_role("textbox", name="What weather answers")
    answer.fill('{"degrees": 4}')
    answer.press("Control+Enter")
    expect(page.get_by_role("article").last).to_contain_text('heard {"degrees": 4}')
    roles = [message["role"] for message in sent(answering)["messages"]]
    assert roles == ["user", "assistant", "tool"]
    call = sent(answering)["messages"][1]["tool_calls"][0]
    assert (call["id"], call["function"]["arguments"]) == ("t1", '{"city": "Oslo"}')
    assert sent(answering)["messages"][2] == {"role": "tool", "tool_call_id": "t1", "content": '{"degrees": 4}'}


def test_an_answer_is_held_to_its_schema_and_code_has_colours(address: str, answering: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground?model=local/{CODER}")
    write(page, "Answer as JSON", '{"type": "objekt"}')
    expect(page.get_by_text('/type does not fit "objekt"')).to_be_visible()
    page.get_by_role("button", name="Put in an example").click()
    say(page, "how cold is it?")
    article = page.get_by_role("article").last
    expect(article).to_contain_text("The answer does not follow the schema.")
    expect(article).to_contain_text('/degrees does not fit type: "number"')
    expect(article.locator(".hl-name").first).to_have_text('"city"')
    wanted = sent(answering)["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert wanted["schema"]["required"] == ["city", "degrees"]


def test_what_a_model_does_not_declare_is_not_offered(address: str, answering: Backend, open_page: OpenPage) -> None:
    page = open_page(address + model_with(answering, set(), {*FILES, "tool-call", "structured-output"}))
    expect(page.get_by_text("This model declares no images, documents or sound.")).to_be_visible()
    page.get_by_role("button", name="Answer as JSON").click()
    expect(page.get_by_text("This model does not declare structured output")).to_be_visible()
    page.get_by_role("button", name="Tools").click()
    expect(page.get_by_text("This model does not declare tool calls")).to_be_visible()


def test_files_are_picked_dropped_and_pasted_where_the_model_sees_them(
    address: str, answering: Backend, open_page: OpenPage
) -> None:
    page = open_page(address + model_with(answering, {"vision"}, FILES - {"vision"}))
    page.get_by_label("Add files").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PIXEL})
    expect(page.get_by_role("img", name="a.png")).to_be_visible()
    page.get_by_label("Add files").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
    expect(page.get_by_role("alert")).to_contain_text("does not declare: ")
    for kind, name in (("drop", "b.png"), ("paste", "c.png")):
        page.get_by_role("textbox", name="Message").evaluate(
            """(box, [kind, name, text]) => {
                const data = new DataTransfer();
                const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
                data.items.add(new File([bytes], name, {type: "image/png"}));
                const given = {bubbles: true, cancelable: true, [kind === "drop" ? "dataTransfer" : "clipboardData"]: data};
                box.dispatchEvent(kind === "drop" ? new DragEvent(kind, given) : new ClipboardEvent(kind, given));
            }""",
            [kind, name, base64.b64encode(PIXEL).decode()],
        )
        expect(page.get_by_role("img", name=name)).to_be_visible()
    page.get_by_role("button", name="Remove b.png").click()
    say(page, "what is it?")
    expect(page.get_by_role("article").last).to_contain_text("heard 3")
    parts = sent(answering)["messages"][0]["content"]
    assert [part["type"] for part in parts] == ["image_url", "image_url", "text"]
    assert base64.b64decode(parts[0]["image_url"]["url"].partition(",")[2]) == PIXEL
    expect(page.get_by_role("article").first.get_by_role("img", name="c.png")).to_be_visible()
    expect(page.get_by_role("list", name="Files of the message")).to_have_count(0)


def test_what_was_said_is_edited_and_asked_anew(address: str, answering: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground")
    say(page, "one")
    expect(page.get_by_role("article").last).to_contain_text("heard one")
    say(page, "two")
    expect(page.get_by_role("article").last).to_contain_text("heard two")
    page.get_by_role("button", name="Edit").first.press("Enter")
    editor = page.get_by_role("textbox", name="Edit")
    editor.fill("three")
    editor.press("Control+Enter")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").last).to_contain_text("heard three")
    assert sent(answering)["messages"] == [{"role": "user", "content": "three"}]


def test_request_response_stream_and_code_are_a_click_away(address: str, answering: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}playground")
    page.get_by_role("textbox", name="Message").fill("hi")
    page.get_by_text("Request, response and code").click()
    shown = page.locator("mr-wire pre")
    expect(shown).to_contain_text('"content": "hi"')
    page.get_by_role("textbox", name="Message").press("Enter")
    expect(page.get_by_role("article").last).to_contain_text("heard hi")
    page.get_by_role("tab", name="Request").press("ArrowRight")
    expect(page.get_by_role("tab", name="Response")).to_be_focused()
    expect(shown).to_contain_text('"seconds": 1.4')
    page.keyboard.press("ArrowRight")
    expect(shown).to_contain_text('event: chunk\ndata: {"choices":[{"delta":{"content":"heard hi"}}]}')
    page.keyboard.press("ArrowRight")
    expect(shown).to_contain_text("curl … # local/")
    asked = next(each["body"] for each in answering.received if each["path"].endswith("/snippets"))
    assert asked["request"]["messages"] == [{"role": "user", "content": "hi"}]
    assert asked["model_type"] == "llm"


def test_a_tool_and_a_schema_go_through_the_gateway_and_its_code_reads_the_key_from_outside(
    gateway: Operated, open_page: OpenPage
) -> None:
    page = open_page(f"{gateway.address}playground?model={CHAT}", **gateway.profile)
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Put in an example").click()
    say(page, "weather?")
    expect(page.get_by_role("region", name="Arguments of weather")).to_contain_text("Oslo")
    page.get_by_role("button", name="Answer and go on").click()
    expect(page.get_by_role("article", name=CHAT).last).to_contain_text("ok")
    page.get_by_role("button", name="Tools in use").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    write(page, "Answer as JSON", '{"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}')
    say(page, "hello")
    expect(page.get_by_text("The answer follows the schema.")).to_be_visible()
    page.get_by_text("Request, response and code").click()
    page.get_by_role("tab", name="Code").click()
    code = page.locator("mr-wire pre")
    expect(code).to_contain_text("Bearer $MODELRUNTIME_KEY")
    expect(code).to_contain_text("weather?")
    page.get_by_role("button", name="Python, modelruntime").click()
    expect(code).to_contain_text("output={'type': 'object'")
    expect(code.locator(".hl-word").first).to_have_text("from")
