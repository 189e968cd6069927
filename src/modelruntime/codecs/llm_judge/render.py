"""Content as a chat call that asks for a verdict."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.llm_judge.policy import POLICY, SYSTEM
from modelruntime.entities.call import LLMCall, ModerationCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import Message, SystemMessage, UserMessage
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.schema.judge import Judge
from modelruntime.schema.profile import Profile

_OWN = ("policy", "threshold")
_LOGPROBS: dict[str, Any] = {"logprobs": True, "top_logprobs": 5}


def render_judge(call: ModerationCall, judge: Judge, profile: Profile) -> LLMCall:
    """The chat call. The parameter `policy` is the judge's; what a call does not say comes from the judge.

    Raises `ParameterInvalid` for no content, for a policy that is no text or that the model does not take, and for images that
    it cannot see.
    """
    policy = _policy(call, judge)
    system = _template(judge).replace("{policy}", policy)
    messages: tuple[Message, ...] = (SystemMessage(system),) if system else ()
    parameters = {name: value for name, value in call.parameters.items() if name not in _OWN}
    asked = {name: value for name, value in _LOGPROBS.items() if judge.logprobs and name not in profile.drop}
    return LLMCall(
        call.model,
        (*messages, UserMessage(_content(call, judge, policy))),
        parameters={**judge.parameters, **asked, **parameters},
        strict=call.strict,
        extra=call.extra,
    )


def _template(judge: Judge) -> str:
    return SYSTEM if judge.system is None else judge.system


def _policy(call: ModerationCall, judge: Judge) -> str:
    policy = call.parameters.get("policy")
    if policy is None:
        return judge.policy or POLICY
    if not isinstance(policy, str) or not policy.strip():
        raise ParameterInvalid("policy must be a text", field="policy", model=call.model)
    if "{policy}" not in _template(judge) + judge.prompt:
        message = f"{call.model} judges by the policy it was trained on: leave yours out"
        raise ParameterInvalid(message, field="policy", model=call.model)
    return policy


def _content(call: ModerationCall, judge: Judge, policy: str) -> str | tuple[TextPart | ImagePart, ...]:
    parts = (TextPart(call.input),) if isinstance(call.input, str) else call.input
    text = "\n".join(part.text for part in parts if isinstance(part, TextPart))
    images = tuple(part for part in parts if isinstance(part, ImagePart))
    if images and not judge.images:
        raise ParameterInvalid(f"{call.model} judges text only: leave out the images", field="input", model=call.model)
    if not images and not text.strip():
        raise ParameterInvalid("there is nothing to judge: the input is empty", field="input", model=call.model)
    # the content last, so that nothing in it is taken for a place of the template
    asked = judge.prompt.replace("{policy}", policy).replace("{text}", text)
    return (*images, *((TextPart(asked),) if asked.strip() else ())) if images else asked
