"""Thousands of models: found within a frame, few of them in the page."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage

FILTER_MS = 50
TYPE = """async (text) => {
  const input = document.querySelector("mr-models-page input[type=search]");
  const page = document.querySelector("mr-models-page");
  const times = [];
  for (const part of [text.slice(0, 1), text.slice(0, 3), text, ""]) {
    input.value = part;
    const began = performance.now();
    input.dispatchEvent(new Event("input", {bubbles: true}));
    await page.updateComplete;
    await document.querySelector("mr-table")?.updateComplete;
    times.push(performance.now() - began);
  }
  return times;
}"""


def test_the_whole_fleet_is_listed_few_rows_are_drawn_and_a_filter_takes_less_than_a_frame_or_three(
    address: str, backend: Backend, open_page: OpenPage
) -> None:
    page = open_page(f"{address}models")
    expect(page.get_by_role("row").nth(3)).to_be_visible()
    assert len(backend.infos) > 4000
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(backend.infos) + 1))
    assert page.get_by_role("row").count() < 60
    best = [min(each) for each in zip(*(page.evaluate(TYPE, "instruct") for _ in range(5)), strict=True)]
    assert max(best) < FILTER_MS, best


def test_scrolling_shows_other_rows(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = open_page(f"{address}models")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(backend.infos) + 1))
    first = page.get_by_role("row").nth(1)
    expect(first).to_have_attribute("aria-rowindex", "2")
    page.locator(".table-scroll").evaluate("box => { box.scrollTop = 60000 }")
    expect(first).not_to_have_attribute("aria-rowindex", "2")
    assert int(first.get_attribute("aria-rowindex") or 0) > 1000


def test_sorting_by_price_keeps_models_without_one_last(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}models?q=gpt")
    page.get_by_role("button", name="Price per 1M").click()
    expect(page.get_by_role("columnheader", name="Price per 1M")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Price per 1M").click()
    expect(page.get_by_role("columnheader", name="Price per 1M")).to_have_attribute("aria-sort", "descending")
    assert "sort=price.down" in page.url
    assert "$" in page.get_by_role("row").nth(1).inner_text()


def test_a_sheet_tells_all_of_a_model_and_gives_the_focus_back(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}models?q=gpt-4o-mini")
    opener = page.get_by_role("button", name="gpt-4o-mini", exact=True).first
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("mr-model-sheet")
    expect(dialog).to_contain_text("openai/gpt-4o-mini")
    expect(dialog).to_contain_text("128K")
    expect(dialog).to_contain_text("$0.15")
    expect(page.get_by_text("Temperature")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert opener.evaluate("button => document.activeElement === button")


def test_an_unconfigured_model_says_why_and_leads_to_its_provider(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}models?q=mistral-large")
    page.get_by_role("link", name="Needs credentials").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert "configure=" in page.url


def test_the_palette_goes_anywhere(address: str, open_page: OpenPage) -> None:
    page = open_page(address)
    expect(page.locator(".card").first).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to or do")).to_be_focused()
    page.keyboard.type("keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keys", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Models", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to or do")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Go to or do")).to_have_count(0)


def test_theme_and_language_are_chosen_and_remembered(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}models", language="de-DE")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="模型", level=1)).to_be_visible()
    page.get_by_role("button", name="跟随系统主题").click()
    page.get_by_role("button", name="浅色主题").click()
    page.reload()
    expect(page.get_by_role("heading", name="模型", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_the_first_address_of_a_gateway_brings_its_token(address: str, backend: Backend, open_page: OpenPage) -> None:
    backend.signed_in = False
    page = open_page(f"{address}#setup=setup_abc", expect=("401",))
    expect(page.get_by_role("textbox", name="Set-up token")).to_have_value("setup_abc")
    assert "setup_abc" not in page.url


def test_whoever_is_not_signed_in_signs_in(address: str, backend: Backend, open_page: OpenPage) -> None:
    backend.signed_in = False
    page = open_page(address, expect=("401",))
    page.get_by_role("textbox", name="Name").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("the name or the password is wrong")
    page.get_by_label("Password").fill("right password")
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_be_visible()
