"""The generate extension of Triton. Judged by rules of our own, after its document
(https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md, read 2026-11-28)."""

from __future__ import annotations

import re
from typing import Any

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

BESIDE = {"text_input", "parameters", "max_tokens", "sampling_parameters"}
ASKED = {"return_finish_reason": "finish_reason", "return_num_input_tokens": "num_input_tokens"}
ASKED |= {"return_num_output_tokens": "num_output_tokens"}


class TritonFamily:
    """`{text_input, parameters}` → `{text_output}`."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """A text, and parameters that are texts, numbers or switches; the path and the body agree on whether it streams."""
        body = seen.json()
        parameters = body.get("parameters", {})
        found = [f"body.{name}: nobody declares it" for name in body if name not in BESIDE | profile.constants.keys()]
        found += [f"body.parameters.{name}: no plain value" for name, value in parameters.items() if not _is_plain(value)]
        if not isinstance(body.get("text_input"), str):
            found.append("body.text_input: a text is wanted")
        if parameters.get("stream") is not seen.path.endswith("_stream"):
            found.append("body.parameters.stream: not what the path says")
        if f"/models/{case.wire_model}/" not in seen.path:
            found.append(f"the path {seen.path} does not name the model")
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A text, or its pieces; beside it what was asked for."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        asked = seen.json()
        if not seen.path.endswith("_stream"):
            return as_json(_piece(want.text or "", facts.OUTPUT_TOKENS, asked))
        texts = re.findall(r".{1,9}", want.text or "", re.DOTALL)
        pieces = [_piece(text, 1, asked) for text in texts]
        pieces[-1] = _piece(texts[-1], facts.OUTPUT_TOKENS - len(texts) + 1, asked)
        if want.fault == "error in stream":
            return as_events(*pieces[:2], {"error": facts.ERROR_MESSAGE}, done=None)
        return as_events(*pieces, done=None, cut=want.fault == "cut")


FAULTS = {
    "refused key": as_json({"error": "unauthorized"}, 401),
    "rate limit": as_json({"error": "too many requests"}, 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json({"error": "Exceeds maximum queue size"}, 503),
}


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float))


def _piece(text: str, tokens: int, asked: dict[str, Any]) -> dict[str, Any]:
    known = {"finish_reason": "stop", "num_input_tokens": facts.INPUT_TOKENS, "num_output_tokens": tokens}
    told = {name: known[name] for question, name in ASKED.items() if asked.get(question)}
    return {"model_name": "m", "model_version": "1", "text_output": text, **told}


FAMILY = TritonFamily()
