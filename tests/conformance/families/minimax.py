"""MiniMax's speech and embeddings, judged by rules of our own: the vendor has no package for them
(https://platform.minimax.io/docs/api-reference/speech-t2a-http.md, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import Want

OK = {"status_code": 0, "status_msg": "success"}


def _refused(code: int) -> Answer:
    """What goes wrong comes with status 200."""
    return as_json({"base_resp": {"status_code": code, "status_msg": facts.ERROR_MESSAGE}, "vectors": None})


FAULTS = {"refused key": _refused(1004), "rate limit": _refused(1002), "outage": _refused(1033)}
SPEECH: dict[str, set[str]] = {
    "": {"model", "text", "stream", "voice_setting", "audio_setting", "language_boost", "pronunciation_dict", "voice_modify"},
    "voice_setting": {"voice_id", "speed", "vol", "pitch", "emotion"},
    "audio_setting": {"sample_rate", "bitrate", "format", "channel"},
}
PIECES = 3


class MiniMaxFamily:
    """`/v1/t2a_v2` and `/v1/embeddings`."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The fields of the two bodies, and nothing beside them."""
        body = seen.json()
        found = [] if body.get("model") == case.wire_model else ["the body does not name the model"]
        if case.codec == "minimax_embeddings":
            found += [] if body.keys() == {"model", "texts", "type"} else [f"body: {', '.join(sorted(body))}"]
            return found + ([] if body.get("type") in ("db", "query") else ["body.type: neither db nor query"])
        for place, known in SPEECH.items():
            inner: dict[str, Any] = body.get(place, {}) if place else body
            found += [f"body.{place}.{name}: unknown" for name in inner if name not in known]
        return found + ([] if body.get("voice_setting", {}).get("voice_id") else ["body.voice_setting.voice_id: missing"])

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Vectors, or audio in hexadecimal, piece by piece and then again whole."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if case.codec == "minimax_embeddings":
            rows = [facts.vector(facts.SENTENCES.index(text) if text in facts.SENTENCES else 0) for text in body["texts"]]
            return as_json({"vectors": rows, "total_tokens": 3, "base_resp": OK})
        known = {"audio_format": "wav", "audio_sample_rate": 8000, "usage_characters": 6}
        whole = {"data": {"audio": facts.SOUND.hex(), "status": 2}, "extra_info": known, "trace_id": "t", "base_resp": OK}
        if not body.get("stream"):
            return as_json(whole)
        size = len(facts.SOUND) // PIECES + 1
        pieces = [facts.SOUND[at : at + size] for at in range(0, len(facts.SOUND), size)]
        return as_events(*({"data": {"audio": piece.hex(), "status": 1}, "base_resp": OK} for piece in pieces), whole, done=None)


FAMILY = MiniMaxFamily()
