"""Credentials of the machine: what is read, what it fills, and that it comes last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelruntime import CredentialsInvalid, Secret
from modelruntime.runtime import aws_profile, google_adc
from modelruntime.runtime.explicit_credentials import ExplicitCredentials
from modelruntime.runtime.listing import Listing
from tests.conformance.secret_values import service_account
from tests.runtime.colours import Colour
from tests.runtime.scripted import answer, chat

HOUSE = """
provider: house
label: {en_US: House}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - variable: method
      type: select
      required: true
      default: machine
      label: {en_US: Method}
      options: [{value: machine, label: {en_US: Machine}}, {value: keys, label: {en_US: Keys}}, {value: token, label: {en_US: T}}]
    - {variable: id, type: secret-input, required: true, label: {en_US: Id}, show_on: [{variable: method, value: keys}]}
    - {variable: secret, type: secret-input, required: true, label: {en_US: Secret}, show_on: [{variable: method, value: keys}]}
    - {variable: session, type: secret-input, required: false, label: {en_US: Session}, show_on: [{variable: method, value: keys}]}
    - {variable: role, type: text-input, required: false, label: {en_US: Role}, show_on: [{variable: method, value: keys}]}
    - {variable: token, type: secret-input, required: true, label: {en_US: T}, show_on: [{variable: method, value: token}]}
    - {variable: region, type: text-input, required: true, default: us-east-1, env: HOUSE_REGION, label: {en_US: Region}}
codec: {llm: openai_chat}
endpoint: "https://house.{region}.test/v1"
auth:
  choice:
    by: method
    cases:
      token: {bearer: token}
      default:
        aws_sigv4:
          {service: s, region: region, access_key_id: id, secret_access_key: secret, session_token: session, role_arn: role}
ambient:
  source: aws_profile
  fill: {id: access_key_id, secret: secret_access_key, session: session_token, region: region, role: role_arn}
  set: {method: keys}
  when: {method: [machine]}
models: [{model: m, model_type: llm, model_properties: {mode: chat}}]
"""
PLACE = """
provider: place
label: {en_US: Place}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: key, type: secret-input, required: false, label: {en_US: Key}}
    - {variable: project, type: text-input, required: true, label: {en_US: Project}}
codec: {llm: openai_chat}
endpoint: "https://place.test/{project}"
auth: {google_service_account: {key: key}}
ambient: {source: google_adc, fill: {key: key, project: project}}
models: [{model: m, model_type: llm, model_properties: {mode: chat}}]
"""
CREDENTIALS = """[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret/default%s
[work]
aws_access_key_id=AKIAWORK
aws_secret_access_key=secret-work
aws_session_token=session-work
[half]
aws_access_key_id=AKIAHALF
"""
CONFIG = """[default]
region = eu-west-1
[profile work]
region = ap-south-1
[profile only-config]
aws_access_key_id = AKIACONFIG
aws_secret_access_key = secret-config
[profile reader]
role_arn = arn:aws:iam::1:role/reader
source_profile = work
region = eu-west-3
[profile guarded]
role_arn = arn:aws:iam::1:role/reader
source_profile = work
mfa_serial = arn:aws:iam::1:mfa/me
[profile machine]
role_arn = arn:aws:iam::1:role/reader
credential_source = Ec2InstanceMetadata
[profile sso]
sso_session = corp
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(CREDENTIALS)
    (folder / "config").write_text(CONFIG)
    return tmp_path


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in facts.items()}


WORK = {"access_key_id": "AKIAWORK", "secret_access_key": "secret-work", "session_token": "session-work"}
IN_ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "secret-env"}


@pytest.mark.parametrize(
    ("environ", "facts"),
    [
        ({}, {"access_key_id": "AKIADEFAULT", "secret_access_key": "secret/default%s", "region": "eu-west-1"}),
        ({"AWS_PROFILE": "work"}, {**WORK, "region": "ap-south-1"}),
        ({"AWS_PROFILE": "work", "AWS_REGION": "us-west-2"}, {**WORK, "region": "us-west-2"}),
        ({"AWS_PROFILE": "work", "AWS_DEFAULT_REGION": "us-west-1"}, {**WORK, "region": "us-west-1"}),
        ({"AWS_DEFAULT_PROFILE": "only-config"}, {"access_key_id": "AKIACONFIG", "secret_access_key": "secret-config"}),
        ({"AWS_PROFILE": "reader"}, {**WORK, "role_arn": "arn:aws:iam::1:role/reader", "region": "eu-west-3"}),
        ({"AWS_PROFILE": "guarded"}, {}),
        ({"AWS_PROFILE": "machine"}, {}),
        ({"AWS_PROFILE": "sso"}, {}),
        ({"AWS_PROFILE": "half"}, {}),
        (IN_ENVIRONMENT, {"access_key_id": "AKIAENV", "secret_access_key": "secret-env", "region": "eu-west-1"}),
        ({"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_PROFILE": "work"}, {**WORK, "region": "ap-south-1"}),
    ],
)
def test_an_aws_profile_is_read_as_the_vendors_tools_read_it(home, environ, facts):
    found = aws_profile.find({"HOME": str(home), **environ})
    assert plain(found) == facts
    assert all(isinstance(found[name], Secret) for name in ("secret_access_key", "session_token") if name in found)


@pytest.mark.parametrize("profile", ["default", "work", "only-config"])
def test_botocore_finds_the_same_profile(home, profile, monkeypatch):
    from botocore.session import Session

    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(variable, raising=False)
    files = {"AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws/credentials"), "AWS_CONFIG_FILE": str(home / ".aws/config")}
    for variable, file in files.items():
        monkeypatch.setenv(variable, file)
    theirs = Session(profile=profile)
    keys = theirs.get_credentials()
    ours = plain(aws_profile.find({**files, "AWS_PROFILE": profile}))
    assert ours.get("region") == theirs.get_config_variable("region")
    assert (ours["access_key_id"], ours["secret_access_key"], ours.get("session_token")) == tuple(keys.get_frozen_credentials())[:3]


def test_files_may_lie_elsewhere_and_are_read_anew(tmp_path):
    (tmp_path / "keys").write_text(CREDENTIALS)
    environ = {"HOME": str(tmp_path), "AWS_SHARED_CREDENTIALS_FILE": "~/keys"}
    assert plain(aws_profile.find(environ))["access_key_id"] == "AKIADEFAULT"
    (tmp_path / "keys").write_text(CREDENTIALS.replace("AKIADEFAULT", "AKIAROTATED"))
    assert plain(aws_profile.find(environ))["access_key_id"] == "AKIAROTATED"
    assert aws_profile.find({}) == aws_profile.find({"HOME": str(tmp_path / "nowhere")}) == {}


@pytest.mark.parametrize("text", ["hush\n", "[default]\nhush hush\n", b"\xff\xfehush"])
def test_a_broken_file_is_named_and_not_quoted(home, text):
    path = home / ".aws" / "credentials"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CredentialsInvalid, match="credentials cannot be read") as caught:
        aws_profile.find({"HOME": str(home)})
    assert "hush" not in str(caught.value) + repr(caught.value.__cause__)
    assert caught.value.__suppress_context__


def test_a_profile_that_is_nowhere_is_an_error(home):
    with pytest.raises(CredentialsInvalid, match="'nobody'"):
        aws_profile.find({"HOME": str(home), "AWS_PROFILE": "nobody"})


def world_of(environ: dict[str, str], *script: Any, **arguments: Any) -> Colour:
    return Colour("sync", *script, **{"documents": (HOUSE, PLACE), "environ": environ, **arguments})


def signed(world: Colour) -> str:
    world.runtime.llm("house/m").invoke("Hello")
    authorization = world.transport.header("authorization")
    assert authorization is not None
    return f"{world.transport.requests[-1].url.split('/')[2]} {authorization.partition('/aws4_request')[0].rpartition(' ')[2]}"


def test_the_machine_fills_the_form_when_nobody_else_does(home):
    world = world_of({"HOME": str(home), "AWS_PROFILE": "work"}, chat())
    assert world.runtime.provider("house").status.code == "active"
    host, credential = signed(world).split(" ")
    assert host == "house.ap-south-1.test"
    assert credential.startswith("Credential=AKIAWORK/")
    assert "/ap-south-1/s" in credential
    assert world.transport.header("x-amz-security-token") == "session-work"
    assert "secret-work" not in repr(world.runtime.llm("house/m")._default_target())


def test_it_comes_after_every_other_source(home):
    environ = {"HOME": str(home), "AWS_PROFILE": "work"}
    given = {"method": "token", "token": "t-1"}
    world = world_of(environ, chat(), credentials={"house": given})
    world.runtime.llm("house/m").invoke("Hello")
    assert world.transport.header("authorization") == "Bearer t-1"
    assert world.transport.requests[0].url.startswith("https://house.us-east-1.test/")


def test_a_form_that_leaves_signing_in_to_the_machine_keeps_what_it_says(home):
    environ = {"HOME": str(home), "AWS_PROFILE": "work", "HOUSE_REGION": "eu-north-1"}
    assert signed(world_of(environ, chat())).startswith("house.eu-north-1.test Credential=AKIAWORK/")
    config = home / "config.toml"
    config.write_text('[credentials.house]\nmethod = "machine"\nregion = "sa-east-1"\n')
    assert signed(world_of({**environ, "MODELRUNTIME_CONFIG": str(config)}, chat())).startswith(
        "house.sa-east-1.test Credential=AKIAWORK/"
    )
    world = world_of(environ, chat(), credentials={"house": {"region": "ca-west-1"}})
    assert signed(world).startswith("house.ca-west-1.test Credential=AKIAWORK/")


def test_credentials_of_a_call_never_use_the_machine(home):
    world = world_of({"HOME": str(home), "AWS_PROFILE": "work"})
    for given in ({"method": "machine"}, {"region": "us-east-1"}, {}):
        with pytest.raises(CredentialsInvalid, match="leaves signing in to this machine") as caught:
            world.runtime.llm("house/m").invoke("Hello", credentials=given)
        assert caught.value.field == "method"


def test_sources_of_ones_own_never_use_the_machine(home):
    source = ExplicitCredentials({"house": {"method": "machine"}})
    world = world_of({"HOME": str(home), "AWS_PROFILE": "work"}, sources=[source])
    with pytest.raises(CredentialsInvalid, match="leaves signing in to this machine"):
        world.runtime.llm("house/m").invoke("Hello")


@pytest.mark.parametrize("given", [{}, {"house": {"method": "machine"}}])
def test_a_declaration_that_was_posted_later_gets_nothing_of_the_machine(home, given):
    environ = {"HOME": str(home), "AWS_PROFILE": "work", "HOUSE_REGION": "eu-north-1"}
    base = world_of(environ, documents=(PLACE,)).runtime.core
    core = base.with_sources((ExplicitCredentials(given), *base.resolver.sources), (HOUSE,))
    assert Listing(core).provider("house").status.code == "no-configure"


@pytest.mark.parametrize("environ", [{}, {"HOUSE_REGION": "eu-north-1"}, {"AWS_REGION": "eu-north-1"}])
def test_without_keys_nothing_is_configured(environ):
    world = world_of(environ)
    status = world.runtime.provider("house").status
    assert (status.code, "this machine" in (status.reason or "")) == ("no-configure", True)


def test_a_profile_with_a_role_assumes_it(home):
    keys = "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>y</SessionToken>"
    role = answer(f"{keys}<Expiration>2100-01-01T00:00:00Z</Expiration>".encode())
    world = world_of({"HOME": str(home), "AWS_PROFILE": "reader"}, role, chat())
    assert signed(world).startswith("house.eu-west-3.test Credential=ASIA/")
    assert world.transport.requests[0].url == "https://sts.eu-west-3.amazonaws.com/"


def test_a_broken_profile_concerns_nobody_else(home):
    world = world_of({"HOME": str(home), "AWS_PROFILE": "nobody"})
    rows = {row.provider: row.status for row in world.runtime.providers()}
    assert rows["house"].code == rows["place"].code == "no-configure"
    assert "'nobody'" in (rows["house"].reason or "")
    assert rows["local"].code == "active"


USER = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r", "quota_project_id": "paying"}


@pytest.mark.parametrize(
    ("place", "environ"),
    [
        (".config/gcloud/application_default_credentials.json", {}),
        ("elsewhere/application_default_credentials.json", {"CLOUDSDK_CONFIG": "{home}/elsewhere"}),
        ("gcloud/application_default_credentials.json", {"APPDATA": "{home}"}),
        ("key.json", {"GOOGLE_APPLICATION_CREDENTIALS": "{home}/key.json"}),
    ],
)
def test_google_credentials_are_found_where_the_vendors_tools_put_them(tmp_path, place, environ):
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(USER) + "\n")
    named = {name: value.format(home=tmp_path) for name, value in environ.items()}
    found = google_adc.find({"HOME": str(tmp_path), **named, "GOOGLE_CLOUD_LOCATION": "eu"})
    assert plain(found) == {"key": json.dumps(USER), "project": "paying", "location": "eu"}
    assert isinstance(found["key"], Secret)


@pytest.mark.parametrize(
    ("text", "environ", "project"),
    [
        (service_account(), {}, "sample"),
        (service_account(), {"GOOGLE_CLOUD_PROJECT": "mine"}, "mine"),
        ("hush", {}, None),
        ("[1]", {}, None),
        ('{"project_id": 5}', {}, None),
    ],
)
def test_the_project_is_the_environments_or_the_files(tmp_path, text, environ, project):
    (tmp_path / "key.json").write_text(text)
    found = google_adc.find({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "key.json"), **environ})
    assert plain(found) == {"key": text, **({"project": project} if project else {})}


def test_no_google_file_is_no_credentials_and_a_named_one_that_is_not_there_an_error(tmp_path):
    assert google_adc.find({}) == google_adc.find({"HOME": str(tmp_path)}) == {}
    with pytest.raises(CredentialsInvalid, match="GOOGLE_APPLICATION_CREDENTIALS"):
        google_adc.find({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "nowhere")})


def test_google_credentials_sign(tmp_path):
    (tmp_path / "key.json").write_text(json.dumps(USER))
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "key.json")}
    world = world_of(environ, answer({"access_token": "tok", "expires_in": 9}), chat())
    world.runtime.llm("place/m").invoke("Hello")
    assert b"refresh_token=r" in (world.transport.requests[0].body or b"")
    assert world.transport.requests[1].url == "https://place.test/paying/chat/completions"
    assert world.transport.header("authorization") == "Bearer tok"


def test_a_key_that_a_signer_can_not_do_without_makes_a_source_incomplete():
    world = world_of({}, credentials={"place": {"project": "p"}})
    with pytest.raises(CredentialsInvalid, match="key is missing") as caught:
        world.runtime.llm("place/m").invoke("Hello")
    assert caught.value.field == "key"
    assert world.runtime.provider("place").status.code == "no-configure"
