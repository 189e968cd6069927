"""What declarations say of signing in: the variables they name, and where a machine may hold credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelruntime.schema.ambient import Ambient
from modelruntime.schema.auth_variables import auth_variables
from modelruntime.schema.form import FormField
from modelruntime.schema.lint import lint_path
from modelruntime.signers.registry import auth_problem
from tests.schema.declare import PROVIDER, codes, read, write

FORM = """provider_credential_schema:
  credential_form_schemas:
    - {variable: key, type: secret-input, label: {en_US: Key}}
    - {variable: region, type: text-input, default: eu, label: {en_US: Region}}
"""


@pytest.mark.parametrize(
    ("auth", "variables"),
    [
        ({}, set()),
        ({"bearer": "a"}, {"a"}),
        ({"bearer": {"value": "a"}}, {"a"}),
        ({"header": {"name": "x-key", "value": "a", "prefix": "Token "}}, {"a"}),
        ({"aws_sigv4": {"service": "s", "region": "r", "access_key_id": "i", "secret_access_key": "k"}}, {"r", "i", "k"}),
        ({"entra": {"tenant_id": "t", "client_id": "c", "client_secret": "s", "scope": "https://x/.default"}}, {"t", "c", "s"}),
        ({"choice": {"by": "m", "cases": {"a": {"bearer": "x"}, "b": {"first_filled": [{"bearer": "y"}, {}]}}}}, {"m", "x", "y"}),
        ({"some.module:signer": {"value": "a"}}, set()),
        ({"choice": None}, set()),
        ({"first_filled": 3}, set()),
        ({"bearer": [1]}, set()),
    ],
)  # fmt: skip
def test_an_auth_names_its_variables(auth, variables):
    assert auth_variables(auth) == variables


@pytest.mark.parametrize(
    "auth",
    [
        "{query_key: {name: key, value: kee}}",
        "{first_filled: [{bearer: key}, {ibm_iam: {api_key: kee}}]}",
        "{choice: {by: kee, cases: {default: {bearer: key}}}}",
    ],
)
def test_a_variable_that_no_form_has_is_an_error(auth):
    declaration, problems = read(f"{PROVIDER}{FORM}auth: {auth}\n")
    assert declaration is None or declaration.schema is None
    assert codes(problems) == ["unknown-variable"]
    assert "'kee'" in problems[0].message


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ("{bearrer: key}", "no signer is called 'bearrer'"),
        ("{tc3: {secret_id: key, secret_key: key}}", "'service'"),
        ("{first_filled: [{bearer: key}, {header: {value: key}}]}", "'name'"),
        ('{"nowhere.at_all:signer": {}}', "cannot be loaded"),
        ("{bearer: key}", None),
    ],
)
def test_the_linter_tries_every_signer(tmp_path: Path, auth, words):
    write(tmp_path / "acme", {"provider.yaml": f"{PROVIDER}{FORM}auth: {auth}\n"})
    found = [str(problem) for problem in lint_path(tmp_path, (), auth_problem).errors]
    assert [words in message for message in found] == ([True] if words else [])


def test_an_ambient_source_is_read():
    ambient = "{source: google_adc, fill: {key: key}, set: {region: us}, when: {region: [machine, other]}}"
    declaration, problems = read(f"{PROVIDER}{FORM}ambient: {ambient}\n")
    assert not problems
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.ambient == Ambient("google_adc", {"key": "key"}, {"region": "us"}, {"region": ("machine", "other")})


@pytest.mark.parametrize(
    ("ambient", "code"),
    [
        ("{source: oracle, fill: {key: key}}", "ambient-unknown"),
        ("{fill: {key: key}}", "ambient-unknown"),
        ("{source: google_adc}", "ambient-incomplete"),
        ("{source: google_adc, fill: {key: secret_access_key}}", "ambient-fact"),
        ("{source: google_adc, fill: {kee: key}}", "unknown-variable"),
        ("{source: google_adc, fill: {key: key}, set: {kee: 1}}", "unknown-variable"),
        ("{source: google_adc, fill: {key: key}, when: {kee: [a]}}", "unknown-variable"),
        ("{source: google_adc, fill: {region: key}}", "ambient-secret"),
    ],
)
def test_an_ambient_source_that_cannot_work_is_an_error(ambient, code):
    declaration, problems = read(f"{PROVIDER}{FORM}ambient: {ambient}\n")
    assert declaration is None or declaration.schema is None
    assert codes(problems) == [code]


@pytest.mark.parametrize(
    ("values", "meant"),
    [({}, True), ({"region": ""}, True), ({"region": "eu"}, True), ({"region": "us"}, False), ({"region": "eu", "key": "k"}, True)],
)
def test_a_default_may_mean_the_machine(values, meant):
    fields = (FormField(variable="region", type="text-input", label={}, default="eu"),)
    assert Ambient("aws_profile", {}, {}, {"region": ("eu",)}).is_meant_by(fields, values) is meant
    assert not Ambient("aws_profile", {}, {}, {}).is_meant_by(fields, values)
