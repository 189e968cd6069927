"""Citations: annotations of the message, or lists beside the choices.

`url_citation` annotations: https://platform.openai.com/docs/guides/tools-web-search; `citations` and `search_results`:
https://docs.perplexity.ai/api-reference; `web_search`: https://docs.bigmodel.cn/cn/guide/tools/web-search (unverified).
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.openai.vendor_fields import metadata_of, unknown_fields
from modelruntime.entities.parts import SourcePart

LISTS = ("search_results", "web_search", "citations")
"""Fields beside `choices` that list sources, the richest first."""
_ROW = ("url", "link", "title", "snippet", "content")


def parse_annotations(annotations: object) -> tuple[tuple[SourcePart, ...], list[Any]]:
    """The citations among a message's annotations, and the annotations of other kinds as they are."""
    sources: list[SourcePart] = []
    others: list[Any] = []
    for annotation in as_array(annotations):
        citation = as_object(as_object(annotation).get("url_citation"))
        if citation:
            sources.append(
                SourcePart(
                    url=as_text(citation.get("url")),
                    title=as_text(citation.get("title")),
                    text=as_text(citation.get("content")),
                    start=as_count(citation.get("start_index")),
                    end=as_count(citation.get("end_index")),
                )
            )
        elif annotation:
            others.append(annotation)
    return tuple(sources), others


def parse_source_lists(fields: dict[str, Any]) -> tuple[SourcePart, ...]:
    """The sources listed beside the choices: of the richest list that is there."""
    lists = [fields[name] for name in LISTS if fields.get(name)]
    rows = as_array(lists[0]) if lists else []
    return tuple(SourcePart(url=row) if isinstance(row, str) else _source(as_object(row)) for row in rows)


def _source(row: dict[str, Any]) -> SourcePart:
    return SourcePart(
        url=as_text(row.get("url")) or as_text(row.get("link")),
        title=as_text(row.get("title")),
        text=as_text(row.get("snippet")) or as_text(row.get("content")),
        provider_metadata=metadata_of(unknown_fields(row, _ROW)),
    )
