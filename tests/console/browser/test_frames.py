"""Elements in a frame of another origin's page, which never sees a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import FrameLocator, Page, expect

from tests.console.backend import TOKEN, Backend, running
from tests.console.browser.conftest import OpenPage
from tests.console.browser.host import hosting

SECRET = "gsk-never-to-be-seen"
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,"></head><body>
<iframe title="Credentials" src="%s"></iframe>
<script>
  window.told = [];
  const frame = document.querySelector("iframe");
  window.say = (name, detail) => frame.contentWindow.postMessage({source: "modelruntime", name, detail}, "*");
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.data.source !== "modelruntime") return;
    window.told.push([event.data.name, event.data.detail, event.origin]);
    if (event.data.name === "height") frame.style.height = event.data.detail + "px";
    if (event.data.name === "token-wanted") window.say("token", "%s");
  });
</script></body></html>"""

SIBLING = """() => { const other = document.createElement("iframe"); document.body.append(other);
  const evil = {source: "modelruntime", name: "set", detail: {label: "Evil"}};
  other.contentWindow.eval(`parent.frames[0].postMessage(${JSON.stringify(evil)}, "*")`) }"""


@contextmanager
def framed(backend: Backend, view: str, *, listed: bool = True) -> Iterator[str]:
    """A page that shows the view of a gateway, which knows it or not."""
    pages: dict[str, str] = {}
    with hosting(pages) as host:
        backend.frame_origins = (host,) if listed else ("https://other.example",)
        with running(backend, "/sub") as console:
            pages["/"] = HOST % (f"{console}embed/{view}", TOKEN)
            yield host


def told(page: Page, name: str) -> list[Any]:
    return [detail for each, detail, _ in page.evaluate("window.told") if each == name]


def wait_for(page: Page, name: str) -> None:
    page.wait_for_function("name => window.told.some(([each]) => each === name)", arg=name)


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title]")


def test_credentials_are_filled_in_without_the_page_around_seeing_them(backend: Backend, open_page: OpenPage) -> None:
    with framed(backend, "credential-form?provider=groq&lang=en") as host:
        page = open_page(host)
        inside(page).locator("input[type=password]").fill(SECRET)
        inside(page).get_by_role("button", name="Validate and save").click()
        wait_for(page, "credential-saved")
        assert told(page, "credential-saved") == [{"provider": "groq"}]
        assert {"valid": True} in told(page, "credential-change")
        assert SECRET not in json.dumps(page.evaluate("window.told"))
        stored = next(each["body"] for each in backend.received if each["path"].endswith("/providers/groq/credentials"))
        assert stored["credentials"]["api_key"] == SECRET
        assert {origin for _, _, origin in page.evaluate("window.told")} == {page.frames[1].url.partition("/sub/")[0]}
        # As high as the form, so that nothing scrolls in it.
        overhang = page.frames[1].evaluate("document.documentElement.scrollHeight - innerHeight")
        assert overhang <= 0
        assert told(page, "height")[-1] > 150


def test_a_page_without_a_session_brings_a_token_of_its_own_backend(backend: Backend, open_page: OpenPage) -> None:
    backend.signed_in = False
    with framed(backend, "credential-form?provider=groq") as host:
        page = open_page(host, expect=("401",))
        inside(page).locator("input[type=password]").fill(SECRET)
        inside(page).get_by_role("button", name="Validate and save").click()
        wait_for(page, "credential-saved")
        assert [each["path"] for each in backend.received] == ["/sub/api/providers/groq/credentials"]


def test_a_picker_has_room_for_its_list_and_obeys_its_page_alone(backend: Backend, open_page: OpenPage) -> None:
    with framed(backend, "model-picker?type=llm&show-label&lang=en") as host:
        page = open_page(host)
        picker = inside(page).get_by_role("combobox", name="Model")
        picker.click()
        page.wait_for_function("() => document.querySelector('iframe').clientHeight > 350")
        expect(inside(page).get_by_role("option").nth(3)).to_be_in_viewport()
        picker.fill("smollm")
        picker.press("Enter")
        wait_for(page, "model-change")
        assert told(page, "model-change")[0]["value"].startswith("local/")
        page.wait_for_function("() => document.querySelector('iframe').clientHeight < 120")
        page.evaluate("say('set', {label: 'Chat model', client: null})")
        page.evaluate(SIBLING)
        page.evaluate("say('set', {lang: 'zh'})")
        expect(inside(page).get_by_placeholder("选择模型")).to_be_attached()
        expect(inside(page).get_by_role("combobox", name="Chat model")).to_be_visible()


def test_parameters_are_those_of_the_model_that_is_named(backend: Backend, open_page: OpenPage) -> None:
    with framed(backend, "parameter-panel?model=local/smollm2-135m-instruct&lang=en") as host:
        page = open_page(host)
        inside(page).get_by_role("switch", name="Send Temperature").check()
        wait_for(page, "parameter-change")
        assert list(told(page, "parameter-change")[-1]["value"]) == ["temperature"]
        page.evaluate("say('set', {value: {}, client: null, rules: []})")
        expect(inside(page).get_by_role("switch", name="Send Temperature")).not_to_be_checked()
        page.evaluate("say('set', {model: 'local/qwen2.5-coder-0.5b-instruct'})")
        expect(inside(page).get_by_role("switch", name="Send Top K")).to_be_attached()


def test_models_are_tried_in_it_and_what_is_said_stays_there(backend: Backend, open_page: OpenPage) -> None:
    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        yield "chunk", {"choices": [{"delta": {"content": f"heard {body['messages'][-1]['content']}"}}]}

    backend.events = events
    with framed(backend, "playground?value=local/smollm2-135m-instruct&lang=zh") as host:
        page = open_page(host)
        inside(page).get_by_role("textbox", name="消息").fill("a private word")
        inside(page).get_by_role("textbox", name="消息").press("Enter")
        expect(inside(page).get_by_role("log")).to_contain_text("heard a private word")
        assert "private" not in json.dumps(page.evaluate("window.told"))
        page.evaluate("say('set', {type: 'rerank', models: []})")
        expect(inside(page).get_by_role("tab", name="重排")).to_have_attribute("aria-selected", "true")
        inside(page).get_by_role("tab", name="内容审核").click()
        wait_for(page, "play-change")
        assert told(page, "play-change")[-1]["type"] == "moderation"


def test_nobody_else_may_show_it(backend: Backend, open_page: OpenPage) -> None:
    with framed(backend, "credential-form?provider=groq", listed=False) as host:
        page = open_page(host, expect=("frame-ancestors",))
        assert page.frames[1].url.startswith("chrome-error:")
        assert page.evaluate("window.told") == []
