"""What an open page says when the gateway goes away, comes back, or comes back as another version."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage


def opened(address: str, open_page: OpenPage) -> Page:
    page = open_page(f"{address}settings", expect=("ERR_FAILED", "404"))
    expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
    return page


LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
LOOK_UNTIL_TOLD = f"() => {{ {LOOK}; return document.querySelector('.banner') !== null; }}"


def test_a_restart_is_told_and_over_by_itself(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = opened(address, open_page)
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("link", name="Keys").click()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("may be restarting")
    page.unroute("**/api/**")
    expect(banner).to_have_count(0)


def test_another_version_asks_for_a_new_page(address: str, backend: Backend, open_page: OpenPage) -> None:
    page = opened(address, open_page)
    with page.expect_response("**/bootstrap"):  # of this look, or of one that is under way
        page.evaluate(LOOK)
    expect(page.locator(".banner")).to_have_count(0)
    backend.version = "2.0"
    page.wait_for_function(LOOK_UNTIL_TOLD, polling=50)  # one that is under way may have asked before
    banner = page.locator(".banner")
    expect(banner).to_contain_text("newer version")
    banner.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
    expect(banner).to_have_count(0)


def test_a_part_of_an_older_build_that_is_gone_asks_for_a_new_page(address: str, open_page: OpenPage) -> None:
    page = opened(address, open_page)

    def gone(route: Route) -> None:
        route.fulfill(status=404, body="there is no such file")

    page.route("**/assets/keys-*.js", gone)
    page.get_by_role("link", name="Keys").click()
    expect(page.locator(".banner")).to_contain_text("newer version")
    page.unroute("**/assets/keys-*.js")
    page.locator(".banner").get_by_role("button", name="Reload").click()
    expect(page.get_by_role("heading", level=1, name="Keys")).to_be_visible()
