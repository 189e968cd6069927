"""A language model asked whether a passage answers a question."""

from __future__ import annotations

import math
from collections.abc import Iterable

from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.messages import AssistantMessage, SystemMessage, UserMessage

_ROLE = "You are a search relevance judge. Answer only Yes or No."
_LEAST = 1e-6
"""Stands in for the probability of a word that is not among the reported alternatives."""


_EXAMPLES = (
    ("How tall is the tower?", "It reaches 95 metres above the ground.", "Yes"),
    ("How tall is the tower?", "The tower is painted red and white.", "No"),
    ("怎样预约看病？", "打开医院的公众号，选择科室和时间即可挂号。", "Yes"),
    ("怎样预约看病？", "看病的人很多，医院很忙。", "No"),
)
"""They cost no time: the model keeps what it has read of them from call to call."""


def question_of(model: str, query: str, passage: str) -> LLMCall:
    """The call whose first token is the verdict."""
    shown = (turn for asked, said, verdict in _EXAMPLES for turn in (_ask(asked, said), AssistantMessage(verdict)))
    parameters = {"max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 20}
    return LLMCall(model, (SystemMessage(_ROLE), *shown, _ask(query, passage)), parameters=parameters)


def _ask(query: str, passage: str) -> UserMessage:
    return UserMessage(f"Question: {query}\nPassage: {passage}\nDoes the passage contain the answer to the question?")


def log_odds(logprobs: Iterable[TokenLogprob] | None) -> float:
    """ln(P(yes) / P(no)) of the first token, summed over spellings; 0 when nothing was reported."""
    chance = {"yes": 0.0, "no": 0.0}
    for row in list(logprobs or ())[:1]:
        for token, logprob in row.top:
            word = token.strip().lower()
            if word in chance:
                chance[word] += math.exp(logprob)
    return math.log(max(chance["yes"], _LEAST) / max(chance["no"], _LEAST))
