"""AssemblyAI, judged by the models of its package: upload, order, look."""

from __future__ import annotations

from assemblyai.types import TranscriptRequest

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.signature_judge import judge_model
from tests.conformance.want import RETRY_AFTER, Want

FAULTS = {
    "refused key": as_json({"error": "Authentication error, API token missing/invalid"}, 401),
    "rate limit": as_json({"error": "Too many requests"}, 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json({"error": "Server error"}, 503),
}
ADDRESS = "https://cdn.example.com/upload/1"


class AssemblyFamily:
    """`/v2/upload`, `/v2/transcript` and `/v2/transcript/{id}`."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Each of the three steps."""
        match seen.method, seen.path:
            case "POST", "/v2/upload":
                return [] if seen.body == facts.SOUND else ["the body is not the recording"]
            case "POST", "/v2/transcript":
                body = seen.json()
                found = [] if body.get("speech_models") == [case.wire_model] else ["the order does not name the model"]
                found += [] if body.get("audio_url") == ADDRESS else ["the order does not name the recording"]
                return found + judge_model(body, TranscriptRequest)
            case "GET", "/v2/transcript/t-1":
                return []
        return [f"{seen.method} {seen.path} is none of the vendor's"]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """An address, a place in the queue, a transcript."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if seen.path == "/v2/upload":
            return as_json({"upload_url": ADDRESS})
        if seen.method == "POST":
            return as_json({"id": "t-1", "status": "queued"})
        word = {"text": facts.TRANSCRIPT, "start": 0, "end": 1000, "confidence": 1.0, "speaker": None}
        done = {"id": "t-1", "status": "completed", "text": facts.TRANSCRIPT, "words": [word], "utterances": None}
        return as_json({**done, "language_code": "en_us", "audio_duration": 1})


FAMILY = AssemblyFamily()
