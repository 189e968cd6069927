"""Settings of the real gateway, its health, and tokens of programs."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.admin.serving import Client
from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import Operated


def test_only_what_was_changed_is_saved_and_a_refusal_is_told(gateway: Operated, open_page: OpenPage) -> None:
    before = gateway.admin.get("/api/settings")
    page = open_page(f"{gateway.address}settings?tab=records", expect=("422", "400"), **gateway.profile)
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    page.get_by_role("switch", name="Keep what is said").press(" ")
    page.get_by_role("textbox", name="Keep records for days").fill("90")
    save.press("Enter")
    expect(page.get_by_text("The settings are in force.")).to_be_visible()
    assert gateway.admin.get("/api/settings") == before | {"keep_content": True, "ledger_days": 90.0}
    page.get_by_role("textbox", name="Keep records for days").fill("-1")
    save.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ledger_days must be above 0")
    page.get_by_role("textbox", name="Keep records for days").fill("")
    save.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)  # a refusal stands until something was saved
    assert gateway.admin.get("/api/settings") == before | {"keep_content": True}


def test_kept_content_can_be_deleted(gateway: Operated, open_page: OpenPage) -> None:
    gateway.admin.done("PATCH", "/api/settings", {"values": {"keep_content": True}})
    assert gateway.chat("a secret wish") == 200
    gateway.written()
    (call,) = gateway.admin.get("/api/logs")["data"]
    assert "a secret wish" in gateway.admin.get(f"/api/logs/{call['id']}")["content"]["request"]
    page = open_page(f"{gateway.address}settings?tab=records", **gateway.profile)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete all kept content").press("Enter")
    expect(page.get_by_text("The content of 1 call was deleted.")).to_be_visible()
    assert gateway.admin.get(f"/api/logs/{call['id']}")["content"] is None


def test_health_tells_of_database_key_ring_outbox_and_limits(gateway: Operated, open_page: OpenPage) -> None:
    assert gateway.chat("hello") == 200
    page = open_page(f"{gateway.address}settings?tab=health", **gateway.profile)
    for name in ("Database", "Key ring", "Outbox of records", "Calls and limits", "Configuration"):
        expect(page.locator("section", has=page.get_by_role("heading", name=name))).to_contain_text("Good")
    expect(page.get_by_role("row", name="sim/sim-chat")).to_contain_text("closed")
    expect(page.locator("section", has=page.get_by_role("heading", name="Key ring"))).to_contain_text("1 credential")


def test_a_token_is_shown_once_works_and_is_revoked(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}settings?tab=tokens", **gateway.profile)
    page.get_by_role("textbox", name="Name").fill("deploy")
    page.get_by_role("textbox", name="Name").press("Enter")
    program = Client(gateway.served.address, {"authorization": f"Bearer {page.locator('.made code').inner_text()}"})
    assert [program.ask("GET", "/api/models").status, program.ask("GET", "/api/tokens").status] == [200, 403]
    page.get_by_role("button", name="Done").press("Enter")
    expect(page.locator(".made")).to_have_count(0)
    page.get_by_role("button", name="Revoke").press("Enter")
    expect(page.get_by_role("row", name="deploy")).to_contain_text("Revoked")
    assert program.ask("GET", "/api/models").status == 401


def test_ones_own_language_is_chosen_and_tabs_are_walked_by_arrow(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}settings", **gateway.profile)
    page.get_by_label("Language").select_option(label="简体中文")
    expect(page.get_by_role("heading", name="设置", level=1)).to_be_visible()
    page.get_by_role("tab", name="个人").press("ArrowRight")
    expect(page.get_by_role("switch", name="保留调用内容")).to_be_visible()
    assert "tab=records" in page.url
