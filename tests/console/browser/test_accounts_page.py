"""Accounts, workspaces and the audit log of the real gateway, without a mouse."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.admin.serving import PASSWORD
from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import Operated


def test_an_account_is_made_changed_and_shut_out(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}settings?tab=accounts", expect=("422", "400", "403", "409"), **gateway.profile)
    page.get_by_role("button", name="New account").press("Enter")
    page.get_by_role("textbox", name="Name").fill("Zoe")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("a password has 10")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password", exact=True).press("Enter")
    row = page.get_by_role("row", name="zoe")
    expect(row).to_contain_text("May sign in")
    zoe = gateway.served.anonymous().ask("POST", "/api/login", {"name": "zoe", "password": PASSWORD})
    assert (zoe.status, zoe.json.get("role")) == (200, "viewer"), zoe
    page.get_by_role("button", name="Change zoe").press("Enter")
    page.get_by_label("May", exact=True).select_option(label="change everything")
    page.get_by_label("New password").fill(PASSWORD + "!")
    page.get_by_role("switch", name="May sign in").press(" ")
    page.get_by_role("button", name="Save").press("Enter")
    expect(row).to_contain_text("Shut out")
    expect(row).to_contain_text("change everything")
    expect(page.get_by_role("button", name="Change zoe")).to_be_focused()
    refused = gateway.served.anonymous().ask("POST", "/api/login", {"name": "zoe", "password": PASSWORD + "!"})
    assert refused.status == 401
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove root").press("Enter")
    expect(page.get_by_text("somebody must be left who can administer the gateway")).to_be_visible()
    page.get_by_role("button", name="Remove zoe").press("Enter")
    expect(row).to_have_count(0)


def test_a_workspace_is_made_shown_and_left_when_it_is_gone(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}settings?tab=workspaces", expect=("404",), **gateway.profile)
    page.get_by_role("textbox", name="Name").fill("The Team")
    page.get_by_role("textbox", name="Name").press("Enter")
    page.get_by_role("button", name="Rename The Team").press("Enter")
    page.get_by_role("textbox", name="Rename the-team").fill("Team")
    page.get_by_role("textbox", name="Rename the-team").press("Enter")
    expect(page.get_by_role("row", name="Team")).to_be_visible()
    page.get_by_role("button", name="Show Team").press("Enter")
    here = page.get_by_role("link", name="Workspace the-team")
    expect(here).to_be_visible()
    page.get_by_role("link", name="Keys").press("Enter")
    expect(page.get_by_role("heading", name="No keys yet")).to_be_visible()  # the other workspace has one
    gateway.admin.done("DELETE", "/api/workspaces/the-team")
    page.reload()
    expect(page.get_by_role("row", name="Batch")).to_be_visible()
    expect(here).to_have_count(0)


def test_the_audit_log_tells_what_was_changed_and_that_it_is_whole(gateway: Operated, open_page: OpenPage) -> None:
    for days in range(1, 56):
        gateway.admin.done("PATCH", "/api/settings", {"values": {"ledger_days": days}})
    page = open_page(f"{gateway.address}settings?tab=audit", **gateway.profile)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(50)
    rows.first.locator("summary").press("Enter")
    expect(rows.first.locator("li")).to_contain_text("54")
    page.get_by_role("button", name="Older entries").press("Enter")
    expect(page.get_by_role("button", name="Older entries")).to_have_count(0)
    assert rows.count() > 55
    page.get_by_role("button", name="Check that it is whole").press("Enter")
    expect(page.get_by_text("No entry was changed or is missing.")).to_be_visible()
    page.get_by_role("textbox", name="What it was done to").fill("egress_allow")
    page.get_by_role("textbox", name="What it was done to").press("Enter")
    expect(rows).to_have_count(1)
