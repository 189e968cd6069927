"""Moderation by any chat model: the profile's `judge` says what is asked and how the answer reads.

The call is one of the chat codec that `profile.judge_codec` names. An answer in which no verdict can be found is an error,
never "not flagged".
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.llm_judge.render import render_judge
from modelruntime.codecs.llm_judge.verdict import Verdict, VerdictMissing, read_verdict
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.operation import Done, Endpoint, Operation, Step
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import ContentFiltered
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.moderation_result import Category, ModerationResult
from modelruntime.schema.judge import Judge

FAMILY = "llm_judge"
"""The key of `provider_metadata`: the answer, its score, and what else the model said of it."""


class JudgeOperation:
    """A chat call whose answer is a verdict."""

    __slots__ = ("_asked", "_endpoint", "_judge")

    def __init__(self, asked: Operation[LLMResult], judge: Judge, endpoint: Endpoint) -> None:
        self._asked = asked
        self._judge = judge
        self._endpoint = endpoint

    def start(self) -> Step[ModerationResult]:
        """Ask."""
        return self._next(self._asked.start(), None)

    def receive(self, response: HttpResponse) -> Step[ModerationResult]:
        """Read the answer. Raises `InvokeError`, also for an answer without a verdict."""
        return self._next(self._asked.receive(response), response)

    def resume(self) -> Step[ModerationResult]:
        """As the chat codec goes on after a wait."""
        return self._next(self._asked.resume(), None)

    def _next(self, step: Step[LLMResult], response: HttpResponse | None) -> Step[ModerationResult]:
        if not isinstance(step, Done):
            return step
        return Done(self._judged(step.result, response))

    def _judged(self, result: LLMResult, response: HttpResponse | None) -> ModerationResult:
        if result.finish.unified in ("content_filter", "refusal"):
            name = self._endpoint.model_id or self._endpoint.model
            raise ContentFiltered(
                f"{name} did not judge the content, its own filter refused it: take it for unsafe",
                provider=self._endpoint.provider,
                model=name,
                status=response.head.status if response else None,
                code=result.finish.raw,
                request_id=result.request_id,
                raw=response.body if response else None,
            )
        try:
            verdict = read_verdict(result, self._judge)
        except VerdictMissing as cause:
            if response is None:
                raise
            raise unreadable_reply(response, self._endpoint, "no verdict") from cause
        return ModerationResult(
            model=result.model,
            flagged=verdict.flagged,
            categories=_categories(verdict, self._judge),
            usage=result.usage,
            warnings=result.warnings,
            request_id=result.request_id,
            provider_metadata={FAMILY: _said(verdict, result)},
            raw=result.raw,
        )


def _categories(verdict: Verdict, judge: Judge) -> dict[str, Category]:
    """Every category that the model knows, those it named flagged; the score is that of the whole judgement."""
    known = dict.fromkeys(judge.categories.values(), Category(False))
    named = verdict.categories or ((judge.category,) if verdict.flagged else ())
    found = known | {name: Category(verdict.flagged, verdict.score) for name in named}
    return found or {judge.category: Category(False, verdict.score)}


def _said(verdict: Verdict, result: LLMResult) -> dict[str, Any]:
    said: dict[str, Any] = {"answer": result.text, **verdict.more}
    said |= {"score": verdict.score} if verdict.score is not None else {}
    return said | ({"reasoning": result.reasoning} if result.reasoning else {})


class LLMJudge:
    """Asks a chat model."""

    name = "llm_judge"

    def invoke(self, call: ModerationCall, endpoint: Endpoint) -> JudgeOperation:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        from modelruntime.codecs.registry import load_codec  # the registry names this module

        judge = endpoint.profile.judge or Judge()
        threshold = call.parameters.get("threshold")
        if isinstance(threshold, (int, float)) and not isinstance(threshold, bool):
            judge = msgspec.structs.replace(judge, threshold=float(threshold))
        asked = load_codec(endpoint.profile.judge_codec).invoke(render_judge(call, judge, endpoint.profile), endpoint)
        return JudgeOperation(asked, judge, endpoint)


CODEC = LLMJudge()
