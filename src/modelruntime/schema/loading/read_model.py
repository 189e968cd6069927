"""One model."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.model_type import ORIGIN_ALIASES, ModelType
from modelruntime.schema.loading.read_dialect import read_codec, read_endpoint, read_profile
from modelruntime.schema.loading.read_price import read_price
from modelruntime.schema.loading.read_rule import read_rules
from modelruntime.schema.loading.read_source import read_sources
from modelruntime.schema.loading.section import Section, as_text, parse_number
from modelruntime.schema.loading.yaml_document import YamlMap
from modelruntime.schema.model import Deprecation, Limits, Modalities, ModelFile, ModelSchema

_WHOLE_PROPERTIES = ("context_size", "max_chunks", "max_characters_per_chunk", "word_limit", "max_workers")
_LIMIT_OF_PROPERTY = {
    "context_size": "context",
    "max_chunks": "batch",
    "file_upload_limit": "file_megabytes",
}


def read_model(section: Section, provider: str, expected: ModelType | None = None) -> ModelSchema | None:
    """The model, or None with the reason in the log. `expected` is the type of the folder: the model's own word wins."""
    before = section.log.error_count
    name = section.text("model")
    if not name:
        section.fail(None, "model-without-name", "a model needs its id in 'model'")
        return None
    section.name = f"model {name}"
    kind = _kind(section, expected)
    if kind is None:
        return None
    properties = _properties(section)
    deprecated, deprecation = _deprecation(section)
    model = ModelSchema(
        provider=provider,
        model=name,
        model_type=kind,
        label=section.i18n("label") or {"en_US": name},
        features=_features(section),
        model_properties=properties,
        parameter_rules=read_rules(section),
        pricing=read_price(section, kind),
        deprecated=deprecated,
        deprecation=deprecation,
        released=section.text("released"),
        limits=_limits(section, properties),
        modalities=_modalities(section),
        reasoning=section.plain_mapping("reasoning") or None,
        source=read_sources(section),
        wire_model=section.text("wire_model"),
        codec=read_codec(section),
        endpoint=read_endpoint(section),
        profile=read_profile(section),
        headers=section.text_mapping("headers"),
        extra=section.plain_mapping("extra"),
        engine=section.text("engine"),
        files=tuple(_files(section)),
    )
    section.skip("fetch_from")
    section.finish()
    return model if section.log.error_count == before else None


def parse_model_type(word: str) -> ModelType | None:
    """The model type of a word, a folder name (`text_embedding`) or an older spelling (`embeddings`)."""
    word = word.replace("_", "-")
    if word in ORIGIN_ALIASES:
        return ORIGIN_ALIASES[word]
    return next((kind for kind in ModelType if kind.value == word), None)


def _kind(section: Section, expected: ModelType | None) -> ModelType | None:
    word = section.text("model_type")
    if word is None:
        if expected is None:
            section.fail(None, "model-without-type", f"a model needs a model_type: {', '.join(ModelType)}")
        return expected
    kind = parse_model_type(word)
    if kind is None:
        section.fail("model_type", "unknown-model-type", f"there is no model type {word!r}; there are {', '.join(ModelType)}")
    elif expected is not None and kind is not expected:
        section.warn("model_type", "folder-type-mismatch", f"it stands among {expected} models but says {kind}, which counts")
    return kind


def _features(section: Section) -> tuple[str, ...] | None:
    if section.raw("features") is None:
        return None
    return tuple(dict.fromkeys(section.texts("features")))


def _properties(section: Section) -> dict[str, Any]:
    """Open data, with numbers as numbers and the mode as one of two words."""
    nested = section.section("model_properties")
    if nested is None:
        return {}
    properties = nested.plain_mapping_of_all()
    for key in _WHOLE_PROPERTIES:
        if properties.get(key) is not None:
            properties[key] = _whole(nested, key, properties[key])
    mode = properties.get("mode")
    if mode is not None and mode not in ("chat", "completion"):
        nested.warn("mode", "unknown-mode", f"the mode {mode!r} is neither chat nor completion; taken as chat")
        properties["mode"] = "chat"
    return {key: value for key, value in properties.items() if value is not None}


def _whole(section: Section, key: str, value: Any) -> Any:
    """A whole number where the value is one, however it is written; what is not is kept as it is."""
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        section.warn(key, "property-not-a-number", f"{key!r} should be a whole number; it is kept as it is")
        return value
    if isinstance(value, str):
        section.warn(key, "number-as-string", f"{key!r} should be a number without quotes")
    return number


def _limits(section: Section, properties: dict[str, Any]) -> Limits:
    """The stated limits; what is not stated comes from the older `model_properties`."""
    stated: dict[str, int | float | None] = {}
    nested = section.section("limits")
    if nested:
        stated = {
            field: nested.number(field) if field == "file_megabytes" else nested.integer(field)
            for field in Limits.__struct_fields__
        }
        nested.finish()
    for key, field in _LIMIT_OF_PROPERTY.items():
        value = properties.get(key)
        if stated.get(field) is None and isinstance(value, int | float) and not isinstance(value, bool):
            stated[field] = value
    return msgspec.convert({key: value for key, value in stated.items() if value is not None}, Limits)


def _modalities(section: Section) -> Modalities | None:
    nested = section.section("modalities")
    if nested is None:
        return None
    found = Modalities(nested.texts("input"), nested.texts("output"))
    nested.finish()
    return found


def _deprecation(section: Section) -> tuple[bool, Deprecation | None]:
    """`deprecated: true`, or `{date, replacement}`."""
    if not isinstance(section.raw("deprecated"), YamlMap):
        return section.flag("deprecated", default=False), None
    nested = section.section("deprecated")
    assert nested is not None
    found = Deprecation(nested.text("date"), nested.text("replacement"))
    nested.finish()
    return True, found


def _files(section: Section) -> list[ModelFile]:
    found: list[ModelFile] = []
    for item in section.sections("files", named_by=("name",)):
        facts: dict[str, Any] = {key: item.text(key) for key in ("name", "sha256", "license")}
        facts["size"] = item.integer("size")
        sources = tuple(source.plain_mapping_of_all() for source in item.sections("sources"))
        missing = [key for key, value in facts.items() if value is None]
        if missing:
            item.fail(None, "file-incomplete", f"a file needs {', '.join(missing)}")
            continue
        item.finish()
        found.append(ModelFile(sources=sources, **facts))
    return found


def with_defaults(model: YamlMap, defaults: YamlMap | None) -> YamlMap:
    """The model's mapping over shared defaults. Mappings merge one level deep; lists and values are replaced.

    Defaults may be given per model type (`defaults: {llm: {…}}`) beside those for all.
    """
    if not defaults:
        return model
    kinds = {word: parse_model_type(word) for word in defaults}
    shared = {key: value for key, value in defaults.items() if not (kinds[key] and isinstance(value, YamlMap))}
    own_kind = parse_model_type(as_text(model.get("model_type", shared.get("model_type", ""))))
    typed = next((value for word, value in defaults.items() if kinds[word] and kinds[word] is own_kind), None)
    result = YamlMap(model.line)
    for layer in (shared, typed if isinstance(typed, YamlMap) else {}, model):
        lines = layer.lines if isinstance(layer, YamlMap) else defaults.lines
        for key, value in layer.items():
            known = result.get(key)
            if isinstance(known, YamlMap) and isinstance(value, YamlMap):
                value = _overlaid(known, value)
            result[key] = value
            result.lines[key] = lines.get(key, model.line)
    return result


def _overlaid(below: YamlMap, above: YamlMap) -> YamlMap:
    result = YamlMap(above.line)
    result.update(below)
    result.update(above)
    result.lines = {**below.lines, **above.lines}
    return result
