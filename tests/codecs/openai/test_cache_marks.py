from typing import Any

import pytest

from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.parts import DocumentPart, ImagePart, TextPart, ToolCallPart
from modelruntime.entities.tools import HostedTool, Tool
from modelruntime.schema.profile import Profile
from tests.codecs.openai.chat_request import body_of, warnings_of

HOUR = CacheHint("1h")
MARK = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
CALL: dict[str, Any] = {
    "tools": (Tool("get", cache=CacheHint()), Tool("add"), HostedTool("web_search", cache=HOUR)),
}
MESSAGES = (
    SystemMessage((TextPart("rules", cache=HOUR),)),
    UserMessage((TextPart("look"), ImagePart("https://x/i.png", cache=HOUR), DocumentPart(b"%PDF-", cache=HOUR))),
    AssistantMessage((TextPart("seen", cache=HOUR), ToolCallPart("c1", "get", "{}", cache=HOUR))),
    ToolMessage("c1", "found", cache=HOUR),
    ToolMessage("c1", (TextPart("found", cache=HOUR),)),
)


def test_hints_are_marked_where_the_endpoint_takes_marks():
    profile = Profile(cache_marks="cache_control")
    body = body_of(*MESSAGES, profile=profile, **CALL)
    system, user, assistant, whole, partly = body["messages"]
    assert system["content"] == [{"type": "text", "text": "rules", **MARK}]
    assert [part.get("cache_control") for part in user["content"]] == [None, *(MARK["cache_control"],) * 2]
    assert assistant["content"] == [{"type": "text", "text": "seen", **MARK}]
    assert (whole["content"], whole["cache_control"]) == ("found", MARK["cache_control"])
    assert partly["content"] == [{"type": "text", "text": "found", **MARK}]
    assert [tool.get("cache_control") for tool in body["tools"]] == [{"type": "ephemeral"}, None, MARK["cache_control"]]
    assert warnings_of(*MESSAGES, profile=profile, strict=True, **CALL) == ()


@pytest.mark.parametrize("profile", [Profile(), Profile(cache_marks="cache_control", content_as_text=True)])
def test_hints_are_ignored_without_a_warning_where_nothing_can_be_said(profile):
    messages = (*MESSAGES[:1], *MESSAGES[2:3], UserMessage("go on"))
    assert "cache_control" not in str(body_of(*messages, profile=profile))
    assert warnings_of(*messages, profile=profile, strict=True) == ()
