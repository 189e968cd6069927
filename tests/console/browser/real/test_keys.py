"""A key made on the page calls the gateway, until it is revoked there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.admin.serving import Answer, Client, Served
from tests.console.browser.real.conftest import OpenConsole

CHAT = "/v1/chat/completions"


def asked(gateway: Served, key: str) -> Answer:
    body = {"model": "local/smollm2-135m-instruct", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4}
    return Client(gateway.address, {"authorization": f"Bearer {key}"}).ask("POST", CHAT, body)


@pytest.mark.local
def test_a_key_of_the_keys_page_calls_until_it_is_revoked(gateway: Served, open_console: OpenConsole) -> None:
    page = open_console("keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_role("textbox", name="Name").fill("Batch")
    page.get_by_role("textbox", name="Models").fill("local/*")
    page.get_by_role("button", name="Make the key").click()
    key = page.locator(".made code").inner_text()
    answer = asked(gateway, key)
    assert answer.status == 200, answer
    assert answer.json["choices"][0]["message"]["content"]
    page.get_by_role("button", name="Done").click()
    row = page.get_by_role("row", name="Batch")
    expect(row).to_contain_text("Valid")
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")
    assert asked(gateway, key).status == 401
