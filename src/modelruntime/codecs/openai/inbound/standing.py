"""May what a client of the family wrote go to an endpoint of it as it stands, or does its profile want it said otherwise?"""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, Message, SystemMessage, ToolMessage
from modelruntime.entities.parts import DocumentPart, ImagePart, Part, ReasoningPart, TextPart, ToolCallPart
from modelruntime.schema.profile import Profile


def structure_stands(call: LLMCall, profile: Profile) -> bool:
    """For chat completions."""
    if not profile.several_system_messages or profile.merge_consecutive or profile.drop_empty or profile.content_as_text:
        return False
    if (call.tools or call.output is not None) and not tools_stand(call, profile):
        return False
    messages: Sequence[Message] = call.messages
    if profile.system_role == "system" and profile.developer_role == "developer":  # a text stands, whoever says it
        messages = [message for message in messages if type(message.content) is not str or type(message) is ToolMessage]
    return not messages or all(_message_stands(message, profile) for message in messages)


def tools_stand(call: LLMCall, profile: Profile) -> bool:
    """Tools, the choice among them, and the wanted output."""
    if call.output is not None and call.output.kind == "json_schema" and profile.output_mode != "json_schema":
        return False
    if not call.tools:
        return True
    if call.tool_choice is not None and call.tool_choice.allowed is not None and profile.tool_choice_allowed != "allowed_tools":
        return False
    if profile.function_calling != "tool_call" or profile.tool_choice_required != "required":
        return False
    return profile.parallel_tool_calls and profile.strict_tools


def _message_stands(message: Message, profile: Profile) -> bool:
    if isinstance(message, SystemMessage) and profile.system_role != "system":
        return False
    if isinstance(message, DeveloperMessage) and profile.developer_role != "developer":
        return False
    if isinstance(message, ToolMessage) and not _calls_stand(profile):
        return False
    if isinstance(message.content, str):
        return True
    for part in message.content:
        if isinstance(part, ReasoningPart) and isinstance(message, AssistantMessage) and profile.return_reasoning != "always":
            return False
        if isinstance(part, ToolCallPart) and not _calls_stand(profile):
            return False
        if isinstance(message, ToolMessage) and not isinstance(part, TextPart) and profile.tool_result_media != "inline":
            return False
        if not _part_stands(part, profile):
            return False
    return True


def _calls_stand(profile: Profile) -> bool:
    return profile.function_calling == "tool_call" and profile.tool_call_ids == "any"


def _part_stands(part: Part, profile: Profile) -> bool:
    if isinstance(part, ImagePart):
        return isinstance(part.source, str) and ("url" in profile.image_sources or part.source.startswith("data:"))
    if isinstance(part, DocumentPart):
        return profile.document_part == "file"
    return getattr(part, "cache", None) is None or profile.cache_marks == "cache_control"
