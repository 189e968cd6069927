"""Deepgram, judged by the arguments of its package's own methods."""

from __future__ import annotations

from urllib.parse import parse_qsl

from deepgram.listen.v1.media.raw_client import RawMediaClient
from deepgram.speak.v1.audio.raw_client import RawAudioClient

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.signature_judge import judge_text
from tests.conformance.want import RETRY_AFTER, Want


def _error(code: str) -> dict[str, str]:
    return {"err_code": code, "err_msg": facts.ERROR_MESSAGE, "request_id": "uuid"}


FAULTS = {
    "refused key": as_json(_error("INVALID_AUTH"), 401),
    "rate limit": as_json(_error("TOO_MANY_REQUESTS"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("INTERNAL"), 503),
}
ALTERNATIVE = {"transcript": facts.TRANSCRIPT, "confidence": 1.0, "words": []}
UTTERANCE = {"start": 0.0, "end": 1.0, "transcript": facts.TRANSCRIPT, "channel": 0, "confidence": 1.0, "id": "u", "words": []}


class DeepgramFamily:
    """`/v1/listen` and `/v1/speak`."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Everything but the recording or the text stands in the query."""
        query = parse_qsl(seen.query)
        named = dict(query).get("model", "")
        if case.codec == "deepgram_listen":
            found = [] if seen.body == facts.SOUND else ["the body is not the recording"]
            found += [] if named == case.wire_model else [f"the query names the model {named!r}"]
            found += [] if seen.headers.get("content-type", "").startswith("audio/") else ["the body's type is not told"]
            return found + judge_text(query, RawMediaClient.transcribe_file, "query")
        found = [] if seen.json().keys() == {"text"} else ["the body is more than the text"]
        voices = [voice["mode"] for voice in case.model.model_properties.get("voices", ())]
        found += [] if named in voices else [f"the query names the model {named!r}, which is no voice"]
        return found + judge_text(query, RawAudioClient.generate, "query")

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Audio, or channels with alternatives."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if case.codec == "deepgram_speak":
            return Answer(facts.SOUND, headers={"content-type": "audio/wav"}, streamed=True)
        results = {"channels": [{"alternatives": [ALTERNATIVE]}], "utterances": [UTTERANCE]}
        return as_json({"metadata": {"request_id": "r", "duration": 1.0, "channels": 1}, "results": results})


FAMILY = DeepgramFamily()
