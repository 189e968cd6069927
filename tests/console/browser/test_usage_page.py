"""What was used, from the real gateway's records to bars, table and file."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import Operated


def test_calls_become_sums_bars_and_rows(gateway: Operated, open_page: OpenPage) -> None:
    assert [gateway.chat("hello"), gateway.chat("again"), gateway.chat("x", model="sim/no-such-model")] == [200, 200, 404]
    gateway.written()
    page = open_page(f"{gateway.address}usage", **gateway.profile)
    sums = page.locator(".sums")
    expect(sums).to_contain_text("Calls 3")
    expect(sums).to_contain_text("33.3% 1 call")
    row = page.get_by_role("row", name="sim-chat")
    expect(row).to_contain_text("$0.0000")
    expect(page.get_by_role("img")).to_have_attribute("aria-label", "Calls over time: 3 in 7 intervals")
    drawn = page.locator(".chart-bar rect:not(.chart-catch)")
    heights = drawn.evaluate_all("all => all.map(each => Number(each.getAttribute('height'))).filter(Boolean)")
    assert heights == [40, 20], "two of three calls, on an axis that ends at five"
    row.get_by_role("link", name="sim-chat").click()
    assert page.url.endswith("/logs?model=sim-chat")


def test_range_grouping_and_measure_are_in_the_address_and_keys_have_names(gateway: Operated, open_page: OpenPage) -> None:
    assert gateway.chat("hello") == 200
    gateway.written()
    page = open_page(f"{gateway.address}usage", **gateway.profile)
    page.get_by_role("button", name="24 hours").press("Enter")
    page.get_by_role("group", name="Grouped by").get_by_role("button", name="Key").press("Enter")
    expect(page.get_by_role("rowheader", name="Batch")).to_be_visible()
    page.get_by_label("Shown").select_option(label="Cost in USD")
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("^Cost in USD over time: \\$0\\.0000"))
    assert all(part in page.url for part in ("range=24h", "by=key_id", "measure=cost%3AUSD"))
    page.get_by_text("The chart as a table").click()
    expect(page.get_by_role("region", name="The chart as a table").get_by_role("row")).to_have_count(25)
    page.reload()
    expect(page.get_by_role("rowheader", name="Batch")).to_be_visible()


def test_the_same_is_saved_as_csv(gateway: Operated, open_page: OpenPage) -> None:
    assert gateway.chat("hello") == 200
    gateway.written()
    page = open_page(f"{gateway.address}usage?by=provider&range=30d", **gateway.profile)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    assert saved.value.suggested_filename == "usage-provider-30d.csv"
    head, line = Path(saved.value.path()).read_text().splitlines()
    assert head.startswith("start,provider,calls,")
    assert line.split(",")[1:3] == ["sim", "1"]
    assert line.split(",")[-2] == "USD"


def test_without_calls_the_page_says_how_to_make_one(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}usage", **gateway.profile)
    expect(page.get_by_role("heading", name="No calls in this time")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Playground")).to_be_visible()
