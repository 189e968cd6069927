"""The elements in other people's pages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.browser.conftest import OpenPage
from tests.console.browser.host import HOSTILE, STRICT, hosting, plain

MODELS = [
    {"provider": "acme", "model": "small", "model_type": "llm", "label": {"en_US": "Small"}, "status": {"code": "active"}},
    {"provider": "acme", "model": "large", "model_type": "llm", "label": {"en_US": "Large"}, "status": {"code": "active"}},
    {"provider": "other", "model": "far", "model_type": "llm", "label": {"en_US": "Far"}, "status": {"code": "no-configure"}},
    {"provider": "acme", "model": "vec", "model_type": "text-embedding", "label": {"en_US": "Vec"}, "status": {"code": "active"}},
    {"provider": "acme", "model": "odd", "model_type": "llm", "label": {"en_US": "Odd"}, "status": {"code": "from-the-future"}},
]
FIELDS = [
    {"variable": "key", "type": "secret-input", "label": {"en_US": "Key", "zh_Hans": "密钥"}},
    {"variable": "on", "type": "switch", "label": {"en_US": "Stream"}, "required": False, "default": "false"},
    {"variable": "size", "type": "number-input", "label": {"en_US": "Size"}, "show_on": [{"variable": "on", "value": "true"}]},
]
PICKER = '<form id="f"><mr-model-picker name="model" type="llm" show-label required></mr-model-picker><button>Go</button></form>'


def ready(page: Page) -> None:
    page.wait_for_function("() => Boolean(customElements.get('mr-model-picker'))")
    script = """({models, fields}) => {
      for (const picker of document.querySelectorAll("mr-model-picker")) picker.models = models;
      for (const form of document.querySelectorAll("mr-credential-form")) form.schema = {credential_form_schemas: fields};
      window.told = [];
      for (const name of ["model-change", "model-configure", "credential-change", "credential-save", "parameter-change"])
        document.addEventListener(name, (event) => window.told.push([name, JSON.parse(JSON.stringify(event.detail))]));
    }"""
    page.evaluate(script, {"models": MODELS, "fields": FIELDS})


def told(page: Page, name: str) -> list[Any]:
    return [detail for each, detail in page.evaluate("window.told") if each == name]


def test_a_picker_takes_part_in_a_form(open_page: OpenPage, built: None) -> None:
    with hosting({"/": plain(PICKER)}) as url:
        page = open_page(url)
        ready(page)
        value = "new FormData(document.getElementById('f')).get('model')"
        assert page.evaluate(value) is None
        assert page.evaluate("document.getElementById('f').checkValidity()") is False
        picker = page.get_by_role("combobox", name="Model")
        picker.click()
        expect(page.get_by_role("option")).to_have_count(4)
        picker.press("ArrowDown")
        picker.press("Enter")
        assert page.evaluate(value) == "acme/large"
        assert page.evaluate("document.getElementById('f').checkValidity()") is True
        assert told(page, "model-change")[0]["value"] == "acme/large"
        picker.press("ArrowDown")
        picker.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        expect(picker).to_be_focused()
        page.evaluate("document.getElementById('f').reset()")
        assert page.evaluate(value) is None


def test_what_cannot_be_used_stays_visible_with_the_reason(open_page: OpenPage, built: None) -> None:
    with hosting({"/": plain(PICKER)}) as url:
        page = open_page(url)
        ready(page)
        page.get_by_role("combobox", name="Model").click()
        far = page.get_by_role("option", name="Far")
        expect(far).to_have_attribute("aria-disabled", "true")
        expect(far).to_contain_text("Needs credentials")
        expect(page.get_by_role("option", name="Odd")).to_contain_text("from-the-future")
        far.click(force=True)  # what is disabled may still be visited
        assert told(page, "model-configure")[0]["provider"] == "other"
        assert told(page, "model-change") == []


def test_a_form_tells_its_host_and_asks_nobody(open_page: OpenPage, built: None) -> None:
    with hosting({"/": plain("<mr-credential-form></mr-credential-form>")}) as url:
        page = open_page(url)
        asked: list[str] = []
        ready(page)
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("textbox", name="Key").fill("k")
        page.get_by_role("switch", name="Stream").check()
        page.get_by_role("textbox", name="Size").fill("12")
        page.get_by_role("button", name="Validate and save").click()
        saved = told(page, "credential-save")[-1]
        assert saved["values"] == {"key": "k", "on": True, "size": 12}
        page.get_by_role("switch", name="Stream").uncheck()
        assert told(page, "credential-change")[-1] == {"values": {"key": "k", "on": False}, "keep": [], "valid": True}
        assert asked == []


def test_a_hosts_styles_end_at_the_border(open_page: OpenPage, built: None) -> None:
    body = "<mr-credential-form></mr-credential-form>"
    looks: list[Any] = []
    script = """() => { const root = document.querySelector("mr-credential-form").shadowRoot;
      return [...root.querySelectorAll("label, input, button, .field")].map((each) => { const style = getComputedStyle(each);
        return ["fontFamily", "color", "letterSpacing", "display", "textTransform", "lineHeight", "width"].map(
          (name) => style[name]) }) }"""
    with hosting({"/plain": plain(body), "/hostile": plain(body, HOSTILE)}) as url:
        for path in ("/plain", "/hostile"):
            page = open_page(url + path)
            ready(page)
            page.get_by_text("Key", exact=True).wait_for()
            looks.append(page.evaluate(script))
    assert len(looks[0]) > 6
    assert looks[0] == looks[1]


def test_a_host_gives_it_another_look(open_page: OpenPage, built: None) -> None:
    head = "<style>mr-credential-form { --mr-accent: rgb(1, 2, 3); color-scheme: dark }</style>"
    with hosting({"/": plain("<mr-credential-form></mr-credential-form>", head)}) as url:
        page = open_page(url)
        ready(page)
        button = page.get_by_role("button", name="Validate and save")
        assert button.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(1, 2, 3)"
        key = page.get_by_role("textbox", name="Key")
        assert key.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(20, 20, 23)"


def test_a_strict_policy_is_kept(open_page: OpenPage, built: None) -> None:
    body = f"{PICKER}<mr-credential-form></mr-credential-form><mr-provider-list></mr-provider-list>"
    with hosting({"/": plain(body)}, STRICT) as url:
        page = open_page(url)
        ready(page)
        page.wait_for_function("() => Boolean(customElements.get('mr-provider-list'))")
        page.get_by_role("combobox", name="Model").click()
        expect(page.get_by_role("option").first).to_be_visible()


@pytest.mark.parametrize(("attribute", "label"), [('lang="zh-CN"', "密钥"), ("", "Key")])
def test_the_language_is_the_elements_own_else_the_pages(attribute: str, label: str, open_page: OpenPage, built: None) -> None:
    with hosting({"/": plain(f"<mr-credential-form {attribute}></mr-credential-form>")}) as url:
        page = open_page(url)
        ready(page)
        expect(page.get_by_role("textbox", name=label)).to_be_visible()
        page.evaluate("document.documentElement.lang = 'zh'")
        expect(page.get_by_role("textbox", name="密钥")).to_be_visible()


def test_two_copies_of_the_script_do_not_break_each_other(open_page: OpenPage, built: None) -> None:
    head = '<script type="module" src="/embed.js?again"></script>'
    with hosting({"/": plain(PICKER, head)}) as url:
        page = open_page(url, expect=("404",))
        ready(page)
        expect(page.get_by_role("combobox", name="Model")).to_be_visible()
