"""JSON Schema → the subset of OpenAPI 3.0 that older fields of this family take.

https://ai.google.dev/api/caching#Schema, read 2026-11-22: type, format, title, description, nullable, enum, maxItems, minItems,
properties, required, minProperties, maxProperties, minLength, maxLength, pattern, example, anyOf, propertyOrdering, default,
items, minimum, maximum.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_array, as_object, as_text, is_array, is_object
from modelruntime.codecs.vendor_metadata import JSON

_WORDS = (
    "type format title description nullable enum maxItems minItems required minProperties maxProperties minLength maxLength "
    "pattern example propertyOrdering default minimum maximum"
)
_KEPT = frozenset(_WORDS.split())
_SILENT = frozenset(("$schema", "$defs", "definitions", "$id", "$comment", "additionalProperties", "const", "oneOf", "allOf"))
"""Said otherwise below, or without meaning for what a model writes."""
_DEEPEST = 32


def openapi_schema(schema: JSON, warnings: CallWarnings, field: str) -> JSON:
    """The schema in the subset: `$ref` is put in place, `const` becomes an enum, `oneOf` an `anyOf`, a list of types a `nullable`
    one. What the subset can not say is left out with a warning."""
    return _reduced(schema, schema, warnings, field, 0)


def _reduced(schema: Any, root: JSON, warnings: CallWarnings, field: str, depth: int) -> JSON:
    found = _resolved(as_object(schema), root)
    if depth > _DEEPEST:
        warnings.map("a schema that refers to itself is cut: the endpoint knows no references", field)
        return {"type": "object"}
    if "property_ordering" in found:  # the vendor's own clients write its names both ways
        found = {"propertyOrdering" if name == "property_ordering" else name: value for name, value in found.items()}
    out: JSON = {name: value for name, value in found.items() if name in _KEPT}
    for name in sorted(found.keys() - _KEPT - _SILENT - {"properties", "items", "anyOf", "$ref"}):
        warnings.map(f"the schema's {name!r} is left out: the endpoint does not know it", field)
    if "const" in found:
        out["enum"] = [found["const"]]
    if is_array(out.get("type")):
        types = [kind for kind in out["type"] if kind != "null"]
        out["nullable"] = len(types) < len(out["type"])
        out["type"] = types[0] if types else "string"
    if is_object(properties := found.get("properties")):
        out["properties"] = {name: _reduced(value, root, warnings, field, depth + 1) for name, value in properties.items()}
    if "items" in found:
        out["items"] = _reduced(found["items"], root, warnings, field, depth + 1)
    branches = [_resolved(as_object(branch), root) for name in ("anyOf", "oneOf") for branch in as_array(found.get(name))]
    if branches:
        real = [branch for branch in branches if branch.get("type") != "null"]
        if len(real) < len(branches):
            out["nullable"] = True
        out["anyOf"] = [_reduced(branch, root, warnings, field, depth + 1) for branch in real]
    for branch in as_array(found.get("allOf")):
        out = {**_reduced(branch, root, warnings, field, depth + 1), **out}
    return out


def _resolved(schema: JSON, root: JSON) -> JSON:
    reference = as_text(schema.get("$ref"))
    if reference is None or not reference.startswith("#/"):
        return schema
    target: Any = root
    for name in reference[2:].split("/"):
        target = as_object(target).get(name.replace("~1", "/").replace("~0", "~"))
    return {**as_object(target), **{name: value for name, value in schema.items() if name != "$ref"}}
