"""The same elements in hosts of each kind: properties go in, events come out, a form has the picker's value, the look stays."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from scripts import console as console_script
from tests.console.browser.conftest import OpenPage
from tests.console.browser.host import HOSTILE, STRICT, hosting

ACTIVE = {"code": "active"}
SCENARIO: dict[str, Any] = {
    "schema": {"credential_form_schemas": [{"variable": "key", "type": "secret-input", "label": {"en_US": "Key"}}]},
    "models": [
        {"provider": "acme", "model": "small", "model_type": "llm", "label": {"en_US": "Small"}, "status": ACTIVE},
        {"provider": "acme", "model": "large", "model_type": "llm", "label": {"en_US": "Large"}, "status": ACTIVE},
    ],
    "rules": [{"name": "top", "type": "int", "label": {"en_US": "Top"}, "min": 1, "max": 9, "default": 5}],
    "providers": [
        {
            "provider": "acme",
            "label": {"en_US": "Acme"},
            "description": {"en_US": "Makes everything."},
            "supported_model_types": ["llm"],
            "configurate_methods": ["predefined-model"],
            "status": ACTIVE,
        }
    ],
}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>%s%s</head>
<body><main><h1>Host</h1><div id="root"></div></main><script type="module" src="/%s.js"></script></body></html>"""
EMBED = '<script type="module" src="/embed.js"></script>'
HOSTS = {
    "plain": ("plain", EMBED, "", None),
    "hostile": ("plain", EMBED, HOSTILE, None),
    "strict": ("plain", EMBED, "", STRICT),
    "react18": ("react18", "", "", None),
    "react19": ("react19", EMBED, "", STRICT),
    "vue": ("vue", EMBED, HOSTILE, None),
}
"""Name → bundle, script of the elements, further styles, content policy. React 18 takes them from the package."""
LOOK = """() => [...document.querySelectorAll("#root *")].filter((each) => each.shadowRoot).flatMap((each) =>
  [...each.shadowRoot.querySelectorAll("label, input, button, .field, .card, .name")].map((part) => {
    const style = getComputedStyle(part);
    const facts = ["fontFamily", "color", "letterSpacing", "display", "textTransform", "lineHeight", "height", "borderTopWidth"];
    return [part.tagName, ...facts.map((name) => style[name])];
  }))"""


@pytest.fixture(scope="module")
def bundles(built: None) -> None:
    """The host pages as their sources are now."""
    console_script.build_hosts()


@pytest.fixture(scope="module")
def looks() -> dict[str, Any]:
    """What the elements look like in each host, as far as tried."""
    return {}


def told(page: Page, name: str) -> list[Any]:
    return [detail for each, detail in page.evaluate("window.told") if each == name]


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_gives_and_is_told(name: str, bundles: None, looks: dict[str, Any], open_page: OpenPage) -> None:
    bundle, script, styles, policy = HOSTS[name]
    pages = {"/": PAGE % (script, styles, bundle), "/scenario.json": msgspec.json.encode(SCENARIO).decode()}
    with hosting(pages, policy) as url:
        page = open_page(url)
        card = page.get_by_role("button", name="Acme")
        expect(card).to_contain_text("Makes everything.")
        looks[name] = page.evaluate(LOOK)
        assert len(looks[name]) > 12
        assert looks[name] == looks[next(iter(looks))]

        page.get_by_role("textbox", name="Key").fill("k")
        page.get_by_role("button", name="Validate and save").click()
        assert told(page, "credential-save")[0]["values"] == {"key": "k"}

        value = "new FormData(document.getElementById('f')).get('model')"
        picker = page.get_by_role("combobox", name="Model")
        picker.fill("large")
        picker.press("Enter")
        assert [each["value"] for each in told(page, "model-change")] == ["acme/large"]
        assert page.evaluate(value) == "acme/large"

        top = page.get_by_role("textbox", name="Top")
        top.fill("7")
        top.press("Enter")
        assert told(page, "parameter-change")[-1]["value"] == {"top": 7}
        expect(page.get_by_role("switch", name="Send Top")).to_be_checked()

        card.click()
        assert told(page, "provider-select")[0]["provider"]["provider"] == "acme"

        page.locator("button", has_text="Forget").dispatch_event("click")  # a hostile sheet hides the host's own
        expect(picker).to_have_value("")
        expect(page.get_by_role("switch", name="Send Top")).not_to_be_checked()
        assert page.evaluate(value) is None
