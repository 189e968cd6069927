"""Does the model claim what the call asks for? Unknown features are allowed."""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, Part, VideoPart
from modelruntime.entities.tools import HostedTool, Tool
from modelruntime.entities.warning import CallWarning
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.target import Target

FEATURE_OF_PART: dict[type, str] = {ImagePart: "vision", AudioPart: "audio", VideoPart: "video", DocumentPart: "document"}
TOOL_FEATURES = frozenset({"tool-call", "multi-tool-call", "stream-tool-call"})


def feature_warnings(
    target: Target, tools: tuple[Tool | HostedTool, ...], parts: Sequence[Part], options: CallOptions
) -> tuple[CallWarning, ...]:
    """A warning for each feature the model does not claim (`ParameterInvalid` under strict), beside those of the model."""
    warnings = model_warnings(target)
    if target.schema.features is None or not (tools or parts):
        return warnings
    claimed = set(target.schema.features)
    missing: list[CallWarning] = []
    if tools and not claimed & TOOL_FEATURES:
        missing.append(_unclaimed(target, "tool-call", "tools", options))
    wanted = {feature for part in parts if (feature := FEATURE_OF_PART.get(type(part)))}
    missing.extend(_unclaimed(target, feature, "messages", options) for feature in sorted(wanted - claimed))
    return (*warnings, *missing)


def model_warnings(target: Target) -> tuple[CallWarning, ...]:
    """What must be said of the model itself, of whatever type: its vendor ends it, or nobody declares it."""
    schema = target.schema
    if target.declared and not schema.deprecated:
        return ()
    warnings: list[CallWarning] = []
    if schema.deprecated:
        until = f" on {schema.deprecation.date}" if schema.deprecation and schema.deprecation.date else ""
        instead = f"; use {schema.deprecation.replacement}" if schema.deprecation and schema.deprecation.replacement else ""
        warnings.append(CallWarning("deprecated", f"{target.name} is deprecated{until}{instead}", "model"))
    if not target.declared and target.engine_spec is None:
        warnings.append(CallWarning("undeclared", f"nobody declares {target.name}: its rules and price are unknown", "model"))
    return tuple(warnings)


def _unclaimed(target: Target, feature: str, field: str, options: CallOptions) -> CallWarning:
    message = f"{target.name} does not declare the feature {feature}"
    if options.strict:
        raise ParameterInvalid(message, field=field, model=target.schema.model)
    return CallWarning("unsupported", message, field)
