"""Where facts come from: a URL, a mapping, or a list of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.loading.yaml_document import YamlList, YamlMap

if TYPE_CHECKING:
    from modelruntime.schema.loading.section import Section


def read_sources(section: Section, key: str = "source") -> tuple[FactSource, ...]:
    """`source: https://…`, `source: unverified`, `source: {url, date, facts}` or a list of those."""
    value = section.raw(key)
    if isinstance(value, YamlMap):
        nested = section.section(key)
        found = _source(nested) if nested else None
        return (found,) if found else ()
    if isinstance(value, YamlList) and any(isinstance(item, YamlMap) for item in value):
        return tuple(found for item in section.sections(key, named_by=("url",)) if (found := _source(item)))
    return tuple(FactSource(url) for url in section.texts(key))


def _source(section: Section) -> FactSource | None:
    url = section.text("url")
    if not url:
        section.fail(None, "source-without-url", "a source needs a url, or the word unverified")
        return None
    found = FactSource(url, section.text("date"), section.texts("facts"))
    section.finish()
    return found
