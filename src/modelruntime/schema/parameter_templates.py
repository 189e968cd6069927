"""The parameter templates that a rule may name with `use_template`.

Types, defaults and bounds are those of Dify's model runtime (langgenius/dify `model_runtime/entities/defaults.py`, read
2026-11); labels and help are ours.
"""

from __future__ import annotations

from modelruntime.schema.i18n import I18nText
from modelruntime.schema.parameter_rule import ParameterRule


def _text(english: str, chinese: str) -> I18nText:
    return {"en_US": english, "zh_Hans": chinese}


def _share(name: str, default: float, label: I18nText, text: I18nText) -> ParameterRule:
    """A float from 0 to 1 with two decimals."""
    return ParameterRule(name=name, type="float", default=default, min=0.0, max=1.0, precision=2, label=label, help=text)


_ALL = (
    _share(
        "temperature",
        0.0,
        _text("Temperature", "温度"),
        _text(
            "How freely the model chooses its words: near 0 it repeats itself, higher values vary more.",
            "模型用词的自由程度：接近 0 时回答趋于固定，数值越高变化越多。",
        ),
    ),
    _share(
        "top_p",
        1.0,
        _text("Top P", "Top P"),
        _text(
            "Choose only among the likeliest tokens whose probabilities add up to this share.",
            "只在累计概率达到该比例的最可能词元中选择。",
        ),
    ),
    ParameterRule(
        name="top_k",
        type="int",
        default=50,
        min=1,
        max=100,
        precision=0,
        label=_text("Top K", "Top K"),
        help=_text("Choose only among this many of the likeliest tokens.", "只在最可能的若干个词元中选择。"),
    ),
    _share(
        "presence_penalty",
        0.0,
        _text("Presence penalty", "存在惩罚"),
        _text(
            "Makes tokens that have already appeared less likely, however often they did.",
            "降低已出现过的词元再次出现的可能性，与出现次数无关。",
        ),
    ),
    _share(
        "frequency_penalty",
        0.0,
        _text("Frequency penalty", "频率惩罚"),
        _text(
            "Makes tokens less likely the more often they have already appeared.",
            "词元出现得越频繁，再次出现的可能性越低。",
        ),
    ),
    ParameterRule(
        name="max_tokens",
        type="int",
        default=64,
        min=1,
        max=2048,
        precision=0,
        label=_text("Max tokens", "最大词元数"),
        help=_text(
            "The longest answer in tokens; what is longer gets cut off.",
            "回答长度的上限（以词元计），超出部分会被截断。",
        ),
    ),
    ParameterRule(
        name="response_format",
        type="string",
        options=("JSON", "XML"),
        label=_text("Response format", "回复格式"),
        help=_text("The format that the answer is written in.", "回答所采用的格式。"),
    ),
    ParameterRule(
        name="json_schema",
        type="text",
        label=_text("JSON Schema", "JSON Schema"),
        help=_text("The JSON Schema that the answer follows.", "回答所遵循的 JSON Schema。"),
    ),
)

TEMPLATES: dict[str, ParameterRule] = {rule.name: rule for rule in _ALL}
"""Template name → the rule it stands for; none is required."""

HINT_KEYS = ("min", "max", "precision", "options")
"""Keys that are hints, not hard bounds, when they come from a template."""
