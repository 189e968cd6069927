"""What there is, configured or not."""

from __future__ import annotations

import pickle

import pytest

from modelruntime import CredentialsInvalid, ModelNotFound, ParameterInvalid, Runtime, ServerUnavailable, Unauthorized
from modelruntime.runtime import listing
from modelruntime.runtime.credential_finding import find_credentials
from tests.runtime.colours import Colour
from tests.runtime.declared import ENVIRONMENT, PROVIDERS
from tests.runtime.scripted import answer, chat

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
MODELS = answer({"data": [{"id": "talker"}, {"id": "fresh", "context_length": 9000}, {"id": "vec", "type": "embedding"}]})


def statuses(runtime, model_type=None):
    return {row.model: row.status.code for row in runtime.models(model_type) if row.provider in ("acme", "backup")}


def test_unconfigured_models_are_listed_with_a_reason_and_an_action():
    runtime = Colour("sync", environ={}).runtime
    rows = [row for row in runtime.models("llm") if row.provider == "acme"]
    assert {row.model for row in rows} == {"talker", "old-talker", "writer"}
    assert all(row.status.code == "no-configure" and row.status.reason and row.status.action for row in rows)
    assert [rule.name for rule in rows[0].parameter_rules] == ["temperature", "top_p", "max_tokens"]


def test_configured_models_are_active_and_an_ending_one_says_so():
    assert statuses(Colour("sync").runtime, "llm") == {
        "talker": "active",
        "old-talker": "deprecated",
        "writer": "active",
        "spare": "active",
    }


def test_one_model_may_have_credentials_of_its_own_beside_others_without():
    runtime = Colour("sync", environ={}, credentials={"acme/writer": {"api_key": "k"}}).runtime
    assert statuses(runtime, "llm") == {
        "talker": "no-configure",
        "old-talker": "no-configure",
        "writer": "active",
        "spare": "no-configure",
    }


def test_credentials_are_looked_for_once_for_all_models_without_their_own(monkeypatch):
    """Models are listed by the thousand: a look for each would take longer than all else."""
    looks = []

    def looked(provider, model_type, model, **where):
        looks.append((provider.provider, model_type))
        return find_credentials(provider, model_type, model, **where)

    monkeypatch.setattr(listing, "find_credentials", looked)
    rows = Colour("sync", environ={}).runtime.models()
    assert len(looks) == len(set(looks)) < len(rows) / 10
    assert {"acme", "azure_openai"} <= {provider for provider, _ in looks}


def test_all_types_are_listed_without_a_type():
    rows = Colour("sync").runtime.models()
    assert {row.model_type for row in rows if row.provider == "acme"} == {
        "llm", "text-embedding", "rerank", "speech2text", "tts", "moderation",
    }  # fmt: skip


def test_an_unknown_type_names_the_known_ones():
    with pytest.raises(ParameterInvalid, match="text-embedding"):
        Colour("sync").runtime.models("picture")


def test_providers_tell_forms_and_status():
    rows = {row.provider: row for row in Colour("sync", environ={"ACME_API_KEY": "k"}).runtime.providers()}
    assert (rows["acme"].status.code, rows["backup"].status.code) == ("active", "no-configure")
    assert rows["acme"].label["zh_Hans"] == "艾克米"
    assert rows["acme"].schema.provider_credential_schema.credential_form_schemas[0].variable == "api_key"


def test_a_provider_object_shows_its_models_and_form():
    provider = Colour("sync").runtime.provider("acme")
    assert [row.model for row in provider.models("tts")] == ["mouth"]
    assert provider.credential_schema.credential_form_schemas[0].type == "secret-input"
    assert provider.icon() is None
    with pytest.raises(ModelNotFound):
        Colour("sync").runtime.provider("acne")


@COLOURS
def test_fetched_models_join_the_declared_ones(colour):
    world = Colour(colour, MODELS)
    provider = world.runtime.provider("acme")
    fetched = {schema.model: schema for schema in world.run(provider.fetch_models()).models}
    assert fetched["talker"].pricing is not None
    assert (fetched["fresh"].features, fetched["fresh"].limits.context) == (None, 9000)
    assert fetched["vec"].model_type == "text-embedding"
    assert statuses(world.runtime)["fresh"] == "active"
    assert {schema.model for schema in world.run(provider.fetch_models()).models} == set(fetched)
    assert len(world.transport.requests) == 1
    assert world.transport.requests[0].url == "https://api.acme.test/v1/models"


@COLOURS
def test_a_list_once_fetched_survives_an_outage_and_says_so(colour):
    world = Colour(colour, MODELS, answer({}, 503))
    provider = world.runtime.provider("acme")
    before = world.run(provider.fetch_models())
    after = world.run(provider.fetch_models(refresh=True))
    assert isinstance(after.outage, ServerUnavailable)
    assert after.outage.provider == "acme"
    assert (after.models, after.fetched_at) == (before.models, before.fetched_at)
    assert "fresh" in statuses(world.runtime)


@COLOURS
def test_a_refused_key_is_told_although_a_list_was_fetched_before(colour):
    world = Colour(colour, MODELS, answer({}, 401))
    provider = world.runtime.provider("acme")
    world.run(provider.fetch_models())
    with pytest.raises(Unauthorized):
        world.run(provider.fetch_models(refresh=True))


@COLOURS
def test_without_an_earlier_list_an_outage_is_an_error(colour):
    world = Colour(colour, answer({}, 503))
    with pytest.raises(ServerUnavailable):
        world.run(world.runtime.provider("acme").fetch_models())


def test_the_list_is_told_apart_from_the_declarations():
    found = Colour("sync", MODELS).runtime.provider("acme").fetch_models()
    assert found.added == ("fresh", "vec")
    assert "writer" in found.missing
    assert "old-talker" not in found.missing


def test_the_vendors_word_fills_what_a_declaration_leaves_unknown():
    rows = answer({"data": [{"id": "talker", "context_length": 1, "max_output_tokens": 77, "capabilities": ["vision"]}]})
    world = Colour("sync", rows)
    world.runtime.provider("acme").fetch_models()
    (talker,) = [row for row in world.runtime.models("llm") if row.model == "talker"]
    assert talker.features == ("tool-call", "stream-tool-call")
    assert talker.limits.output == 77
    assert talker.fetch_from == "predefined-model"
    assert talker.pricing is not None


@COLOURS
def test_a_listed_model_nobody_declares_can_be_called_with_a_warning(colour):
    world = Colour(colour, MODELS, chat())
    world.run(world.runtime.provider("acme").fetch_models())
    result = world.run(world.runtime.llm("acme/fresh").invoke("hi"))
    assert [warning.kind for warning in result.warnings] == ["undeclared"]
    assert result.cost is None


def test_the_next_process_knows_the_list_and_asks_again_after_an_hour(tmp_path, monkeypatch):
    environ = {**ENVIRONMENT, "MODELRUNTIME_CACHE": str(tmp_path)}
    first = Colour("sync", MODELS, environ=environ).runtime.provider("acme").fetch_models()
    world = Colour("sync", MODELS, environ=environ)
    assert "fresh" in statuses(world.runtime)
    assert world.runtime.provider("acme").fetch_models() == first
    assert world.transport.requests == []
    monkeypatch.setattr("modelruntime.runtime.remote_models.TTL_SECONDS", 0.0)
    world.runtime.provider("acme").fetch_models()
    assert len(world.transport.requests) == 1


def test_a_list_is_fresh_only_for_the_account_that_asked(tmp_path):
    environ = {**ENVIRONMENT, "MODELRUNTIME_CACHE": str(tmp_path)}
    Colour("sync", MODELS, environ=environ).runtime.provider("acme").fetch_models()
    other = Colour("sync", MODELS, environ={**environ, "ACME_API_KEY": "CANARY-other"})
    other.runtime.provider("acme").fetch_models()
    assert len(other.transport.requests) == 1
    assert "CANARY" not in "".join(file.read_text() for file in (tmp_path / "remote").iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b'{"rows": 1}', b'{"rows":[],"fetched_at":1,"asked_as":"x","format":99}', b"\xff"])
def test_a_damaged_cache_is_no_list(tmp_path, content):
    (tmp_path / "remote").mkdir()
    (tmp_path / "remote" / "acme.json").write_bytes(content)
    world = Colour("sync", MODELS, environ={**ENVIRONMENT, "MODELRUNTIME_CACHE": str(tmp_path)})
    assert "fresh" not in statuses(world.runtime)
    assert world.runtime.provider("acme").fetch_models().added == ("fresh", "vec")


def test_a_cache_that_cannot_be_written_fails_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    world = Colour("sync", MODELS, environ={**ENVIRONMENT, "MODELRUNTIME_CACHE": str(tmp_path / "file")})
    assert world.runtime.provider("acme").fetch_models().added == ("fresh", "vec")


@COLOURS
def test_good_credentials_pass_the_probe(colour):
    world = Colour(colour, MODELS)
    found = world.run(world.runtime.provider("acme").validate_credentials({"api_key": "sk-good"}))
    assert found.probed
    assert found.verified_at
    assert world.transport.header("authorization") == "Bearer sk-good"


@COLOURS
def test_a_refused_key_names_the_field(colour):
    world = Colour(colour, answer({"error": {"message": "bad key sk-wrong"}}, 401))
    with pytest.raises(CredentialsInvalid) as raised:
        world.run(world.runtime.provider("acme").validate_credentials({"api_key": "sk-wrong"}))
    assert raised.value.field == "api_key"
    assert "sk-wrong" not in str(raised.value)


@COLOURS
def test_an_outage_is_not_a_wrong_key(colour):
    world = Colour(colour, answer({}, 503))
    with pytest.raises(ServerUnavailable):
        world.run(world.runtime.provider("acme").validate_credentials({"api_key": "sk"}))


@COLOURS
def test_an_incomplete_form_is_refused_without_asking(colour):
    world = Colour(colour)
    with pytest.raises(CredentialsInvalid):
        world.run(world.runtime.provider("acme").validate_credentials({}))


@COLOURS
def test_configured_credentials_that_passed_are_marked(colour):
    world = Colour(colour, MODELS)
    world.run(world.runtime.provider("acme").validate_credentials())
    row = next(row for row in world.runtime.providers() if row.provider == "acme")
    assert row.status.verified_at is not None


def test_a_runtime_and_its_models_pickle_by_reference():
    runtime = Runtime(documents=PROVIDERS, environ=ENVIRONMENT, credentials={"acme": {"api_key": "k"}})
    llm = pickle.loads(pickle.dumps(runtime.llm("acme/talker")))
    assert repr(llm) == "LLM('acme/talker')"
    assert llm.schema.label["en_US"] == "Talker"
    assert pickle.loads(pickle.dumps(runtime.provider("acme"))).id == "acme"
