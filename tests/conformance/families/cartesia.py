"""Cartesia, judged by the types of its package."""

from __future__ import annotations

from urllib.parse import parse_qsl

from cartesia.types import STTTranscribeParams, TTSGenerateParams

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.form import fields_of, files_of
from tests.conformance.type_judge import complaints
from tests.conformance.want import RETRY_AFTER, Want


def _error(code: str) -> dict[str, str]:
    return {"error_code": code, "title": "No", "message": facts.ERROR_MESSAGE, "request_id": "uuid"}


FAULTS = {
    "refused key": as_json(_error("unauthorized"), 401),
    "rate limit": as_json(_error("concurrency_limited"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("internal_error"), 503),
}


class CartesiaFamily:
    """`/tts/bytes` and `/stt`."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Bodies by the package's own types; each request names its version of the API."""
        found = [] if seen.headers.get("cartesia-version") else ["no header names the version of the API"]
        if case.codec == "cartesia_speech":
            return found + complaints(seen.json(), TTSGenerateParams)
        form: dict[str, object] = dict(parse_qsl(seen.query))
        for name, value in fields_of(seen):
            form[name.removesuffix("[]")] = [value] if name.endswith("[]") else value
        found += [] if form.get("model") == case.wire_model else ["the form does not name the model"]
        found += [] if files_of(seen) == {"file": facts.SOUND} else ["the form's file is not the one that was given"]
        return found + complaints({**form, "file": "…"}, STTTranscribeParams, "form")

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Audio, or a transcript with its words."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if case.codec == "cartesia_speech":
            return Answer(facts.SOUND, headers={"content-type": "audio/wav"}, streamed=True)
        word = {"word": facts.TRANSCRIPT, "start": 0.0, "end": 1.0}
        return as_json({"type": "transcript", "text": facts.TRANSCRIPT, "duration": 1.0, "language": "en", "words": [word]})


FAMILY = CartesiaFamily()
