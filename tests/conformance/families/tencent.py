"""Tencent Cloud's recognition of sentences, judged by the request model of its package."""

from __future__ import annotations

import base64

from tencentcloud.asr.v20190614.models import SentenceRecognitionRequest

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import Want

KNOWN = frozenset(name[1:] for name in vars(SentenceRecognitionRequest()))


def _refused(code: str) -> Answer:
    """What goes wrong comes with status 200."""
    return as_json({"Response": {"Error": {"Code": code, "Message": facts.ERROR_MESSAGE}, "RequestId": "r"}})


FAULTS = {
    "refused key": _refused("AuthFailure.SignatureFailure"),
    "rate limit": _refused("RequestLimitExceeded"),
    "outage": _refused("InternalError"),
}


class TencentFamily:
    """The action `SentenceRecognition`."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The action in the headers, the fields of the model in the body."""
        body = seen.json()
        found = [f"body.{name}: unknown" for name in body if name not in KNOWN]
        found += [] if seen.headers.get("x-tc-action") == "SentenceRecognition" else ["no header names the action"]
        found += [] if seen.headers.get("x-tc-version") == "2019-06-14" else ["no header names the version"]
        found += [] if body.get("EngSerViceType") == case.wire_model else ["the body does not name the engine"]
        found += [] if base64.b64decode(body.get("Data", "")) == facts.SOUND else ["the body does not hold the recording"]
        return found + ([] if body.get("DataLen") == len(facts.SOUND) else ["body.DataLen: not the recording's"])

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A sentence with its words."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        word = {"Word": facts.TRANSCRIPT, "StartTime": 0, "EndTime": 1000}
        return as_json({"Response": {"Result": facts.TRANSCRIPT, "AudioDuration": 1000, "WordList": [word], "RequestId": "r"}})


FAMILY = TencentFamily()
