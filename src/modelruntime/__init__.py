"""Every AI model behind one declared schema.

    from modelruntime import Runtime

    runtime = Runtime()
    print(runtime.llm("local/qwen2.5-coder-0.5b-instruct").invoke("Hello").text)

The names below are the public API; each is imported when it is first used, so `import modelruntime` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelruntime.entities.cache_hint import CacheHint as CacheHint
    from modelruntime.entities.cost import Cost as Cost
    from modelruntime.entities.embedding_result import EmbeddingResult as EmbeddingResult
    from modelruntime.entities.errors import BadRequest as BadRequest
    from modelruntime.entities.errors import ConnectionFailed as ConnectionFailed
    from modelruntime.entities.errors import ContentFiltered as ContentFiltered
    from modelruntime.entities.errors import ContextLengthExceeded as ContextLengthExceeded
    from modelruntime.entities.errors import CredentialsInvalid as CredentialsInvalid
    from modelruntime.entities.errors import DeclarationInvalid as DeclarationInvalid
    from modelruntime.entities.errors import InvokeError as InvokeError
    from modelruntime.entities.errors import ModelNotFound as ModelNotFound
    from modelruntime.entities.errors import ModelRuntimeError as ModelRuntimeError
    from modelruntime.entities.errors import ParameterInvalid as ParameterInvalid
    from modelruntime.entities.errors import RateLimited as RateLimited
    from modelruntime.entities.errors import ServerUnavailable as ServerUnavailable
    from modelruntime.entities.errors import StreamIncomplete as StreamIncomplete
    from modelruntime.entities.errors import TimedOut as TimedOut
    from modelruntime.entities.errors import Unauthorized as Unauthorized
    from modelruntime.entities.events import ErrorEvent as ErrorEvent
    from modelruntime.entities.events import FinishEvent as FinishEvent
    from modelruntime.entities.events import HostedToolDelta as HostedToolDelta
    from modelruntime.entities.events import HostedToolEnd as HostedToolEnd
    from modelruntime.entities.events import HostedToolStart as HostedToolStart
    from modelruntime.entities.events import MediaEvent as MediaEvent
    from modelruntime.entities.events import OpaqueEvent as OpaqueEvent
    from modelruntime.entities.events import ReasoningDelta as ReasoningDelta
    from modelruntime.entities.events import ReasoningEnd as ReasoningEnd
    from modelruntime.entities.events import ReasoningStart as ReasoningStart
    from modelruntime.entities.events import SourceEvent as SourceEvent
    from modelruntime.entities.events import StreamEvent as StreamEvent
    from modelruntime.entities.events import StreamStart as StreamStart
    from modelruntime.entities.events import TextDelta as TextDelta
    from modelruntime.entities.events import TextEnd as TextEnd
    from modelruntime.entities.events import TextStart as TextStart
    from modelruntime.entities.events import ToolCallDelta as ToolCallDelta
    from modelruntime.entities.events import ToolCallEnd as ToolCallEnd
    from modelruntime.entities.events import ToolCallStart as ToolCallStart
    from modelruntime.entities.events import UsageEvent as UsageEvent
    from modelruntime.entities.file_ref import FileRef as FileRef
    from modelruntime.entities.finish import Finish as Finish
    from modelruntime.entities.llm_result import LLMResult as LLMResult
    from modelruntime.entities.messages import AssistantMessage as AssistantMessage
    from modelruntime.entities.messages import DeveloperMessage as DeveloperMessage
    from modelruntime.entities.messages import Message as Message
    from modelruntime.entities.messages import SystemMessage as SystemMessage
    from modelruntime.entities.messages import ToolMessage as ToolMessage
    from modelruntime.entities.messages import UserMessage as UserMessage
    from modelruntime.entities.model_type import ModelType as ModelType
    from modelruntime.entities.moderation_result import Category as Category
    from modelruntime.entities.moderation_result import ModerationResult as ModerationResult
    from modelruntime.entities.parts import AudioPart as AudioPart
    from modelruntime.entities.parts import DocumentPart as DocumentPart
    from modelruntime.entities.parts import HostedToolPart as HostedToolPart
    from modelruntime.entities.parts import ImagePart as ImagePart
    from modelruntime.entities.parts import MediaPart as MediaPart
    from modelruntime.entities.parts import OpaquePart as OpaquePart
    from modelruntime.entities.parts import Part as Part
    from modelruntime.entities.parts import ReasoningPart as ReasoningPart
    from modelruntime.entities.parts import SourcePart as SourcePart
    from modelruntime.entities.parts import TextPart as TextPart
    from modelruntime.entities.parts import ToolCallPart as ToolCallPart
    from modelruntime.entities.parts import VideoPart as VideoPart
    from modelruntime.entities.rerank_result import RerankItem as RerankItem
    from modelruntime.entities.rerank_result import RerankResult as RerankResult
    from modelruntime.entities.secret import Secret as Secret
    from modelruntime.entities.speech_result import SpeechResult as SpeechResult
    from modelruntime.entities.speech_result import Voice as Voice
    from modelruntime.entities.tools import HostedTool as HostedTool
    from modelruntime.entities.tools import Tool as Tool
    from modelruntime.entities.tools import ToolChoice as ToolChoice
    from modelruntime.entities.transcription_result import TranscriptionResult as TranscriptionResult
    from modelruntime.entities.transcription_result import TranscriptionSegment as TranscriptionSegment
    from modelruntime.entities.usage import InputUsage as InputUsage
    from modelruntime.entities.usage import OutputUsage as OutputUsage
    from modelruntime.entities.usage import Usage as Usage
    from modelruntime.entities.warning import CallWarning as CallWarning
    from modelruntime.runtime.async_runtime import AsyncRuntime as AsyncRuntime
    from modelruntime.runtime.blocking_runtime import Runtime as Runtime
    from modelruntime.runtime.credential_source import CredentialSource as CredentialSource
    from modelruntime.runtime.credential_source import CustomModel as CustomModel
    from modelruntime.runtime.credential_validation import Validation as Validation
    from modelruntime.runtime.listing import ModelInfo as ModelInfo
    from modelruntime.runtime.listing import ProviderInfo as ProviderInfo
    from modelruntime.runtime.observers import BaseObserver as BaseObserver
    from modelruntime.runtime.observers import CallInfo as CallInfo
    from modelruntime.runtime.observers import Observer as Observer
    from modelruntime.runtime.status import Status as Status
    from modelruntime.runtime.token_count import TokenCount as TokenCount
    from modelruntime.transports.contract import Timeouts as Timeouts
    from modelruntime.transports.contract import TransportOptions as TransportOptions

__version__ = "0.1.0"

_HOMES = {
    "entities.cache_hint": ("CacheHint",),
    "entities.cost": ("Cost",),
    "entities.embedding_result": ("EmbeddingResult",),
    "entities.errors": (
        "BadRequest",
        "ConnectionFailed",
        "ContentFiltered",
        "ContextLengthExceeded",
        "CredentialsInvalid",
        "DeclarationInvalid",
        "InvokeError",
        "ModelNotFound",
        "ModelRuntimeError",
        "ParameterInvalid",
        "RateLimited",
        "ServerUnavailable",
        "StreamIncomplete",
        "TimedOut",
        "Unauthorized",
    ),
    "entities.events": (
        "ErrorEvent",
        "FinishEvent",
        "HostedToolDelta",
        "HostedToolEnd",
        "HostedToolStart",
        "MediaEvent",
        "OpaqueEvent",
        "ReasoningDelta",
        "ReasoningEnd",
        "ReasoningStart",
        "SourceEvent",
        "StreamEvent",
        "StreamStart",
        "TextDelta",
        "TextEnd",
        "TextStart",
        "ToolCallDelta",
        "ToolCallEnd",
        "ToolCallStart",
        "UsageEvent",
    ),
    "entities.file_ref": ("FileRef",),
    "entities.finish": ("Finish",),
    "entities.llm_result": ("LLMResult",),
    "entities.messages": (
        "AssistantMessage",
        "DeveloperMessage",
        "Message",
        "SystemMessage",
        "ToolMessage",
        "UserMessage",
    ),
    "entities.model_type": ("ModelType",),
    "entities.moderation_result": (
        "Category",
        "ModerationResult",
    ),
    "entities.parts": (
        "AudioPart",
        "DocumentPart",
        "HostedToolPart",
        "ImagePart",
        "MediaPart",
        "OpaquePart",
        "Part",
        "ReasoningPart",
        "SourcePart",
        "TextPart",
        "ToolCallPart",
        "VideoPart",
    ),
    "entities.rerank_result": (
        "RerankItem",
        "RerankResult",
    ),
    "entities.secret": ("Secret",),
    "entities.speech_result": (
        "SpeechResult",
        "Voice",
    ),
    "entities.tools": (
        "HostedTool",
        "Tool",
        "ToolChoice",
    ),
    "entities.transcription_result": (
        "TranscriptionResult",
        "TranscriptionSegment",
    ),
    "entities.usage": (
        "InputUsage",
        "OutputUsage",
        "Usage",
    ),
    "entities.warning": ("CallWarning",),
    "runtime.credential_source": (
        "CredentialSource",
        "CustomModel",
    ),
    "runtime.credential_validation": ("Validation",),
    "runtime.async_runtime": ("AsyncRuntime",),
    "runtime.blocking_runtime": ("Runtime",),
    "runtime.listing": (
        "ModelInfo",
        "ProviderInfo",
    ),
    "runtime.observers": (
        "BaseObserver",
        "CallInfo",
        "Observer",
    ),
    "runtime.status": ("Status",),
    "runtime.token_count": ("TokenCount",),
    "transports.contract": (
        "Timeouts",
        "TransportOptions",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'modelruntime' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"modelruntime.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
