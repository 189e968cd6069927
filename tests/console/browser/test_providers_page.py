"""Configuring a provider, with the keyboard and without, when it goes well and when it does not."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage

SECRET = "sk-typed-secret-4242"
REFUSED = {
    "code": "credentials_refused",
    "message": "the vendor refused the key",
    "field": "openai_api_key",
    "hint": "The key is not accepted: copy it anew.",
    "upstream": {"status": 401, "body": '{"error": {"message": "Incorrect API key provided. ' + "long " * 400 + 'END"}}'},
    "request_id": "req_1",
}


def test_search_and_filters_live_in_the_address(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}providers")
    page.get_by_role("searchbox", name="Search providers").fill("elevenlabs")
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("searchbox", name="Search providers").fill("")
    page.get_by_role("button", name="Rerank", exact=True).click()
    assert "type=rerank" in page.url
    shown = counted(page)
    assert 5 < shown < 100
    page.reload()
    expect(page.locator(".card")).to_have_count(shown)
    page.get_by_role("searchbox").fill("no such provider at all")
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.locator(".card")).to_have_count(139)


def counted(page: Page) -> int:
    """The cards of both sections as their headings count them."""
    return sum(int(text) for text in page.locator("h2 .number").all_inner_texts())


def test_cards_that_are_not_drawn_yet_are_counted_and_found(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}keys")
    page.add_init_script("window.later = []; window.requestIdleCallback = (run) => later.push(run)")
    page.goto(f"{address}providers")
    expect(page.locator(".card")).to_have_count(12)
    found = page.locator('.card[data-provider="elevenlabs"]')
    expect(found).to_have_count(0)
    search = page.get_by_role("searchbox", name="Search providers")
    search.fill("elevenlabs")
    expect(found).to_be_visible()
    search.fill("")
    expect(page.locator(".card")).to_have_count(12)
    page.evaluate("async () => { while (later.length) { later.shift()(); await new Promise(requestAnimationFrame); } }")
    expect(page.locator(".card")).to_have_count(139)
    assert counted(page) == 139


def test_a_provider_is_configured_without_a_mouse(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}providers")
    expect(page.locator(".card").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("openai")
    page.keyboard.press("Tab")
    card = page.locator('.card[data-provider="openai"]')
    for _ in range(20):
        if card.evaluate("card => card.getRootNode().activeElement === card"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    key = page.get_by_role("textbox", name="API key")
    expect(key).to_be_visible()
    assert "configure=openai" in page.url
    for _ in range(20):
        if key.evaluate("box => box.getRootNode().activeElement === box"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type(SECRET)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("In use")).to_be_visible()
    assert backend.received[-1]["body"]["credentials"]["openai_api_key"] == SECRET
    assert backend.received[-1]["body"]["validate"] is True
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card).to_be_focused()
    expect(card).to_contain_text("Ready")


def test_a_refusal_stands_at_its_field_whole_and_the_focus_goes_there(address: str, backend: Backend, open_page: OpenPage) -> None:
    backend.verdict = lambda: (422, REFUSED)
    page = open_page(f"{address}providers?configure=openai", expect=("422",))
    page.get_by_role("textbox", name="API key").fill(SECRET)
    page.get_by_role("button", name="Validate", exact=True).click()
    key = page.get_by_role("textbox", name="API key")
    expect(key).to_have_attribute("aria-invalid", "true")
    assert key.evaluate("box => box.getRootNode().activeElement === box")
    described = key.evaluate(
        "box => box.getRootNode().getElementById(box.getAttribute('aria-describedby').split(' ')[0]).textContent"
    )
    assert "refused the key" in described
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("copy it anew")
    alert.get_by_text("Details").click()
    expect(alert.locator("pre")).to_contain_text("END")
    expect(alert.locator("pre")).to_contain_text("req_1")
    assert not backend.stored


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, {"code": "internal_error", "message": "this failed", "request_id": "req_9"}, "request id"),
        (429, {"code": "upstream_rate_limited", "message": "the vendor limits this key"}, "Wait a while"),
        (504, {"code": "upstream_timeout", "message": "no answer in time", "hint": "Check the network."}, "Check the network."),
    ],
)
def test_every_failure_says_what_to_do(
    address: str, backend: Backend, open_page: OpenPage, status: int, body: dict[str, Any], words: str
) -> None:
    backend.verdict = lambda: (status, body)
    page = open_page(f"{address}providers?configure=openai", expect=(str(status),))
    page.get_by_role("textbox", name="API key").fill(SECRET)
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_role("alert")).to_contain_text(body["message"])
    expect(page.get_by_role("alert")).to_contain_text(words)


def test_nothing_is_sent_while_a_field_is_wrong(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}providers?configure=openai")
    page.get_by_role("button", name="Validate and save").click()
    key = page.get_by_role("textbox", name="API key")
    expect(key).to_have_attribute("aria-invalid", "true")
    assert key.evaluate("box => box.getRootNode().activeElement === box")
    expect(page.get_by_text("Fill in API key.")).to_be_visible()
    page.get_by_text("More settings").click()
    page.get_by_role("textbox", name="Base URL").fill("nowhere")
    page.get_by_role("textbox", name="API key").fill(SECRET)
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_text("Enter a web address")).to_be_visible()
    assert not backend.received


def test_a_stored_secret_is_shown_as_a_hint_kept_and_replaced(address: str, backend: Backend, open_page: OpenPage) -> None:
    body = {"name": "Production", "credentials": {"openai_api_key": SECRET, "openai_project": "proj_1"}}
    backend.stored["c1"] = backend._view("c1", "openai", body) | {"active": True}
    page = open_page(f"{address}providers?configure=openai")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("…4242").first).to_be_visible()
    page.get_by_role("textbox", name="Project ID").fill("proj_2")
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_role("button", name="Change")).to_be_visible()
    sent = backend.received[-1]["body"]["credentials"]
    assert sent["openai_project"] == "proj_2"
    assert "openai_api_key" not in sent
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Replace").click()
    page.get_by_role("textbox", name="API key").fill("sk-another-0001")
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_text("…0001")).to_be_visible()
    assert SECRET not in whole_text(page)


def test_json_or_env_text_fills_the_fields_it_names(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}providers?configure=openai")
    page.get_by_role("button", name="Paste JSON or .env").click()
    box = page.get_by_role("textbox", name="JSON or .env text")
    box.fill("nothing of ours")
    expect(page.get_by_text("None of the fields")).to_be_visible()
    box.fill(f"OPENAI_API_KEY={SECRET}\nOPENAI_ORG_ID=org-1")
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_text("In use")).to_be_visible()
    assert backend.received[-1]["body"]["credentials"]["openai_organization"] == "org-1"


def test_a_model_of_ones_own_is_asked_for_by_type_and_name(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}providers?configure=azure_openai", language="zh-CN")
    page.get_by_role("radio", name="向量").check()
    page.get_by_role("textbox", name="部署名称").fill("my-embedding")
    page.get_by_role("textbox", name="终结点").fill("https://me.example")
    page.get_by_role("textbox", name="API 密钥").fill(SECRET)
    page.get_by_role("button", name="验证并保存").click()
    expect(page.get_by_text("my-embedding")).to_be_visible()
    sent = backend.received[-1]["body"]
    assert (sent["model"], sent["model_type"]) == ("my-embedding", "text-embedding")


def test_switching_a_model_off_shows_at_once_and_comes_back_when_refused(
    address: str, backend: Backend, open_page: OpenPage
) -> None:
    page = open_page(f"{address}providers?configure=openai", expect=("500",))
    page.get_by_role("tab", name="Models").click()
    page.get_by_role("searchbox", name="Search models").fill("whisper-1")
    switch = page.get_by_role("switch", name="Offer")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    page.wait_for_function("() => true")
    expect.set_options(timeout=10_000)
    assert ("openai", "speech2text", "whisper-1") in wait_for(page, backend)
    page.route("**/switches", lambda route: route.fulfill(status=500, json={"code": "x", "message": "the store is away"}))
    switch.click()
    expect(page.locator(".toast")).to_contain_text("the store is away")
    expect(switch).not_to_be_checked()


def wait_for(page: Page, backend: Backend) -> set[tuple[str, str, str]]:
    for _ in range(50):
        if backend.disabled:
            break
        page.wait_for_timeout(50)
    return backend.disabled


def whole_text(page: Page) -> str:
    """All text and all values of the page, shadow roots too."""
    script = """() => { const parts = []; const walk = (root) => { for (const each of root.querySelectorAll("*")) {
      parts.push(each.value ?? "", each.textContent ?? ""); if (each.shadowRoot) walk(each.shadowRoot); } }; walk(document);
      return parts.join(" ") }"""
    return str(page.evaluate(script))
