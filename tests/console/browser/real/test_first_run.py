"""From the link that a gateway prints to its pages, and back in with the password."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.admin.serving import PASSWORD, Served
from tests.console.browser.conftest import OpenPage
from tests.console.browser.real.conftest import ACCOUNT, Door, OpenConsole


def test_the_link_leads_to_the_providers_and_its_token_leaves_the_address(door: Door, open_console: OpenConsole) -> None:
    assert "setup" not in door.arrived
    assert door.arrived.startswith(door.console)
    page = open_console("providers")
    expect(page.get_by_role("button", name="Local models")).to_contain_text("Ready")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_link_works_once(door: Door, open_page: OpenPage) -> None:
    page = open_page(door.link, expect=("401", "409", "403"))
    page.get_by_role("textbox", name="Name").fill("Mallory")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the first account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def test_whoever_signs_out_gets_in_again_with_the_password(gateway: Served, door: Door, open_page: OpenPage) -> None:
    page = open_page(f"{door.console}keys", expect=("401",))
    page.get_by_role("textbox", name="Name").fill(ACCOUNT)
    page.get_by_role("textbox", name="Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Keys")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert gateway.url in page.url
