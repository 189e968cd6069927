"""The body that a call becomes."""

import json
from typing import Any

from modelruntime.codecs.openai.chat import render_chat
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.profile import Profile

HELLO = (UserMessage("hello"),)


def body_of(*messages: Any, profile: Profile | None = None, framing: dict[str, Any] | None = None, **call: Any) -> Any:
    return rendered(*messages, profile=profile, framing=framing, **call)[0]


def warnings_of(*messages: Any, profile: Profile | None = None, **call: Any) -> tuple[CallWarning, ...]:
    return rendered(*messages, profile=profile, **call)[1]


def rendered(
    *messages: Any, profile: Profile | None = None, framing: dict[str, Any] | None = None, **call: Any
) -> tuple[Any, tuple[CallWarning, ...]]:
    endpoint = Endpoint("https://api.example.com/v1", "wire-model", profile or Profile(), provider="acme")
    found, _ = render_chat(LLMCall("m", messages or HELLO, **call), endpoint, framing or {})
    return json.loads(found.request.body or b""), found.warnings
