"""ElevenLabs, judged by the arguments of its package's own methods."""

from __future__ import annotations

from urllib.parse import parse_qsl

from elevenlabs.speech_to_text.raw_client import RawSpeechToTextClient
from elevenlabs.text_to_speech.raw_client import RawTextToSpeechClient

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.form import fields_of, files_of
from tests.conformance.signature_judge import judge_json, judge_text
from tests.conformance.want import RETRY_AFTER, Want


def _detail(status: str) -> dict[str, dict[str, str]]:
    return {"detail": {"status": status, "message": facts.ERROR_MESSAGE}}


FAULTS = {
    "refused key": as_json(_detail("invalid_api_key"), 401),
    "rate limit": as_json(_detail("too_many_concurrent_requests"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_detail("system_busy"), 503),
}
IN_QUERY = {"output_format", "enable_logging", "optimize_streaming_latency", "token"}
WORDS = [
    {"text": text, "start": at, "end": at + 0.4, "type": "word", "speaker_id": "speaker_0", "logprob": 0.0}
    for at, text in enumerate(facts.TRANSCRIPT.split())
]


class ElevenLabsFamily:
    """`/v1/text-to-speech/{voice}`, its stream, and `/v1/speech-to-text`."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The query and the body by the method that would send them."""
        query = parse_qsl(seen.query)
        found = [f"query.{name}: belongs into the body" for name, _ in query if name not in IN_QUERY]
        if case.codec == "elevenlabs_transcriptions":
            fields = fields_of(seen)
            found += [] if files_of(seen) == {"file": facts.SOUND} else ["the form's file is not the one that was given"]
            found += [] if ("model_id", case.wire_model) in fields else ["the form does not name the model"]
            return found + judge_text([*fields, *query], RawSpeechToTextClient.convert, "form")
        parts = seen.path.strip("/").split("/")
        if parts[:2] != ["v1", "text-to-speech"] or parts[3:] not in ([], ["stream"]):
            found.append(f"the path {seen.path} is none of the vendor's")
        body, method = seen.json(), RawTextToSpeechClient.stream if parts[3:] else RawTextToSpeechClient.convert
        found += [] if body.get("model_id") == case.wire_model else ["the body does not name the model"]
        found += [f"body.{name}: belongs into the query" for name in body if name in IN_QUERY]
        return found + judge_json(body, method) + judge_text(query, method, "query")

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Audio, or words with their times."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if case.codec == "elevenlabs_speech":
            return Answer(
                facts.SOUND, headers={"content-type": "audio/wav", "x-character-count": "6"}, streamed="stream" in seen.path
            )
        return as_json({"language_code": "eng", "language_probability": 1.0, "text": facts.TRANSCRIPT, "words": WORDS})


FAMILY = ElevenLabsFamily()
