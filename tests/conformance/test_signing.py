"""Every signer against a simulated vendor and a simulated token endpoint, over 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.model import ModelSchema
from tests.conformance.case import Case
from tests.conformance.credentials import filled
from tests.conformance.exchange import Seen
from tests.conformance.scenarios import llm
from tests.conformance.secret_places import misplaced
from tests.conformance.secret_values import ISSUED, SECRET
from tests.conformance.server import SimulatorServer
from tests.conformance.trial import Trial

AWS = {"service": "bedrock", "region": "v_region", "access_key_id": "v_id", "secret_access_key": "v_secret"}
AUTHS: dict[str, dict[str, Any]] = {
    "bearer": {"bearer": "v_secret"},
    "aws": {"aws_sigv4": AWS},
    "aws_role": {"aws_sigv4": {**AWS, "role_arn": "v_role"}},
    "google": {"google_service_account": {"key": "v_secret"}},
    "tc3": {"tc3": {"service": "hunyuan", "secret_id": "v_id", "secret_key": "v_secret"}},
    "oci": {"oci_signature": {"tenancy": "v_tenancy", "user": "v_user", "fingerprint": "v_print", "key": "v_secret"}},
    "entra": {"entra": {"tenant_id": "v_tenancy", "client_id": "v_user", "client_secret": "v_secret"}},
    "ibm": {"ibm_iam": {"api_key": "v_secret"}},
    "choice": {"choice": {"by": "v_region", "cases": {"us-east-1": {"aws_sigv4": AWS}, "default": {"none": {}}}}},
    "first_filled": {"first_filled": [{"bearer": "v_token"}, {"aws_sigv4": AWS}]},
}
TEXTS = ("v_region", "v_role", "v_tenancy", "v_user", "v_print")


def variables(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("v_"):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from variables(each)
    elif isinstance(value, list):
        for each in value:
            yield from variables(each)


def declared(name: str, auth: dict[str, Any]) -> str:
    fields = [
        {"variable": variable, "type": kind, "required": variable != "v_token", "label": {"en_US": variable}}
        for variable in dict.fromkeys(variables(auth))
        for kind in ["text-input" if variable in TEXTS else "secret-input"]
    ]
    provider = {
        "provider": f"made-up-{name}",
        "label": {"en_US": "Made up"},
        "supported_model_types": ["llm"],
        "configurate_methods": ["predefined-model"],
        "provider_credential_schema": {"credential_form_schemas": fields},
        "codec": {"llm": "openai_chat"},
        "endpoint": "https://vendor.test/v1",
        "auth": auth,
        "models": [{"model": "m:0/x", "model_type": "llm", "model_properties": {"mode": "chat"}}],
    }
    return msgspec.json.encode(provider).decode()


DOCUMENTS = {name: declared(name, auth) for name, auth in AUTHS.items()}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    environ = {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}
    with SimulatorServer() as server, closing(Trial(server, environ, tuple(DOCUMENTS.values()))) as running:
        yield running


def case_of(name: str) -> Case:
    provider = Catalogue.load(environ={}).with_document(DOCUMENTS[name]).provider(f"made-up-{name}")
    schema = ModelSchema(provider=provider.provider, model="m:0/x", model_type=ModelType.LLM)
    return Case(provider, schema, llm.SCENARIOS[0], "openai_chat")


@pytest.mark.parametrize("name", AUTHS)
def test_a_signed_call_is_what_the_vendor_wants(name, trial):
    trial.run(case_of(name))


SIGNED = Seen(
    "POST",
    "/model/m:0/invoke",
    "",
    {
        "host": "127.0.0.1:9",
        "x-amz-date": "20261128T000000Z",
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIDSAMPLE0123456789/20261128/us-east-1/bedrock/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=00",
    },
    b"{}",
    "/model/m%3A0/invoke",
)


@pytest.mark.parametrize(
    ("name", "seen", "words"),
    [
        ("aws", SIGNED, "not that of what arrived"),
        ("aws", replace(SIGNED, headers={}), "not signed"),
        ("aws", replace(SIGNED, headers={**SIGNED.headers, "x-key": SECRET}), "in the headers"),
        ("bearer", replace(SIGNED, headers={"authorization": f"Bearer {ISSUED}"}), "no bearer key"),
        ("google", replace(SIGNED, headers={"authorization": f"Bearer {SECRET}"}), "not the token"),
        ("oci", SIGNED, "not signed"),
        ("tc3", SIGNED, "not signed"),
        ("bearer", replace(SIGNED, body=SECRET.encode()), "in the body"),
    ],
)
def test_what_is_out_of_place_is_found(name, seen, words):
    case = case_of(name)
    found = misplaced(seen, "http://127.0.0.1:9", case.provider.auth, filled(case.provider, "llm"))
    assert any(words in complaint for complaint in found), found
