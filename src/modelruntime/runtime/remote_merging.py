"""A row of a vendor's model list beside the declaration of the same model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from modelruntime.codecs.contract import RemoteModel
from modelruntime.entities.model_type import ORIGIN_ALIASES, ModelType
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.model import Limits, ModelSchema
from modelruntime.schema.provider import ProviderSchema


def merged(catalogue: Catalogue, provider: ProviderSchema, rows: Iterable[RemoteModel]) -> Iterator[ModelSchema]:
    """A declared model keeps its declaration, and the vendor's word fills what that leaves unknown. For another one only what
    the vendor says is known, the rest stays unknown."""
    declared = catalogue.models(provider.provider)
    known = {schema.wire_model: schema for schema in declared if schema.wire_model} | {schema.model: schema for schema in declared}
    for row in rows:
        own = next((found for kind in _types(provider, row) if (found := catalogue.model(provider.provider, kind, row.id))), None)
        schema = own or known.get(row.id)
        yield _listed(provider, row) if schema is None else _completed(schema, row)


def _completed(declared: ModelSchema, row: RemoteModel) -> ModelSchema:
    return replace(
        declared,
        features=row.features if declared.features is None else declared.features,
        limits=_filled(declared.limits, Limits(context=row.context, output=row.max_output)),
        pricing=row.pricing if declared.pricing is None else declared.pricing,
    )


def _listed(provider: ProviderSchema, row: RemoteModel) -> ModelSchema:
    return ModelSchema(
        provider=provider.provider,
        model=row.id,
        model_type=_types(provider, row)[0],
        label={"en_US": row.label or row.id},
        fetch_from="fetch-from-remote",
        features=row.features,
        limits=Limits(context=row.context, output=row.max_output),
        pricing=row.pricing,
        model_properties={"context_size": row.context} if row.context is not None else {},
    )


def _filled(ours: Limits, theirs: Limits) -> Limits:
    return replace(
        ours,
        context=theirs.context if ours.context is None else ours.context,
        output=theirs.output if ours.output is None else ours.output,
    )


def _types(provider: ProviderSchema, row: RemoteModel) -> tuple[ModelType, ...]:
    """The type the vendor states; without a statement any of the provider's types, `llm` first."""
    if row.model_type is not None:
        stated = ORIGIN_ALIASES.get(row.model_type)
        return (stated or ModelType(row.model_type),)
    types = provider.supported_model_types
    return tuple(sorted(types, key=lambda model_type: model_type is not ModelType.LLM)) or (ModelType.LLM,)
