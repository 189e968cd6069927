"""Chat models that judge: the requests are judged by the family of their chat codec, the answers are what each guard says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from modelruntime.schema.judge import Judge
from modelruntime.schema.profile import Profile
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen
from tests.conformance.families import anthropic, gemini, openai, responses
from tests.conformance.family import Evidence, Family
from tests.conformance.want import Want

CHAT: dict[str, Family] = {
    "openai_chat": openai.FAMILY,
    "openai_responses": responses.FAMILY,
    "anthropic_messages": anthropic.FAMILY,
    "gemini": gemini.FAMILY,
}


def in_words(judge: Judge) -> str:
    return f"\n\n{judge.unsafe[0]}\n{','.join(list(judge.categories)[:2])}"


def named(judge: Judge) -> str:
    return json.dumps({judge.verdict: judge.unsafe[0], judge.listed: ["hate"]})


SAYS: dict[str, Callable[[Judge], str]] = {"words": in_words, "named": named, "number": lambda judge: "0.98"}


class JudgeFamily:
    """A guard that finds everything unsafe."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """As a chat."""
        return CHAT[profile.judge_codec].judge(seen, _chat(case, profile), profile)

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """The guard's words in the chat family's form."""
        judge = profile.judge or Judge()
        said = replace(want, text=SAYS[judge.reads](judge))
        return CHAT[profile.judge_codec].answer(seen, _chat(case, profile), profile, said)


def _chat(case: Case, profile: Profile) -> Any:
    return replace(case, codec=profile.judge_codec)


FAMILY = JudgeFamily()
