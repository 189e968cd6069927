"""Which codec a recorded exchange belongs to, by its method and path, and by its vendor where two share a path.

`PYTHONPATH=src python -m tests.replay.scope` prints the counts.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Literal, NamedTuple

from tests.replay.recordings import Recording, recordings

When = Literal["now", "later", "out"]


class Scope(NamedTuple):
    """`now`: this family is built; `later`: another family, named; `out`: no model call, a job of many calls, or an API that its
    vendor ends or keeps beside the one that is spoken."""

    when: When
    codec: str
    method: str
    path: str
    vendor: str = ""
    """Whose rows alone; empty: anybody's."""


SCOPES = (
    Scope("now", "openai_chat", "POST", r".*/chat/completions"),
    Scope("now", "openai_completions", "POST", r".*/v1/completions"),
    Scope("now", "openai_embeddings", "POST", r".*/v1/embeddings"),
    Scope("now", "openai_transcriptions", "POST", r".*/audio/(transcriptions|translations)"),
    Scope("now", "openai_speech", "POST", r".*/audio/speech"),
    Scope("now", "openai_moderations", "POST", r".*/moderations"),
    Scope("now", "openai_models", "GET", r".*/v1/models"),
    Scope("now", "rerank", "POST", r".*/v\d/rerank"),
    Scope("out", "histories shortened by the vendor", "POST", r".*/responses/compact"),
    Scope("now", "openai_responses", "POST", r".*/responses(/input_tokens)?"),
    Scope("now", "openai_responses", "GET", r".*/responses/[^/]+"),
    Scope("now", "anthropic_messages", "POST", r"/v1/messages(/count_tokens)?"),
    Scope("out", "batches", "POST", r".*/models/[^/]+:batchGenerateContent"),
    Scope("now", "gemini", "POST", r".*/models/[^/]+:(streamGenerateContent|generateContent|countTokens)"),
    Scope("now", "gemini_embeddings", "POST", r".*/models/[^/]+:(batchEmbedContents|embedContent|predict)"),
    Scope("now", "anthropic_messages", "POST", r".*/publishers/anthropic/models/[^/]+:(rawPredict|streamRawPredict)"),
    Scope("now", "bedrock_converse", "POST", r"/model/.+/converse(-stream)?"),
    Scope("out", "text completions of Claude 2", "POST", r"/model/anthropic\.claude-v2[^/]*/invoke"),
    Scope("now", "anthropic_bedrock", "POST", r"/model/[^/]*anthropic[^/]*/invoke(-with-response-stream)?"),
    Scope("now", "bedrock_invoke", "POST", r"/model/.+/invoke(-with-response-stream)?"),
    Scope("now", "openai_chat", "POST", r"/v1/chat", "writer"),
    # version 2 is the vendor's default (https://docs.cohere.com/v2/changelog/2025-09-15-major-command-deprecations.md, read
    # 2026-11-28), and its package calls the models of today by it; version 1 is not ended
    Scope("out", "cohere chat of version 1", "POST", r"/v1/chat", "cohere"),
    Scope("now", "cohere_chat", "POST", r"/v2/chat"),
    Scope("now", "cohere_embed", "POST", r"/v2/embed"),
    Scope("now", "deepgram_listen", "POST", r"/v1/listen"),
    Scope("now", "deepgram_speak", "POST", r"/v1/speak"),
    Scope("now", "ollama", "POST", r"/api/chat"),
    Scope("now", "ollama_generate", "POST", r"/api/generate"),
    Scope("now", "ollama_embeddings", "POST", r"/api/embed"),
    Scope("now", "replicate", "POST", r"/v1/predictions"),
    Scope("now", "replicate", "GET", r"/v1/predictions/[^/]+"),
    Scope("out", "assistants threads", "POST", r"/v1/threads/.+"),
    Scope("out", "assistants threads", "GET", r"/v1/threads/.+"),
    Scope("out", "model hub", "GET", r"/api/models/.+"),
    Scope("out", "model hub", "GET", r".*/models/.+/versions/[^/]+"),
)
_COMPILED = tuple((scope, re.compile(scope.path)) for scope in SCOPES)


def assign(method: str, path: str, vendor: str = "") -> Scope | None:
    """The first row of the table that fits, None when no row does."""
    fitting = (scope for scope, pattern in _COMPILED if scope.method == method and pattern.fullmatch(path))
    return next((scope for scope in fitting if scope.vendor in ("", vendor)), None)


def scope_of(row: Recording) -> Scope | None:
    """Where a recording belongs."""
    return assign(row.method, row.path, row.vendor)


def excuse(row: Recording) -> str | None:
    """Why nobody judges a row that its method and path put in scope; None for nearly all."""
    return next((reason for reason, fits in EXCUSES.items() if fits(row)), None)


EXCUSES: dict[str, Callable[[Recording], bool]] = {
    "a stream taken up in its middle: no method asks for one": lambda row: row.method == "GET" and row.streamed,
}


def counts() -> Counter[tuple[str, str]]:
    """How many recordings each codec has; `("", "")` counts those that nobody claims."""
    found = (assign(row.method, row.path, row.vendor) for row in recordings(""))
    return Counter((scope.when, scope.codec) if scope else ("", "") for scope in found)


def report() -> str:
    """The counts as lines, and their sums."""
    table = counts()
    lines = [f"{when:6} {codec:24} {number:5}" for (when, codec), number in sorted(table.items())]
    sums = {when: sum(n for (w, _), n in table.items() if w == when) for when in ("now", "later", "out")}
    return "\n".join([*lines, f"in scope now {sums['now']}, later {sums['later']}, out {sums['out']}, of {sum(table.values())}"])


if __name__ == "__main__":
    print(report())
