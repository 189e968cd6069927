"""The form of every provider, drawn by the built element: nothing was written for any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page
from scripts.console_fixtures import FIXTURES, LANGUAGES

from tests.console.browser.conftest import OpenPage
from tests.console.browser.host import fixture_names, hosting, plain

NAMES = fixture_names(FIXTURES / "forms" / "fleet")

WALK = """async ({form, language}) => {
  document.documentElement.lang = language.replace("_", "-");
  const element = document.createElement("mr-credential-form");
  element.schema = {credential_form_schemas: form.fields};
  if (form.model_type) element.modelType = form.model_type;
  document.querySelector("main").replaceChildren(element);
  const settled = async () => { await element.updateComplete; await element.updateComplete; };
  await element.listenUp();
  await settled();
  const root = element.shadowRoot;
  const controls = () => [...root.querySelectorAll("[id^='field-']:not([id$='-help']):not([id$='-error']), fieldset")];
  const variableOf = (control) =>
    (control.tagName === "FIELDSET" ? control.querySelector("input").name : control.id).slice(6);
  const names = controls().map((control) => [variableOf(control), control.tagName === "FIELDSET"
    ? control.querySelector("legend").textContent.trim() : (control.labels?.[0]?.textContent ?? "").trim()]);
  const cases = [];
  for (const sample of form.cases) {
    element.value = sample.values;
    await settled();
    cases.push({visible: controls().map(variableOf), payload: element.payload.values, valid: element.valid});
  }
  element.value = {};
  await settled();
  root.querySelector("form").requestSubmit();
  await settled();
  const errors = [...root.querySelectorAll(".error")].map((error) => error.id.slice(6, -6));
  return {names, cases, errors, language: element.language};
}"""


@pytest.fixture(scope="module")
def host(built: None) -> Iterator[str]:
    with hosting({"/": plain("")}) as url:
        yield url


@pytest.fixture
def page(host: str, open_page: OpenPage) -> Page:
    page = open_page(host)
    page.wait_for_function("() => Boolean(customElements.get('mr-credential-form'))")
    return page


@pytest.mark.parametrize("chunk", range(6))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_draws_names_complains_and_yields_what_the_backend_would(page: Page, chunk: int, language: str) -> None:
    names = NAMES[chunk::6]
    assert len(names) > 15
    for name in names:
        for form in msgspec.json.decode((FIXTURES / "forms" / "fleet" / f"{name}.json").read_bytes()):
            judge(name, form, page.evaluate(WALK, {"form": form, "language": language}), language)


def judge(name: str, form: dict[str, Any], found: dict[str, Any], language: str) -> None:
    assert found["language"] == language, name
    advanced = {field["variable"] for field in form["fields"] if field.get("advanced")}
    expected = {variable: label for variable, label, *_ in form["drawn"][language]}
    drawn = {variable: text.split("\n")[0].strip() for variable, text in found["names"]}
    assert set(drawn) == set(expected), name
    for variable, label in expected.items():
        assert drawn[variable].startswith(label.strip()), (name, variable)
        assert label.strip(), (name, variable)
    for sample, outcome in zip(form["cases"], found["cases"], strict=True):
        place = (name, sample["name"])
        plain_first = [each for each in sample["visible"] if each not in advanced]
        assert outcome["visible"] == plain_first + [each for each in sample["visible"] if each in advanced], place
        assert outcome["payload"] == sample["payload"], place
        assert outcome["valid"] is all(severity != "error" for _, _, severity in sample["problems"]), place
    empty = next(sample for sample in form["cases"] if sample["name"] == "empty")
    assert set(found["errors"]) == {variable for variable, _, severity in empty["problems"] if severity == "error"}, name


def test_a_kind_of_field_that_nobody_knows_is_text_and_said_so(host: str, open_page: OpenPage) -> None:
    page = open_page(host, expect=("unknown kind",))
    page.wait_for_function("() => Boolean(customElements.get('mr-credential-form'))")
    form = {"model_type": None, "fields": [{"variable": "x", "type": "hologram", "label": {"en_US": "Hologram"}}], "cases": []}
    page.evaluate(WALK, {"form": form, "language": "en_US"})
    page.get_by_role("textbox", name="Hologram").fill("seen")
    assert page.evaluate("document.querySelector('mr-credential-form').payload.values") == {"x": "seen"}
