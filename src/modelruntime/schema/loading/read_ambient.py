"""Where a machine may hold credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from modelruntime.schema.ambient import FACTS, Ambient, AmbientName

if TYPE_CHECKING:
    from modelruntime.schema.loading.section import Section

_NAMES: dict[str, AmbientName] = {word: word for word in get_args(AmbientName)}


def read_ambient(section: Section) -> Ambient | None:
    """The key `ambient`, None where there is none or it cannot be used."""
    nested = section.section("ambient")
    if nested is None:
        return None
    source = _NAMES.get(nested.text("source") or "")
    fill = nested.text_mapping("fill")
    when = nested.section("when")
    conditions = {variable: when.texts(variable) for variable in when.value} if when else {}
    constants = nested.plain_mapping("set")
    nested.finish()
    if source is None:
        nested.fail("source", "ambient-unknown", f"'source' of 'ambient' is one of: {', '.join(_NAMES)}")
        return None
    for fact in sorted(set(fill.values()) - set(FACTS[source])):
        nested.fail("fill", "ambient-fact", f"{source} finds no {fact!r}; it finds {', '.join(FACTS[source])}")
    if not fill:
        nested.fail(None, "ambient-incomplete", "'ambient' needs a 'fill': variable of the form → what the source finds")
    return Ambient(source, fill, constants, conditions)


def ambient_variables(ambient: Ambient | None) -> set[str]:
    """The variables of the form that it names."""
    return {*ambient.fill, *ambient.set, *ambient.when} if ambient else set()
