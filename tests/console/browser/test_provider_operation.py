"""Several credentials of one provider, its vendor's list, and a call to each of its models: on the real gateway, by keyboard."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import CHAT, Operated
from tests.simulators.openai_family import OpenAISimulator

DRAWER = "providers?q=sim&configure=sim"


def test_keys_are_pasted_ordered_and_share_the_load(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(gateway.address + DRAWER, **gateway.profile)
    page.get_by_role("button", name="Paste several keys").press("Enter")
    page.get_by_role("textbox", name="Keys, one on each line").fill("SIM_API_KEY=sk-refused\nsk-refused\nsk-right\n")
    expect(page.get_by_text("2 keys. 1 repeated.")).to_be_visible()
    page.get_by_role("button", name="Keep them").press("Enter")
    expect(page.get_by_text("1 key is kept. 1 left out: kept before.")).to_be_visible()
    expect(page.locator(".credential")).to_have_count(2)
    page.get_by_label("How they share the load").select_option(label="By weight")
    page.get_by_role("textbox", name="Weight of main").fill("3")
    page.get_by_role("textbox", name="Weight of main").press("Tab")
    expect(page.get_by_role("textbox", name="Weight of main")).to_have_value("3")
    page.get_by_label("How they share the load").select_option(label="In order")
    expect(page.get_by_text("Always the first that works")).to_be_visible()
    down = page.get_by_role("button", name="Move main down")
    down.press("Enter")
    expect(page.locator(".credential strong").first).to_have_text("credential 1")
    expect(page.get_by_role("button", name="Move main up")).to_be_focused()  # it stays with what was moved
    assert gateway.admin.get("/api/balancing")["data"] == {"sim": "ordered"}
    stored = gateway.admin.get("/api/providers/sim/credentials")["data"]
    assert [(view["name"], view["weight"]) for view in stored] == [("credential 1", 1), ("main", 3)]
    assert gateway.chat("hello") == 200  # the first is refused, the other answers
    page.reload()
    first, second = (page.locator(".credential").nth(at) for at in (0, 1))
    expect(first).to_contain_text("Rests: the vendor refuses the key.")
    expect(first).to_contain_text("1 call since the start · 1 failed")
    expect(first.locator(".ring")).to_be_visible()
    expect(second).to_contain_text("1 call since the start")
    expect(second.locator(".ring")).to_have_count(0)
    page.get_by_label("How they share the load").select_option(label="Not at all: one of them is used")
    expect(page.get_by_text("In use")).to_be_visible()
    assert gateway.admin.get("/api/balancing")["data"] == {}


def test_a_list_that_was_asked_for_before_does_not_take_the_focus(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(gateway.address + DRAWER, **gateway.profile)
    page.get_by_role("button", name="Paste several keys").press("Enter")
    page.get_by_role("textbox", name="Keys, one on each line").fill("sk-other")
    page.get_by_role("button", name="Keep them").press("Enter")
    expect(page.locator(".credential")).to_have_count(2)
    older: list[Route] = []
    orders: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if older:
            route.continue_()
        else:
            older.append(route)

    page.route("**/api/providers/sim/credentials", hold_the_first)
    page.route("**/api/providers/sim/credentials/order", lambda route: orders.append(route))
    with page.expect_request("**/api/providers/sim/credentials"):
        page.get_by_label("How they share the load").select_option(label="In order")
    with page.expect_request("**/api/providers/sim/credentials/order"):
        page.get_by_role("button", name="Move main down").press("Enter")
    with page.expect_response("**/api/providers/sim/credentials"):
        older[0].continue_()  # the order has not changed yet
    orders[0].continue_()
    expect(page.locator(".credential strong").first).to_have_text("credential 1")
    expect(page.get_by_role("button", name="Move main up")).to_be_focused()


def test_what_is_chosen_of_a_vendors_list_is_taken_over(gateway: Operated, vendor: OpenAISimulator, open_page: OpenPage) -> None:
    vendor.models = tuple(name for name in vendor.models if name != "sim-judge")
    vendor.prices["sim-chat"] = {"prompt": "0.000001", "completion": "0.000004"}
    vendor.prices["sim-chat-next"] = {"prompt": "0.000005", "completion": "0.00001"}
    page = open_page(gateway.address + DRAWER, **gateway.profile)
    page.get_by_role("tab", name="Models").press("Enter")
    compare = page.get_by_role("button", name="Compare with the vendor's list")
    compare.press("Enter")
    dialog = page.locator("mr-sync-models")
    expect(dialog.get_by_text("The vendor lists 6 models.")).to_be_visible()
    expect(dialog.get_by_text("$5 / $10")).to_be_visible()
    expect(dialog.get_by_text("$1 / $2 → $1 / $4")).to_be_visible()
    dialog.get_by_role("checkbox", name="sim-chat-next").press(" ")
    dialog.get_by_role("button", name="Take over what is chosen").press("Enter")
    expect(page.get_by_text("3 changes are in force.")).to_be_visible()
    expect(page.get_by_role("dialog", name="The vendor's list")).to_have_count(0)
    expect(compare).to_be_focused()
    expect(page.get_by_role("switch", name="Offer sim-chat-next")).not_to_be_checked()
    expect(page.get_by_role("switch", name="Offer sim-judge")).not_to_be_checked()
    rows = {row["model"]: row for row in gateway.admin.get("/api/models", provider="sim")["data"]}
    assert [name for name, row in sorted(rows.items()) if not row["enabled"]] == ["sim-chat-next", "sim-judge"]
    assert (rows["sim-chat"]["pricing"]["output"], rows["sim-chat"]["own_price"]) == ("4", True)
    compare.press("Enter")
    expect(dialog.get_by_text("Everything is so already.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="The vendor's list")).to_have_count(0)
    expect(page.get_by_role("tab", name="Models")).to_be_visible()  # the drawer is still there


def test_every_model_is_called_once_and_the_cost_stands_before(
    gateway: Operated, vendor: OpenAISimulator, open_page: OpenPage
) -> None:
    vendor.models = tuple(name for name in vendor.models if name != "sim-judge")
    page = open_page(gateway.address + DRAWER, **gateway.profile)
    page.get_by_role("tab", name="Models").press("Enter")
    page.get_by_role("button", name="Check all models").press("Enter")
    dialog = page.locator("mr-check-models")
    expect(dialog.get_by_text("It may cost about $0.000052.")).to_be_visible()
    expect(dialog.get_by_text("5 models have no known price for that.")).to_be_visible()
    asked = len(vendor.requests)
    dialog.get_by_role("button", name="Call them").press("Enter")
    expect(dialog.get_by_text("6 of 6 are done, 1 failed")).to_be_visible()
    expect(dialog.locator(".error-text")).to_have_count(1)
    expect(dialog.locator(".bar")).to_have_count(5)
    assert sorted(path for path, _ in vendor.requests[asked:]) == sorted(
        f"/v1/{path}"
        for path in ("audio/speech", "audio/transcriptions", "chat/completions", "embeddings", "moderations", "rerank")
    )
    gateway.written()
    assert {call["asked_model"] for call in gateway.admin.get("/api/logs")["data"]} >= {CHAT, "sim/sim-ear"}
