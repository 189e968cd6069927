"""Routes, aliases and default models, made in the browser and followed by calls through the real gateway."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.console.browser.conftest import OpenPage
from tests.console.browser.gateway import CHAT, Operated


def pick(page: Page, label: str, text: str) -> None:
    """Choose a model without a mouse."""
    box = page.locator("mr-model-picker").get_by_role("combobox", name=label)
    box.fill(text)
    expect(page.get_by_role("listbox").get_by_role("option").filter(has_text=text).first).to_be_visible()
    box.press("Enter")


def test_a_route_is_made_without_a_mouse_and_answers_calls(gateway: Operated, open_page: OpenPage) -> None:
    assert gateway.chat("hello", model="fast") == 404
    page = open_page(f"{gateway.address}routes", **gateway.profile)
    page.get_by_role("button", name="New route").press("Enter")
    page.get_by_role("textbox", name="Name").fill("fast")
    page.get_by_label("How one is chosen").select_option(label="By weight")
    pick(page, "Add a model", "sim-chat")
    page.get_by_role("textbox", name="Weight").fill("3")
    page.get_by_role("button", name="Save the route").press("Enter")
    expect(page.get_by_text("The route fast is in force.")).to_be_visible()
    expect(page.locator(".route")).to_contain_text(CHAT)
    assert gateway.admin.get("/api/routes")["data"]["fast"] == {
        "name": "fast",
        "strategy": "weighted",
        "targets": [{"model": CHAT, "weight": 3, "credential": None}],
    }
    assert gateway.chat("hello", model="fast") == 200


def test_the_order_of_a_route_is_changed_and_a_route_is_removed(gateway: Operated, open_page: OpenPage) -> None:
    route = {"name": "pair", "targets": [{"model": "sim/missing"}, {"model": CHAT}], "strategy": "ordered"}
    gateway.admin.done("PUT", "/api/routes/pair", {"value": route})
    page = open_page(f"{gateway.address}routes?route=pair", **gateway.profile)
    page.get_by_role("button", name=f"Move {CHAT} up").press("Enter")
    page.get_by_role("button", name="Take sim/missing out").press("Enter")
    page.get_by_role("button", name="Save the route").press("Enter")
    expect(page.locator(".route-targets li")).to_have_text([CHAT])
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove pair").press("Enter")
    expect(page.get_by_role("heading", name="No routes yet")).to_be_visible()
    assert gateway.admin.get("/api/routes")["data"] == {}


def test_a_form_whose_code_comes_late_shows_its_route(gateway: Operated, open_page: OpenPage) -> None:
    gateway.admin.done("PUT", "/api/routes/late", {"value": {"name": "late", "targets": [{"model": CHAT}], "strategy": "ordered"}})
    page = open_page(f"{gateway.address}keys", **gateway.profile)
    held: list[Route] = []
    # Held back before its page is opened: that fetches it as soon as it is idle.
    page.route("**/route-form-*.js", lambda route: held.append(route))
    with page.expect_request("**/route-form-*.js"):
        page.goto(f"{gateway.address}routes")
    page.locator(".route").get_by_role("button", name="Change").press("Enter")
    expect(page.locator("mr-route-form")).to_be_attached()
    for route in held:
        route.continue_()
    expect(page.locator("mr-route-form .target")).to_contain_text(CHAT)
    expect(page.get_by_role("textbox", name="Name")).to_have_value("late")
    gateway.admin.done("DELETE", "/api/routes/late")


def test_an_alias_and_a_default_model_are_in_force_at_once(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}routes", **gateway.profile)
    page.get_by_role("textbox", name="Alias").fill("house-model")
    page.get_by_role("textbox", name="Stands for").fill("sim/nowhere")
    expect(page.get_by_text("Neither a model that is known here nor a route")).to_be_visible()
    page.get_by_role("textbox", name="Stands for").fill(CHAT)
    page.get_by_role("textbox", name="Stands for").press("Enter")
    expect(page.get_by_role("row", name="house-model")).to_contain_text(CHAT)
    assert gateway.chat("hello", model="house-model") == 200
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/default-models/llm" in answer.url):
        pick(page, "Chat", "sim-chat")
    assert gateway.admin.get("/api/default-models") == {"data": {"llm": CHAT}, "own": ["llm"]}
    page.get_by_role("switch", name="For all workspaces").press("Space")
    expect(page.get_by_role("row", name="house-model")).to_have_count(0)
    page.get_by_role("textbox", name="Alias").fill("everyones")
    page.get_by_role("textbox", name="Stands for").fill(CHAT)
    page.get_by_role("textbox", name="Stands for").press("Enter")
    expect(page.get_by_role("button", name="Remove everyones")).to_be_visible()
    assert gateway.admin.get("/api/aliases", scope="all") == {"data": {"everyones": CHAT}, "own": []}
    assert gateway.chat("hello", model="everyones") == 200
    page.get_by_role("switch", name="For all workspaces").press("Space")
    expect(page.get_by_role("row", name="everyones")).to_contain_text("all workspaces")
    expect(page.get_by_role("button", name="Remove everyones")).to_have_count(0)
    expect(page.get_by_role("button", name="Remove house-model")).to_be_visible()


def test_a_policy_and_a_price_are_set_and_taken_away(gateway: Operated, open_page: OpenPage) -> None:
    page = open_page(f"{gateway.address}routes", expect=("422", "400"), **gateway.profile)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="New policy").press("Enter")
    page.get_by_role("textbox", name="Model or route").fill(CHAT)
    page.get_by_role("textbox", name="Answer equal calls").fill("-1")
    page.get_by_role("textbox", name="Answer equal calls").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("cache_seconds must be above 0")
    page.get_by_role("textbox", name="Answer equal calls").fill("60")
    page.get_by_role("textbox", name="Answer equal calls").press("Enter")
    expect(page.locator("mr-policies .route")).to_contain_text("60 seconds")
    assert [gateway.chat("hello"), gateway.chat("hello")] == [200, 200]
    page.get_by_role("button", name="New price").press("Enter")
    page.get_by_role("textbox", name="Model or provider").fill(CHAT)
    page.get_by_role("textbox", name="Output").fill("4")
    page.get_by_role("textbox", name="Discount in %").fill("50")
    page.get_by_role("textbox", name="Discount in %").press("Enter")
    expect(page.locator("mr-own-prices .route")).to_contain_text("50 %")
    (model,) = gateway.admin.get("/api/models", provider="sim", model_type="llm")["data"]
    assert (model["pricing"]["input"], model["pricing"]["output"]) == ("0.500", "2.0")
    gateway.written()
    assert [call["cached"] for call in gateway.admin.get("/api/logs")["data"]] == [True, False]
    page.get_by_role("button", name=f"Change the price of {CHAT}").press("Enter")
    expect(page.get_by_role("textbox", name="Discount in %")).to_have_value("50")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Remove the price of {CHAT}").press("Enter")
    expect(page.locator("mr-own-prices .route")).to_have_count(0)
    page.get_by_role("button", name=f"Remove the policy of {CHAT}").press("Enter")
    expect(page.locator("mr-policies .route")).to_have_count(0)
    assert [gateway.admin.get(f"/api/{name}")["data"] for name in ("policies", "prices")] == [{}, {}]
