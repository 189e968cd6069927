"""One provider: identity, forms, endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.ambient import SECRET_FACTS
from modelruntime.schema.auth_variables import auth_variables
from modelruntime.schema.codec_choice import choosing_variable
from modelruntime.schema.loading.read_ambient import ambient_variables, read_ambient
from modelruntime.schema.loading.read_dialect import endpoint_variables, read_codec, read_endpoint, read_profile, text_variables
from modelruntime.schema.loading.read_form import IMPLICIT_VARIABLE, read_model_form, read_provider_form
from modelruntime.schema.loading.read_model import parse_model_type
from modelruntime.schema.loading.read_source import read_sources
from modelruntime.schema.loading.section import as_text
from modelruntime.schema.loading.yaml_document import YamlList, YamlMap, plain
from modelruntime.schema.provider import (
    LISTING,
    ConfigurateMethod,
    CredentialCase,
    ModelFromCredentials,
    ProviderHelp,
    ProviderSchema,
)

if TYPE_CHECKING:
    from modelruntime.schema.codec_choice import CodecChoice
    from modelruntime.schema.i18n import I18nText
    from modelruntime.schema.loading.section import Section

_METHODS: dict[str, ConfigurateMethod] = {word: word for word in get_args(ConfigurateMethod)}
_NAMED_FORBIDDEN = set(" /\\\t\n")

MODEL_KEYS = ("models", "defaults", "anchors", "extends", "position")
"""Keys of a provider's document that the folder reader takes care of."""


def read_provider(section: Section, folder: str | None) -> ProviderSchema | None:
    """The provider, or None with the reason in the log."""
    before = section.log.error_count
    name = section.text("provider")
    if not name or _NAMED_FORBIDDEN & set(name):
        section.fail("provider", "provider-without-id", "a provider needs an id in 'provider', without spaces or slashes")
        return None
    section.name = f"provider {name}"
    types = _types(section)
    provider_form, model_form = read_provider_form(section), read_model_form(section)
    schema = ProviderSchema(
        provider=name,
        label=section.i18n("label") or {"en_US": name},
        aliases=_aliases(section, name),
        description=section.i18n("description"),
        icon_small=section.i18n("icon_small") or {},
        icon_large=section.i18n("icon_large") or {},
        icon_small_dark=section.i18n("icon_small_dark") or {},
        icon_large_dark=section.i18n("icon_large_dark") or {},
        background=section.text("background"),
        help=_help(section),
        supported_model_types=types,
        configurate_methods=_methods(section),
        provider_credential_schema=provider_form,
        model_credential_schema=model_form,
        codec=_codecs(section, types),
        engine=_by_type(section, "engine", types),
        endpoint=read_endpoint(section),
        auth=_auth(section),
        ambient=read_ambient(section),
        headers=section.text_mapping("headers"),
        profile=read_profile(section),
        models_endpoint=section.text("models_endpoint"),
        probe=_probe(section),
        probe_evidence=read_sources(section, "probe_evidence"),
        model_from_credentials=_model_from_credentials(section),
        telemetry_name=section.text("telemetry_name"),
        python=section.text("python"),
        source=read_sources(section),
        folder=folder,
    )
    section.skip(*MODEL_KEYS, "extra")
    section.finish()
    _check_variables(section, schema)
    return schema if section.log.error_count == before else None


def _aliases(section: Section, name: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(section.texts("aliases")))
    if wrong := [alias for alias in found if not alias or alias == name or _NAMED_FORBIDDEN & set(alias)]:
        section.fail("aliases", "alias-invalid", f"{wrong[0]!r} is no other id: ids have no spaces or slashes")
    return found


def _types(section: Section) -> tuple[ModelType, ...]:
    found: list[ModelType] = []
    for word in section.texts("supported_model_types"):
        kind = parse_model_type(word)
        if kind is None:
            section.warn("supported_model_types", "unknown-model-type", f"there is no model type {word!r}; it is left out")
        elif kind not in found:
            found.append(kind)
    if not found:
        section.warn(None, "no-model-types", "supported_model_types names no model type")
    return tuple(found)


def _methods(section: Section) -> tuple[ConfigurateMethod, ...]:
    found: list[ConfigurateMethod] = []
    for word in section.texts("configurate_methods"):
        method = _METHODS.get(word)
        if method is None:
            section.warn("configurate_methods", "unknown-method", f"there is no method {word!r}; there are {', '.join(_METHODS)}")
        elif method not in found:
            found.append(method)
    return tuple(found)


def _help(section: Section) -> ProviderHelp | None:
    nested = section.section("help")
    if nested is None:
        return None
    title: I18nText = nested.i18n("title") or {}
    url: I18nText = nested.i18n("url") or {}
    nested.finish()
    return ProviderHelp(title, url)


def _by_type(section: Section, key: str, types: tuple[ModelType, ...]) -> dict[str, str]:
    """`{model type: name}`; a single name stands for every supported type."""
    if isinstance(section.raw(key), str):
        return {str(kind): str(section.text(key)) for kind in types}
    found: dict[str, str] = {}
    for word, name in section.text_mapping(key).items():
        kind = parse_model_type(word)
        if kind is None:
            section.fail(key, "unknown-model-type", f"{key!r} names the model type {word!r}, which there is not")
        else:
            found[str(kind)] = name
    return found


def _codecs(section: Section, types: tuple[ModelType, ...]) -> dict[str, CodecChoice]:
    """`{model type: codec}`, with the codec that lists the vendor's models under `models`; a single name stands for every
    supported type."""
    if isinstance(section.raw("codec"), str):
        return {str(kind): str(section.text("codec")) for kind in types}
    nested = section.section("codec")
    found: dict[str, CodecChoice] = {}
    for word in nested.value if nested else ():
        kind = LISTING if word == LISTING else parse_model_type(word)
        if kind is None:
            section.fail("codec", "unknown-model-type", f"'codec' names the model type {word!r}, which there is not")
        elif nested is not None and (codec := read_codec(nested, word)) is not None:
            found[str(kind)] = codec
    return found


def _auth(section: Section) -> dict[str, Any]:
    auth = section.plain_mapping("auth")
    if len(auth) > 1:
        section.fail("auth", "auth-invalid", f"'auth' names one signer, not {len(auth)}")
    return auth


def _probe(section: Section) -> str | dict[str, Any] | None:
    value = section.raw("probe")
    if value is None or isinstance(value, str):
        if value not in (None, "models_endpoint"):
            section.fail("probe", "probe-invalid", "'probe' is the word models_endpoint, or {model, model_type}")
        return value
    probe = section.plain_mapping("probe")
    if "model" not in probe:
        section.fail("probe", "probe-invalid", "'probe' is the word models_endpoint, or {model, model_type}")
    return probe


def _model_from_credentials(section: Section) -> ModelFromCredentials | None:
    nested = section.section("model_from_credentials")
    if nested is None:
        return None
    features: dict[str, dict[str, tuple[str, ...]]] = {}
    granted = nested.section("features")
    for feature in granted.value if granted else ():
        by_variable = granted.section(feature) if granted else None
        if by_variable:
            features[feature] = {variable: by_variable.texts(variable) for variable in by_variable.value}
    found = ModelFromCredentials(
        set=nested.text_mapping("set"),
        features=features,
        rules=tuple(_rules(nested)),
        cases=tuple(_case(case) for case in nested.sections("cases")),
        base=nested.text("base"),
    )
    nested.finish()
    return found


def _case(section: Section) -> CredentialCase:
    case = CredentialCase(_conditions(section, "when"), section.plain_mapping("set"), _conditions(section, "unless"))
    section.finish()
    if not (case.when and case.set):
        section.fail(None, "case-incomplete", "a case needs 'when' (variable → values) and 'set' (path → value)")
    return case


def _conditions(section: Section, key: str) -> dict[str, tuple[str, ...]]:
    nested = section.section(key)
    return {variable: nested.texts(variable) for variable in nested.value} if nested else {}


def _rules(section: Section) -> list[dict[str, Any]]:
    """Parameter rules as declared; the name of a template alone stands for a rule that uses it."""
    value = section.raw("rules")
    found: list[dict[str, Any]] = []
    for item in value if isinstance(value, YamlList) else ():
        if isinstance(item, YamlMap):
            found.append(plain(item))
        else:
            found.append({"name": as_text(item), "use_template": as_text(item)})
    if value is not None and not isinstance(value, YamlList):
        section.fail("rules", "wrong-type", "'rules' is a list of parameter rules or names of templates")
    return found


def _check_variables(section: Section, schema: ProviderSchema) -> None:
    """Every credential variable that endpoint, headers and auth need is a field of a form."""
    fields = [
        *(schema.provider_credential_schema.credential_form_schemas if schema.provider_credential_schema else ()),
        *(schema.model_credential_schema.credential_form_schemas if schema.model_credential_schema else ()),
    ]
    known = {field.variable for field in fields} | {IMPLICIT_VARIABLE}
    needed = {
        "profile": text_variables(schema.profile.get("query") or {}),
        "endpoint": endpoint_variables(schema.endpoint),
        "headers": text_variables(schema.headers),
        "codec": {name for codec in schema.codec.values() if (name := choosing_variable(codec)) is not None},
        "auth": auth_variables(schema.auth),
        "ambient": ambient_variables(schema.ambient),
    }
    for key, names in needed.items():
        for name in sorted(names - known):
            section.fail(key, "unknown-variable", f"{key!r} needs the variable {name!r}, which no form has")
    filled = schema.ambient.fill if schema.ambient else {}
    for field in fields:
        if filled.get(field.variable) in SECRET_FACTS and field.type != "secret-input":
            section.fail("ambient", "ambient-secret", f"'ambient' fills {field.variable} with a secret: it must be a secret-input")
