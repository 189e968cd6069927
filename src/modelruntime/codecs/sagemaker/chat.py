"""Chat: the container takes OpenAI's body (vLLM, LMI and TGI with its Messages API do; so do the deployments that
https://github.com/aws-samples/dify-aws-tool describes, read 2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.contract import LLMCodec
from modelruntime.codecs.openai.chat import CODEC as CHAT
from modelruntime.codecs.operation import Endpoint, Operation
from modelruntime.codecs.sagemaker.location import STREAMED, located
from modelruntime.codecs.sagemaker.payload_stream import PayloadStream
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult


class SageMakerChat:
    """OpenAI's chat inside InvokeEndpoint."""

    name = "sagemaker_chat"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Operation[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        return CHAT.invoke(call, located(endpoint, "chat"))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> PayloadStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        return PayloadStream(CHAT.stream(call, located(endpoint, "chat", STREAMED)), endpoint)


CODEC: LLMCodec = SageMakerChat()
