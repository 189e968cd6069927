"""Models of all six types, usable or not: the list, one with its rules, the switch."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.model_index import ModelIndex, model_index
from modelruntime.admin.model_view import ModelDetail, ModelRow, model_detail, model_row
from modelruntime.admin.refusal import not_found
from modelruntime.admin.route import Route, route
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.core import Core
from modelruntime.runtime.listing import Listing, ModelInfo
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.store.configuration import Configuration

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class ModelsQuery(msgspec.Struct, frozen=True):
    """What to list; all without."""

    model_type: ModelType | None = None
    provider: Annotated[str, msgspec.Meta(max_length=256)] | None = None
    configured: bool | None = None
    """Only those that can be called now (or only the others)."""


class ModelList(msgspec.Struct, frozen=True):
    """Models by provider, type, position."""

    data: list[ModelRow]


class ModelQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One model; ids of models may hold slashes, so they stand in the query."""

    provider: Id
    model: Id
    model_type: ModelType


class RuleList(msgspec.Struct, frozen=True):
    """The parameters of a model."""

    data: tuple[ParameterRule, ...]


def find_model(core: Core, provider: str, model_type: ModelType, model: str) -> ModelInfo:
    """A model of the listing. Raises `Refusal` (404), and `ModelNotFound` for a provider nobody declares."""
    found = next((info for info in Listing(core).models(model_type, provider) if info.model == model), None)
    if found is None:
        raise not_found(f"{model_type} model {model!r} of {provider}")
    return found


async def list_models(call: Call[Nothing, ModelsQuery]) -> ModelList:
    """Models with status, features, limits and price; unconfigured ones too, with the reason."""
    query = call.query
    rows = await asyncio.to_thread(_rows, call.core(), call.configuration(), call.workspace, query)
    if query.configured is not None:
        rows = [row for row in rows if (row.status.code == "active") is query.configured]
    return ModelList(rows)


async def index_models(call: Call[Nothing, Nothing]) -> ModelIndex:
    """Every model there is, as pages list and search them, in a ninth of the bytes; `/models/one` tells the rest of each."""
    rows = await asyncio.to_thread(_rows, call.core(), call.configuration(), call.workspace, ModelsQuery())
    return await asyncio.to_thread(model_index, rows)


def _rows(core: Core, configuration: Configuration, workspace: str, query: ModelsQuery) -> list[ModelRow]:
    return [model_row(info, configuration, workspace) for info in Listing(core).models(query.model_type, query.provider)]


async def get_model(call: Call[Nothing, ModelQuery]) -> ModelDetail:
    """One model with its parameter rules, prices and sources of facts."""
    query, core = call.query, call.core()
    info = await asyncio.to_thread(find_model, core, query.provider, query.model_type, query.model)
    declared = core.catalogue.model(info.provider, info.model_type, info.model)
    return model_detail(info, call.configuration(), call.workspace, declared)


async def list_parameter_rules(call: Call[Nothing, ModelQuery]) -> RuleList:
    """The parameter rules of a model, whether it is configured or not."""
    query = call.query
    info = await asyncio.to_thread(find_model, call.core(), query.provider, query.model_type, query.model)
    return RuleList(info.parameter_rules)


ROUTES: tuple[Route, ...] = (
    route("GET", "/models", list_models, "view", query=ModelsQuery, reply=ModelList),
    route("GET", "/models/index", index_models, "view", reply=ModelIndex),
    route("GET", "/models/one", get_model, "view", query=ModelQuery, reply=ModelDetail),
    route("GET", "/models/parameter-rules", list_parameter_rules, "view", query=ModelQuery, reply=RuleList),
)
