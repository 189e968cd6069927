"""Azure AI Speech, judged by rules of our own: the form of the transcription, and well-formed markup
(https://docs.azure.cn/en-us/ai-services/speech-service/migrate-2025-10-15, read 2026-11-28)."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.form import fields_of, files_of
from tests.conformance.want import RETRY_AFTER, Want


def _error(code: str) -> dict[str, str]:
    return {"code": code, "message": facts.ERROR_MESSAGE}


FAULTS = {
    "refused key": as_json(_error("Unauthorized"), 401),
    "rate limit": as_json(_error("TooManyRequests"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("InternalServerError"), 503),
}
DEFINITION = {"locales", "diarization", "channels", "profanityFilterMode", "phraseList", "enhancedMode"}
SSML = "{http://www.w3.org/2001/10/synthesis}"


class AzureSpeechFamily:
    """`transcriptions:transcribe` and `/cognitiveservices/v1`."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """A definition of known fields, or a voice in markup."""
        if case.codec == "azure_speech":
            speak = ElementTree.fromstring(seen.body)
            found = [] if speak.tag == f"{SSML}speak" and speak.get("version") == "1.0" else ["the body is no SSML"]
            found += [] if [child.tag for child in speak] == [f"{SSML}voice"] and speak[0].get("name") else ["no voice is named"]
            found += [] if seen.headers.get("content-type") == "application/ssml+xml" else ["the body's type is not told"]
            return found + ([] if seen.headers.get("x-microsoft-outputformat") else ["no header names the format"])
        found = [] if "api-version=" in seen.query else ["the query names no version"]
        found += [] if files_of(seen) == {"audio": facts.SOUND} else ["the form's file is not the one that was given"]
        ((name, definition),) = fields_of(seen)
        found += [] if name == "definition" else [f"form.{name}: unknown"]
        return found + [f"definition.{field}: unknown" for field in json.loads(definition) if field not in DEFINITION]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Audio, or phrases."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if case.codec == "azure_speech":
            return Answer(facts.SOUND, headers={"content-type": "audio/x-wav"}, streamed=True)
        phrase = {"offsetMilliseconds": 0, "durationMilliseconds": 1000, "text": facts.TRANSCRIPT, "locale": "en-US"}
        combined = [{"text": facts.TRANSCRIPT}]
        return as_json({"durationMilliseconds": 1000, "combinedPhrases": combined, "phrases": [phrase]})


FAMILY = AzureSpeechFamily()
