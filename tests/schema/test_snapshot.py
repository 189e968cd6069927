"""The compiled file gives back what went in, and tells when it is not whole."""

from decimal import Decimal
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.declaration import Declaration
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.model import Limits, Modalities, ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.parameter_templates import TEMPLATES
from modelruntime.schema.price import Price
from modelruntime.schema.problem import Problem
from modelruntime.schema.provider import ProviderSchema
from modelruntime.schema.shared_values import BLOCK, COLUMNS
from modelruntime.schema.snapshot import Snapshot, compile_snapshot
from tests.schema.declare import PROVIDER, read


def models_of(snapshot: Snapshot) -> list[ModelSchema]:
    return [snapshot.model(place) for row in snapshot.rows for places in snapshot.places(row).values() for place in places.values()]


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_amounts = st.none() | st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False)
_rules = st.sampled_from(sorted(TEMPLATES)).map(TEMPLATES.__getitem__) | st.builds(
    ParameterRule,
    name=st.text(min_size=1, max_size=5),
    type=st.just("int"),
    min=st.integers(-9, 9),
    default=st.none() | st.integers().filter(lambda n: -(2**63) <= n < 2**64),
)
_models = st.builds(
    ModelSchema,
    provider=st.just("acme"),
    model=st.text(min_size=1, max_size=8),
    model_type=st.sampled_from(ModelType),
    features=st.none() | st.lists(st.text(max_size=5), max_size=3).map(tuple),
    model_properties=st.dictionaries(st.text(max_size=5), _json, max_size=3),
    parameter_rules=st.lists(_rules, max_size=4).map(tuple),
    pricing=st.none() | st.builds(Price, input=_amounts, output=_amounts),
    released=st.none() | st.text(max_size=5),
    limits=st.builds(Limits, context=st.none() | st.integers(0, 2**40)),
    modalities=st.none() | st.builds(Modalities, input=st.lists(st.text(max_size=5), max_size=2).map(tuple)),
    reasoning=st.none() | st.dictionaries(st.text(max_size=5), _json, max_size=2),
    source=st.lists(st.builds(FactSource, url=st.text(max_size=5)), max_size=2).map(tuple),
)


@settings(deadline=None)
@given(st.lists(_models, max_size=6, unique_by=lambda model: (model.model_type, model.model)))
def test_what_goes_in_comes_out(models: list[ModelSchema]) -> None:
    models.sort(key=lambda model: list(ModelType).index(model.model_type))
    schema = ProviderSchema(provider="acme", label={"en_US": "Acme"})
    snapshot = Snapshot(compile_snapshot([Declaration(provider="acme", schema=schema, models=tuple(models))]))
    assert snapshot.provider(snapshot.rows[0]) == schema
    found = models_of(snapshot)
    assert sorted(found, key=repr) == sorted(models, key=repr)


def compiled() -> bytes:
    declaration, problems = read(
        PROVIDER + 'models: [{model: m, model_type: llm, pricing: {per: 1M tokens, currency: USD, input: "0.10"},'
        " parameter_rules: [{name: temperature, use_template: temperature}]}]\n"
    )
    assert declaration is not None
    return compile_snapshot([declaration], problems)


def test_amounts_keep_every_digit() -> None:
    price = models_of(Snapshot(compiled()))[0].pricing
    assert price is not None
    assert str(price.input) == "0.10"
    assert price.unit == Decimal("0.000001")


def test_the_same_declarations_give_the_same_bytes() -> None:
    assert compiled() == compiled()
    assert Snapshot(compiled()).digest == Snapshot(compiled()).digest


def test_models_share_equal_rules() -> None:
    text = (
        PROVIDER
        + "models:\n"
        + "".join(
            f"- {{model: m{n}, model_type: llm, parameter_rules: [{{name: top_p, use_template: top_p}}]}}\n" for n in range(50)
        )
    )
    declaration, _ = read(text)
    assert declaration is not None
    one, two, *_ = models_of(Snapshot(compile_snapshot([declaration])))
    assert one.parameter_rules == declaration.models[0].parameter_rules
    assert one.parameter_rules[0] is two.parameter_rules[0]


def many(number: int) -> Declaration:
    """So many models, no two with the same price, and all with the same of everything else."""
    models = tuple(
        ModelSchema(
            provider="acme",
            model=f"m{n}",
            model_type=ModelType.LLM,
            features=("vision",),
            model_properties={"context_size": 8},
            pricing=Price(input=Decimal(n)),
            limits=Limits(context=8),
        )
        for n in range(number)
    )
    return Declaration(provider="acme", schema=ProviderSchema(provider="acme", label={}), models=models)


def test_models_share_what_they_have_alike() -> None:
    one, two = models_of(Snapshot(compile_snapshot([many(2)])))
    alike = ("provider", "features", "model_properties", "limits")
    assert all(getattr(one, name) is getattr(two, name) for name in alike)
    assert one.pricing != two.pricing


def test_values_of_many_blocks_come_out_from_whichever_end() -> None:
    declaration = many(5 * BLOCK + 1)
    snapshot = Snapshot(compile_snapshot([declaration]))
    (places,) = snapshot.places(snapshot.rows[0]).values()
    assert tuple(snapshot.model(place) for place in reversed(places.values())) == declaration.models[::-1]
    assert tuple(snapshot.models(snapshot.rows[0])["llm"].values()) == declaration.models


def test_a_column_is_read_as_what_models_say_of_the_field() -> None:
    fields = get_type_hints(ModelSchema)
    read = {name: get_args(values)[0] for name, values in COLUMNS.items()}
    assert {**read, "parameter_rules": tuple[ParameterRule, ...]} == {name: fields[name] for name in COLUMNS}


def test_another_format_version_is_refused() -> None:
    content = compiled()
    with pytest.raises(DeclarationInvalid, match="format version"):
        Snapshot(content[:6] + b"99" + content[8:])


@pytest.mark.parametrize("content", [b"", b"MRSNAP", b"{}", b"MRSNAP02" + bytes(20), b"x" * 100])
def test_what_is_no_snapshot_is_refused(content: bytes) -> None:
    with pytest.raises(DeclarationInvalid):
        Snapshot(content)


def test_all_models_of_a_row_at_once_are_those_one_by_one() -> None:
    snapshot = Snapshot(compiled())
    at_once = [(row, snapshot.models(row)) for row in snapshot.rows]
    assert [model for _, models in at_once for named in models.values() for model in named.values()] == models_of(snapshot)
    for row, models in at_once:
        assert [(kind, *named) for kind, named in models.items()] == [
            (kind, *named) for kind, named in snapshot.places(row).items()
        ]
        assert models


def test_every_flipped_byte_and_every_cut_is_noticed() -> None:
    content = compiled()
    whole = models_of(Snapshot(content))
    for place in range(len(content)):
        broken = bytearray(content)
        broken[place] ^= 0xFF
        with pytest.raises(DeclarationInvalid):
            everything(bytes(broken))
        with pytest.raises(DeclarationInvalid):
            everything(content[:place])
    assert models_of(Snapshot(content)) == whole


def everything(content: bytes) -> None:
    snapshot = Snapshot(content)
    for row in snapshot.rows:
        snapshot.provider(row)
        snapshot.models(row)
    models_of(snapshot)


def test_paths_move_with_the_folder(tmp_path: Path) -> None:
    schema = ProviderSchema(provider="acme", label={}, folder=str(tmp_path / "acme"))
    problem = Problem(str(tmp_path / "acme/provider.yaml"), 3, "warning", "x", "y")
    declaration = Declaration(provider="acme", schema=schema, file=problem.file, line=1)
    content = compile_snapshot([declaration], [problem], base=tmp_path)
    assert str(tmp_path).encode() not in content
    moved = Snapshot(content, Path("elsewhere"))
    found = moved.provider(moved.rows[0])
    assert found is not None
    assert found.folder == str(Path("elsewhere/acme"))
    assert moved.problems == (msgspec.structs.replace(problem, file=str(Path("elsewhere/acme/provider.yaml"))),)
