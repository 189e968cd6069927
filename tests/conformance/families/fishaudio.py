"""Fish Audio: speech judged by the models of its package, transcription by rules of our own (the package speaks MessagePack there;
https://github.com/fishaudio/docs/blob/main/.mintlify/skills/fish-audio-api/SKILL.md, read 2026-11-28)."""

from __future__ import annotations

from fishaudio.types import TTSRequest

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.form import fields_of, files_of
from tests.conformance.signature_judge import judge_model
from tests.conformance.want import RETRY_AFTER, Want


def _error(status: int) -> dict[str, object]:
    return {"status": status, "message": facts.ERROR_MESSAGE}


FAULTS = {
    "refused key": as_json(_error(401), 401),
    "rate limit": as_json(_error(429), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error(503), 503),
}
FORM = {"language", "ignore_timestamps", "tag_audio_events", "diarize", "num_speakers", "min_speakers", "max_speakers"}


class FishFamily:
    """`/v1/tts` and `/v1/asr`; the model is named in a header."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The header first: an unknown model is served by another, without a word."""
        named = seen.headers.get("model")
        found = [] if named == case.wire_model else [f"the header names the model {named!r}"]
        if case.codec == "fishaudio_speech":
            return found + judge_model(seen.json(), TTSRequest)
        found += [f"form.{name}: unknown" for name, _ in fields_of(seen) if name not in FORM]
        return found + ([] if files_of(seen) == {"audio": facts.SOUND} else ["the form's file is not the one that was given"])

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Audio, or a transcript with its words."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if case.codec == "fishaudio_speech":
            return Answer(facts.SOUND, headers={"content-type": "audio/wav"}, streamed=True)
        word = {"text": facts.TRANSCRIPT, "start": 0.0, "end": 1.0}
        return as_json({"text": facts.TRANSCRIPT, "duration": 1.0, "segments": [word], "language_code": "en"})


FAMILY = FishFamily()
