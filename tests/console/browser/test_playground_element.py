"""The playground as an element: with a host's own calls, and on a gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage
from tests.console.browser.host import STRICT, hosting, plain
from tests.console.browser.test_axe import OPTIONS

MODELS = [
    {"provider": "acme", "model": "small", "model_type": "llm", "label": {"en_US": "Small"}, "status": {"code": "active"}},
    {"provider": "acme", "model": "large", "model_type": "llm", "label": {"en_US": "Large"}, "status": {"code": "active"}},
    {"provider": "acme", "model": "order", "model_type": "rerank", "label": {"en_US": "Order"}, "status": {"code": "active"}},
]
RULES = [{"name": "temperature", "type": "float", "label": {"en_US": "Temperature"}, "min": 0, "max": 2, "default": 1}]
DATA_MODE = """({models, rules}) => {
  const play = document.querySelector("mr-playground");
  window.told = [];
  window.asked = [];
  for (const name of ["play-change", "model-change", "parameter-change"])
    play.addEventListener(name, (event) => window.told.push([name, event.detail.value]));
  play.detail = (model) => ({...model, parameter_rules: rules});
  play.call = async function* (type, body, signal) {
    window.asked.push([type, body]);
    if (type === "rerank") {
      yield {name: "result", data: {results: [{index: 1, relevance_score: 0.9}, {index: 0, relevance_score: 0.1}]}};
      return;
    }
    yield {name: "chunk", data: {choices: [{delta: {content: "Hello **host**"}}]}};
    await new Promise((done) => signal.addEventListener("abort", () => done(window.stopped = true)));
  };
  play.models = models;
}"""


def begin(page: Page) -> None:
    page.wait_for_function("() => Boolean(customElements.get('mr-playground'))")
    page.evaluate(DATA_MODE, {"models": MODELS, "rules": RULES})


def test_a_host_answers_in_the_place_of_a_gateway(open_page: OpenPage, built: None) -> None:
    with hosting({"/": plain("<mr-playground></mr-playground>")}, STRICT) as url:
        page = open_page(url)
        begin(page)
        asked: list[str] = []
        page.get_by_role("textbox", name="Temperature").wait_for()
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("textbox", name="Temperature").fill("0.5")
        page.get_by_role("textbox", name="Temperature").press("Enter")
        page.get_by_role("textbox", name="Message").fill("hi")
        page.get_by_role("textbox", name="Message").press("Enter")
        expect(page.get_by_role("article").locator("strong")).to_have_text("host")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        page.wait_for_function("() => window.stopped")
        kind, body = page.evaluate("window.asked")[0]
        assert (kind, body["model"], body["temperature"]) == ("llm", "acme/small", 0.5)
        assert body["messages"] == [{"role": "user", "content": "hi"}]
        page.get_by_role("tab", name="Rerank").click()
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("list", name="Result").get_by_role("listitem")).to_have_count(2)
        assert ["parameter-change", {"temperature": 0.5}] in page.evaluate("window.told")
        assert page.evaluate("document.querySelector('mr-playground').type") == "rerank"
        # What its page keeps in the console is not kept in a stranger's, nor is anybody asked.
        assert page.evaluate("Object.keys(localStorage)") == []
        assert [each for each in asked if not each.endswith(".js")] == []
        assert page.evaluate("location.search") == ""


def test_it_shows_what_its_host_chooses_and_says_what_its_user_does(open_page: OpenPage, built: None) -> None:
    with hosting({"/": plain('<mr-playground lang="zh" value="acme/large"></mr-playground>')}) as url:
        page = open_page(url)
        begin(page)
        picker = page.get_by_role("combobox")
        expect(picker).to_have_value("Large")
        expect(page.get_by_role("tab", name="对话")).to_have_attribute("aria-selected", "true")
        picker.fill("small")
        picker.press("Enter")
        assert ["model-change", "acme/small"] in page.evaluate("window.told")
        assert page.evaluate("document.querySelector('mr-playground').value") == "acme/small"
        page.evaluate("document.querySelector('mr-playground').value = 'acme/large'")
        expect(picker).to_have_value("Large")
        broken = Axe().run(page, options=OPTIONS).response["violations"]
        assert [(rule["id"], node["target"]) for rule in broken for node in rule["nodes"]] == []


def test_on_a_gateway_it_is_the_consoles_own_page(address: str, backend: Backend, open_page: OpenPage) -> None:
    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        yield "chunk", {"choices": [{"delta": {"content": f"from {body['model']}"}}]}
        yield "record", {"id": "r", "seconds": 1, "status": 200}

    backend.events = events
    page = open_page(f"{address}icon.svg", expect=("404",))  # a picture has no icon of its own
    host = plain("<mr-playground></mr-playground>").replace("/embed.js", f"{address}embed.js")
    page.route("**/host", lambda route: route.fulfill(body=host, content_type="text/html"))
    page.goto(f"{address}host")
    script = """async (script) => { const {connect} = await import(script);
      document.querySelector("mr-playground").client = connect({csrf: () => "csrf"}); }"""
    page.evaluate(script, f"{address}embed.js")
    page.get_by_role("textbox", name="Message").fill("hi")
    page.get_by_role("textbox", name="Message").press("Enter")
    expect(page.get_by_role("article").last).to_contain_text("from local/")
