"""Calls as they were and as they end, each with its attempts, over the real gateway."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import CHAT, Operated

ROWS = ".table-body .table-row"


def listed(page: Page) -> list[str]:
    """The names that were asked for, from the top."""
    return page.locator(f"{ROWS} code").all_inner_texts()


def test_a_filter_is_in_the_address_and_can_be_cleared(gateway: Operated, open_page: OpenPage) -> None:
    assert [gateway.chat("hello"), gateway.chat("x", model="sim/no-such-model")] == [200, 404]
    gateway.written()
    page = open_page(f"{gateway.address}logs", **gateway.profile)
    expect(page.locator(ROWS)).to_have_count(2)
    assert listed(page) == ["sim/no-such-model", CHAT]
    expect(page.locator(ROWS).last).to_contain_text("Batch")
    page.get_by_label("Outcome").select_option(label="Failed")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text("404 model_not_found")
    page.get_by_role("searchbox", name="Model").fill("sim-chat")
    expect(page.get_by_role("heading", name="No calls in this time")).to_be_visible()
    assert "outcome=failed" in page.url
    assert "model=sim-chat" in page.url
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.locator(ROWS)).to_have_count(2)


def test_older_calls_come_page_by_page_each_once(gateway: Operated, open_page: OpenPage) -> None:
    assert {gateway.chat("x", model=f"sim/none-{at}") for at in range(60)} == {404}
    gateway.written()
    page = open_page(f"{gateway.address}logs", **gateway.profile)
    expect(page.get_by_text("50 calls are shown.")).to_be_visible()
    page.get_by_role("button", name="Older calls").press("Enter")
    expect(page.get_by_text("60 calls are shown.")).to_be_visible()
    expect(page.get_by_role("button", name="Older calls")).to_have_count(0)
    page.locator(".table-scroll").evaluate("box => { box.scrollTop = box.scrollHeight }")
    expect(page.locator(ROWS).last).to_contain_text("sim/none-0")


def test_a_call_that_ends_while_one_watches_appears_if_it_fits(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}logs?outcome=ok", **gateway.profile)
    expect(page.get_by_role("heading", name="No calls in this time")).to_be_visible()
    page.get_by_role("button", name="Live").press("Enter")
    expect(page.get_by_text("Watching")).to_be_visible()
    assert [gateway.chat("x", model="sim/no-such-model"), gateway.chat("hello")] == [404, 200]
    expect(page.locator(ROWS)).to_have_count(1)
    assert listed(page) == [CHAT]
    page.get_by_role("button", name="Live").press("Enter")
    expect(page.get_by_text("Watching")).to_have_count(0)
    assert "live" not in page.url


def test_the_sheet_tells_the_attempts_and_one_goes_through_calls_by_key(gateway: Operated, open_page: OpenPage) -> None:
    route = {"name": "pair", "targets": [{"model": "sim/missing"}, {"model": CHAT}], "strategy": "ordered"}
    gateway.admin.done("PUT", "/api/routes/pair", {"value": route})
    assert [gateway.chat("first"), gateway.chat("second", model="pair")] == [200, 200]
    gateway.written()
    page = open_page(f"{gateway.address}logs", **gateway.profile)
    opener = page.locator(f"{ROWS} button").first
    opener.press("Enter")
    sheet = page.locator("mr-call-sheet")
    expect(sheet.locator(".facts code").nth(1)).to_have_text("pair")
    expect(sheet.locator(".attempts li").last).to_contain_text(CHAT)
    expect(sheet).to_contain_text("Tokens and cost")
    expect(sheet).to_contain_text("$0.0000")
    expect(sheet).to_contain_text("Not kept")
    first = page.url
    page.keyboard.press("j")
    expect(page).not_to_have_url(first)
    expect(sheet.locator(".facts code").nth(1)).to_have_text(CHAT)
    expect(sheet.get_by_role("button", name="Older call")).to_be_disabled()
    page.keyboard.press("k")
    expect(page).to_have_url(first)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_what_was_kept_is_asked_again_in_the_playground(gateway: Operated, open_page: OpenPage) -> None:
    gateway.admin.done("PATCH", "/api/settings", {"values": {"keep_content": True}})
    body = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How far is it?"}]
    assert gateway.caller.ask("POST", "/v1/chat/completions", {"model": CHAT, "messages": body, "temperature": 0.25}).status == 200
    gateway.written()
    page = open_page(f"{gateway.address}logs", **gateway.profile)
    page.locator(f"{ROWS} button").first.click()
    expect(page.locator("pre[aria-label=Request]")).to_contain_text("How far is it?")
    page.get_by_role("button", name="Open in the playground").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("How far is it?")
    with page.expect_request(lambda request: "/api/invoke/llm" in request.url) as sent:
        page.get_by_role("textbox", name="Message").press("Enter")
    asked: dict[str, Any] = sent.value.post_data_json or {}
    assert asked["messages"] == body
    assert asked["temperature"] == 0.25
    expect(page.get_by_role("article", name=CHAT)).to_contain_text("How far is it?")
