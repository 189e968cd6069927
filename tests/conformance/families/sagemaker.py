"""Amazon SageMaker: the envelope is judged by its service model as `botocore` ships it, chat inside it by OpenAI's own types, the
samples' bodies by rules of ours."""

from __future__ import annotations

import json
from dataclasses import replace

from modelruntime.schema.profile import Profile
from tests.codecs.aws_frames import render_frame
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.families import openai
from tests.conformance.families.aws import EVENTS, FAULTS, JSON, refused
from tests.conformance.family import Evidence
from tests.conformance.want import Want
from tests.replay.aws_oracle import operation, read_stream

_ACTIONS = {"invocations": "InvokeEndpoint", "invocations-response-stream": "InvokeEndpointWithResponseStream"}
_BODIES: dict[str, set[str]] = {
    "sagemaker_embeddings": {"inputs", "parameters", "is_query", "instruction"},
    "sagemaker_rerank": {"inputs", "docs"},
    "sagemaker_speech": {"tts_text", "role"},
}
_AUDIO = "/audio/spoken.wav"


class SageMakerFamily:
    """InvokeEndpoint, whole and streamed, and the store where a sample leaves its audio."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The envelope, then what is in it."""
        if seen.path == _AUDIO:
            return []
        _, kind, name, action = seen.path.split("/")
        if kind != "endpoints" or action not in _ACTIONS:
            return [f"nothing is served at {seen.path}"]
        envelope = {"EndpointName": name, "Body": seen.body, "ContentType": seen.headers["content-type"]}
        found = refused(operation("sagemaker-runtime", _ACTIONS[action]), envelope)
        if case.codec == "sagemaker_chat":
            return found + openai.FAMILY.judge(_inside(seen), replace(case, codec="openai_chat"), profile)
        if case.codec == "sagemaker_transcriptions":
            right = seen.body == facts.SOUND and seen.headers["content-type"] == "audio/x-audio"
            return found if right else [*found, "the body is the recording"]
        foreign = seen.json().keys() ^ _BODIES[case.codec]
        return found + [f"body.{member}: missing, or known to nobody" for member in sorted(foreign)]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """What the container says."""
        if seen.path == _AUDIO:
            return Answer(facts.SOUND, headers={"content-type": "binary/octet-stream"})
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        match case.codec:
            case "sagemaker_chat":
                return _chat(seen, case, profile, want)
            case "sagemaker_embeddings":
                return as_json({"embeddings": [facts.vector_of(text) for text in seen.json()["inputs"]]})
            case "sagemaker_rerank":
                return as_json({"scores": list(facts.SCORES)})
            case "sagemaker_speech":
                return as_json({"s3_presign_url": f"http://{seen.headers['host']}{_AUDIO}?X-Amz-Signature=00"})
            case _:
                return as_json({"text": facts.TRANSCRIPT})


def _inside(seen: Seen) -> Seen:
    return replace(seen, path="/chat/completions")


def _chat(seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
    whole = want if want.fault not in ("error in stream", "cut") else replace(want, fault=None)
    inner = openai.FAMILY.answer(_inside(seen), replace(case, codec="openai_chat"), profile, whole)
    if not seen.path.endswith("-stream"):
        return inner
    pieces = [inner.body[at : at + 50] for at in range(0, len(inner.body), 50)]
    frames = [render_frame({":message-type": "event", ":event-type": "PayloadPart"}, piece) for piece in pieces]
    if want.fault == "error in stream":
        failure: JSON = {"Message": facts.ERROR_MESSAGE, "ErrorCode": "ModelInvocationTimeExceeded"}
        headers = {":message-type": "exception", ":exception-type": "ModelStreamError"}
        frames = [*frames[:2], render_frame(headers, json.dumps(failure).encode())]
    elif want.fault == "cut":
        frames = frames[:2]
    body = b"".join(frames)
    assert len(list(read_stream(operation("sagemaker-runtime", "InvokeEndpointWithResponseStream"), body))) == len(frames)
    return Answer(body, headers={"content-type": EVENTS}, cut=want.fault == "cut", streamed=True)


FAMILY = SageMakerFamily()
