"""What a provider and a model both may say about how they are spoken to: codec, endpoint, headers, profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime.schema.endpoint import variables_choosing
from modelruntime.schema.profile import Profile

if TYPE_CHECKING:
    from modelruntime.schema.codec_choice import CodecChoice
    from modelruntime.schema.loading.section import Section

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def read_profile(section: Section) -> dict[str, Any]:
    """The `profile`, checked against `Profile`: a key that nobody knows is an error."""
    profile = section.plain_mapping("profile")
    try:
        msgspec.convert(profile, Profile)
    except msgspec.ValidationError as invalid:
        section.fail("profile", "profile-invalid", f"the profile is not usable: {invalid}")
    return profile


def read_codec(section: Section, key: str = "codec") -> CodecChoice | None:
    """A codec's name, or `{by: variable, cases: {value: name}}`."""
    value = section.raw(key)
    if value is None or isinstance(value, str):
        return value
    nested = section.section(key)
    if nested is None:
        return None
    by, cases = nested.text("by"), nested.text_mapping("cases")
    nested.finish()
    if not by or not cases:
        nested.fail(None, "codec-invalid", "a codec is a name, or has 'by' (a variable) and 'cases' (value → name)")
        return None
    return {"by": by, "cases": cases}


def read_endpoint(section: Section) -> str | dict[str, Any] | None:
    """A base URL with `{variable}`, `{by: variable, cases: {value: URL}}`, or `{first_filled: [URL]}`."""
    value = section.plain("endpoint")
    if value is None or isinstance(value, str):
        return value
    nested = section.section("endpoint")
    if nested is None:
        return None
    one = isinstance(nested.raw("by"), str)
    by: str | list[str] | None = nested.text("by") if one else list(nested.texts("by"))
    cases, choices = nested.text_mapping("cases"), nested.texts("first_filled")
    nested.finish()
    if choices and not by and not cases:
        return {"first_filled": list(choices)}
    if not by or not cases or choices:
        expected = "a URL, or has 'by' (a variable) and 'cases' (value → URL), or 'first_filled' (URLs)"
        nested.fail(None, "endpoint-invalid", f"an endpoint is {expected}")
        return None
    return {"by": by, "cases": cases}


def endpoint_variables(endpoint: str | dict[str, Any] | None) -> set[str]:
    """The credential variables that an endpoint needs."""
    if endpoint is None:
        return set()
    if isinstance(endpoint, str):
        return set(_VARIABLE.findall(endpoint))
    if "first_filled" in endpoint:
        return {name for url in endpoint["first_filled"] for name in _VARIABLE.findall(url)}
    cases: dict[str, str] = endpoint["cases"]
    return set(variables_choosing(endpoint)).union(*(_VARIABLE.findall(url) for url in cases.values())) - {"by"}


def text_variables(texts: dict[str, str]) -> set[str]:
    """The credential variables that header values need."""
    return {name for text in texts.values() for name in _VARIABLE.findall(text)}
