"""The cases that a provider's declarations stamp."""

from __future__ import annotations

from collections.abc import Iterator

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.codec_choice import choosing_variable, chosen_codec
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.provider import ProviderSchema
from tests.conformance.case import Case, Scenario
from tests.conformance.credentials import filled
from tests.conformance.scenarios import faults, llm, others

MADE_UP = "made-up-model"
"""The model of a type of which a provider declares none: it is listed by the vendor or added by the user."""


def scenarios_of(schema: ModelSchema) -> Iterator[Scenario]:
    """What is tried for a model."""
    own = llm.SCENARIOS if schema.model_type is ModelType.LLM else others.SCENARIOS[schema.model_type]
    yield from (scenario for scenario in (*own, *faults.SCENARIOS) if scenario.applies(schema))


def models_of(catalogue: Catalogue, provider: ProviderSchema, model_type: ModelType) -> list[ModelSchema]:
    """One model of each shape: those that differ in codec, mode, features, parameters or profile are spoken to differently."""
    shapes: dict[object, ModelSchema] = {}
    for schema in catalogue.models(provider.provider, model_type):
        rules = tuple((rule.name, rule.type, rule.maps_to) for rule in schema.parameter_rules)
        shape = (repr(schema.codec), schema.mode, frozenset(schema.features or ()), rules, repr(schema.profile), schema.engine)
        shapes.setdefault(shape, schema)
    name = f"{MADE_UP}/of-somebody" if str(provider.codec.get(model_type)).startswith("replicate") else MADE_UP
    made_up = ModelSchema(provider=provider.provider, model=name, model_type=model_type)
    return list(shapes.values()) or [made_up]


def cases_of(catalogue: Catalogue, provider: ProviderSchema) -> Iterator[Case]:
    """All cases of a provider. Local engines have none: their tests run real weights (tests/engines)."""
    for model_type in provider.supported_model_types:
        if provider.engine.get(model_type):
            continue
        for schema in models_of(catalogue, provider, model_type):
            codec = chosen_codec(schema.codec or provider.codec.get(model_type), filled(provider, model_type))
            if codec is not None:
                yield from (Case(provider, schema, scenario, codec) for scenario in scenarios_of(schema))
                yield from _other_choices(provider, schema, codec)


def _other_choices(provider: ProviderSchema, schema: ModelSchema, usual: str) -> Iterator[Case]:
    """Where a value of the form chooses the codec: the first scenario with every value that chooses another than the usual."""
    declared = schema.codec or provider.codec.get(schema.model_type)
    variable = choosing_variable(declared)
    if variable is None:
        return
    credentials = filled(provider, schema.model_type)
    for value in dict.fromkeys(offered_values(provider, variable)):
        codec = chosen_codec(declared, {**credentials, variable: value})
        if codec is not None and codec != usual:
            yield Case(provider, schema, next(scenarios_of(schema)), codec, ((variable, value),))


def offered_values(provider: ProviderSchema, variable: str) -> Iterator[str]:
    """What a user may choose for a variable of the provider's forms."""
    for form in (provider.provider_credential_schema, provider.model_credential_schema):
        for field in form.credential_form_schemas if form else ():
            if field.variable == variable:
                yield from (option.value for option in field.options or ())
