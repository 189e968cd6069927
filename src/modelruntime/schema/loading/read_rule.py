"""A parameter rule, with its template merged in."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from modelruntime.schema.loading.section import as_text, parse_number
from modelruntime.schema.loading.yaml_document import YamlList, YamlMap
from modelruntime.schema.parameter_rule import ParameterRule, ParameterType, Preset
from modelruntime.schema.parameter_templates import HINT_KEYS, TEMPLATES

if TYPE_CHECKING:
    from modelruntime.schema.loading.section import Section

_TYPES: dict[str, ParameterType] = {word: word for word in get_args(ParameterType)}
_MERGED = ("type", "default", "min", "max", "precision", "options", "required", "help")


def read_rules(model: Section) -> tuple[ParameterRule, ...]:
    """All rules of a model. Of two with one name the last counts, in the place of the first."""
    rules: dict[str, ParameterRule] = {}
    for section in model.sections("parameter_rules", named_by=("name", "use_template")):
        rule = read_rule(section)
        if rule is None:
            continue
        if rule.name in rules:
            section.warn("name", "duplicate-rule", f"the parameter {rule.name!r} is declared twice; the last one counts")
        rules[rule.name] = rule
    return tuple(rules.values())


def read_rule(section: Section) -> ParameterRule | None:
    """One rule. What the declaration states wins over the template, even null (with a warning) and 0."""
    name = section.text("name")
    template = _template(section)
    if not name:
        if template is None:
            section.fail(None, "rule-without-name", "a parameter rule needs a name")
            return None
        section.warn(None, "rule-without-name", f"the rule has no name; it is called {template.name!r} like its template")
        name = template.name
    _warn_typo(section, name)
    facts: dict[str, Any] = {"name": name, "use_template": template.name if template else None}
    facts["type"] = _type(section, template)
    facts["label"] = section.i18n("label") or (template.label if template and template.label else {"en_US": name})
    for key in _MERGED[1:]:
        facts[key] = _merged(section, template, key, facts["type"])
    facts["hints"] = tuple(key for key in HINT_KEYS if template and not section.given(key) and _says(getattr(template, key)))
    facts["step"] = section.number("step")
    facts["presets"] = tuple(_presets(section))
    facts["unit"] = section.text("unit")
    facts["maps_to"] = section.text("maps_to")
    section.finish()
    rule = ParameterRule(**{key: value for key, value in facts.items() if value is not None})
    _check(section, rule)
    return rule


def _template(section: Section) -> ParameterRule | None:
    word = section.text("use_template")
    if word is None:
        return None
    if word not in TEMPLATES:
        section.warn("use_template", "unknown-template", f"there is no template {word!r}; there are {', '.join(TEMPLATES)}")
    return TEMPLATES.get(word)


def _type(section: Section, template: ParameterRule | None) -> ParameterType:
    word = section.text("type")
    if word in _TYPES:
        return _TYPES[word]
    if word is not None:
        section.warn("type", "unknown-parameter-type", f"there is no parameter type {word!r}; there are {', '.join(_TYPES)}")
    if template:
        return template.type
    kind = _kind_of(section.raw("default"))
    if word is None:
        section.warn(None, "type-missing", f"the rule has neither a type nor a template; taken as {kind}")
    return kind


def _kind_of(value: object) -> ParameterType:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int"
    return "float" if isinstance(value, float) else "string"


def _merged(section: Section, template: ParameterRule | None, key: str, kind: ParameterType) -> Any:
    """The declared value of `key`, else the template's."""
    if section.given(key):
        if section.raw(key) is None:
            if template and _says(getattr(template, key)):
                section.warn(key, "null-over-template", f"null takes away the template's {key}; leave the key out to keep it")
            return None
        return _declared(section, key, kind)
    return getattr(template, key) if template else None


def _says(value: object) -> bool:
    """Is this more than the absence of a value (0 is)."""
    return value is not None and value is not False and value != ()


def _declared(section: Section, key: str, kind: ParameterType) -> Any:
    if key == "required":
        return section.flag(key, default=False)
    if key == "precision":
        return section.integer(key)
    if key in ("min", "max"):
        return section.number(key)
    if key == "options":
        return section.texts(key)
    if key == "help":
        return section.i18n(key)
    return _default(section, kind)


def _default(section: Section, kind: ParameterType) -> Any:
    """The default in the rule's own type; one that cannot be is dropped with a warning."""
    value = section.raw("default")
    repaired = value
    if isinstance(value, YamlMap | YamlList):
        return section.plain("default")
    if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        repaired = value.lower() == "true"
    elif kind in ("int", "float") and isinstance(value, str):
        repaired = parse_number(value)
    elif kind in ("string", "text") and not isinstance(value, str):
        repaired = as_text(value)
    if kind == "int" and isinstance(repaired, float) and repaired.is_integer():
        return int(repaired)
    fits = {
        "boolean": isinstance(repaired, bool),
        "int": isinstance(repaired, int) and not isinstance(repaired, bool),
        "float": isinstance(repaired, int | float) and not isinstance(repaired, bool),
        "string": isinstance(repaired, str),
        "text": isinstance(repaired, str),
    }[kind]
    if not fits:
        section.warn("default", "default-wrong-type", f"the default {value!r} is no {kind}; it is left out")
        return None
    if type(repaired) is not type(value):
        section.warn("default", "default-wrong-type", f"the default {value!r} should be written as {kind}")
    return repaired


def _presets(section: Section) -> list[Preset]:
    found: list[Preset] = []
    for item in section.sections("presets", named_by=("name",)):
        name = item.text("name")
        if not name:
            item.fail(None, "preset-without-name", "a preset needs a name")
            continue
        found.append(Preset(name=name, value=item.plain("value"), label=item.i18n("label") or {"en_US": name}))
        item.finish()
    return found


def _warn_typo(section: Section, name: str) -> None:
    if name not in TEMPLATES and (near := get_close_matches(name, TEMPLATES, n=1, cutoff=0.96)):
        section.warn("name", "likely-typo", f"the parameter is called {name!r}; is {near[0]!r} meant?")


def _check(section: Section, rule: ParameterRule) -> None:
    """Warn where a rule contradicts itself."""
    low, high, default = rule.min, rule.max, rule.default
    if low is not None and high is not None and low > high:
        section.warn("min", "bounds-crossed", f"min {low} is above max {high}: no value fits")
    if isinstance(default, int | float) and not isinstance(default, bool):
        if (high is not None and default > high) or (low is not None and default < low):
            section.warn("default", "default-out-of-bounds", f"the default {default} is outside {_range(low, high)}")
        if rule.precision is not None and isinstance(default, float) and round(default, rule.precision) != default:
            section.warn("default", "default-too-fine", f"the default {default} has more than {rule.precision} decimals")
    if rule.options and isinstance(default, str) and default not in rule.options:
        section.warn("default", "default-not-in-options", f"the default {default!r} is none of the options")
    if len(set(rule.options)) != len(rule.options):
        section.warn("options", "duplicate-option", "an option stands twice")
    for preset in rule.presets:
        if rule.options and as_text(preset.value) not in rule.options:
            section.warn("presets", "preset-not-in-options", f"the preset {preset.name!r} is none of the options")


def _range(low: float | int | None, high: float | int | None) -> str:
    return f"[{'-∞' if low is None else low}, {'∞' if high is None else high}]"
