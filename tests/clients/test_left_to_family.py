"""What only a client's own family understands goes to it as it is; everybody else refuses it and names the place."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.gateway.serving import KEY, Running
from tests.simulators.recorded_vendor import Answer, RecordedVendor

SAID = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "a"}]}
RESPONSE = {"id": "r", "object": "response", "status": "completed", "model": "known", "output": [SAID]}
WITHOUT_INPUT = pytest.mark.parametrize("given", [{}, {"input": []}, {"tools": [{"type": "function", "name": "f"}]}])


@pytest.fixture
def client(gateway: Running):
    with OpenAI(base_url=f"{gateway.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


@WITHOUT_INPUT
def test_a_response_without_input_is_the_vendors_to_judge(client: OpenAI, vendor: RecordedVendor, given: dict[str, Any]):
    vendor.answers.append(Answer(body=json.dumps(RESPONSE).encode()))
    assert client.responses.create(model="responding/known", **given).output_text == "a"
    assert json.loads(vendor.asked[-1].body) == {"model": "known", **given}


@WITHOUT_INPUT
def test_another_family_needs_one(client: OpenAI, vendor: RecordedVendor, given: dict[str, Any]):
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(model="chatty/known", **given)
    assert raised.value.param == "input"
    assert not vendor.asked
