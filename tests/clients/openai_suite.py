"""The tests of the `openai` package itself, run against the gateway.

Its source package holds them (`tests/api_resources`). They ask every resource for everything that the published description
knows, and judge the types of what comes back. The vendor behind the gateway is the mock server of the same description
(`@stdy/cli`, which the package's own suite uses): it refuses a request that does not fit the description, so it judges what
the gateway sends. Neither is part of this repository: the package's source comes from the package index, the mock server from
`tests/clients/node`, the description stands beside the checkout.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import openai
from msgspec.structs import replace

from tests.clients.node_programs import program, started
from tests.clients.sober_vendor import SoberVendor, sober_vendor
from tests.clients.verdicts import Verdict, verdicts_of
from tests.gateway.serving import MADE, configuration, serving
from tests.shared import SHARED

_DECLARATION = """\
provider: described
label: {{en_US: Described}}
icon_small: {{en_US: icon.svg}}
supported_model_types: [llm, text-embedding, speech2text, tts, moderation]
configurate_methods: [predefined-model, fetch-from-remote]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: Key}}}}
codec:
  llm: {codec}
  text-embedding: openai_embeddings
  speech2text: openai_transcriptions
  tts: openai_speech
  moderation: openai_moderations
endpoint: "{url}"
auth: {{bearer: api_key}}
models_endpoint: /models
models:
{models}
"""
_TESTS = Path("tests") / "api_resources"
_MODEL = '  - {{model: "{name}", model_type: llm, model_properties: {{mode: chat}}}}'


class Group(NamedTuple):
    """Test files that one codec serves."""

    codec: str
    files: tuple[str, ...]


GROUPS = (
    Group("openai_chat", ("chat/test_completions.py", "test_embeddings.py", "test_moderations.py", "test_models.py")),
    Group("openai_completions", ("test_completions.py",)),
    Group("openai_responses", ("test_responses.py",)),
    Group("openai_chat", ("audio/test_speech.py", "audio/test_transcriptions.py", "audio/test_translations.py")),
)


def cache_folder() -> Path:
    """Where the package's source is kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "modelruntime-tests" / "openai-suite"


def suite_folder(cache: Path) -> Path:
    """The unpacked source of the installed version of the package; fetched once."""
    name = f"openai-{openai.__version__}"
    folder = cache / name
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fetch = ("-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:")
        subprocess.run((sys.executable, *fetch, "--dest", str(cache), f"openai=={openai.__version__}"), check=True)
        with tarfile.open(cache / f"{name}.tar.gz") as packed:
            packed.extraction_filter = getattr(tarfile, "data_filter", None)  # from Python 3.11.4 on
            packed.extractall(cache)
    return folder


@contextmanager
def described_vendor() -> Iterator[SoberVendor]:
    """The mock server of the published description, behind a proxy that makes sense of its answers."""
    assert SHARED is not None
    styles = [f"--validator-{where}-{kind}-format=brackets" for where in ("query", "form") for kind in ("array", "object")]
    with (
        started(program("steady"), *styles, str(SHARED / "specs" / "openai.openapi.yml"), health="/_x-steady/health") as url,
        sober_vendor(url) as vendor,
    ):
        yield vendor


@contextmanager
def gateway_for(codec: str, vendor: str, models: set[str], cache: Path) -> Iterator[str]:
    """A gateway that takes any key as one that may delete models, and every model's name as the package's tests write it."""
    rows = "\n".join(_MODEL.format(name=name) for name in sorted(models))
    runtime: dict[str, Any] = {
        "documents": [_DECLARATION.format(codec=codec, url=vendor, models=rows)],
        "credentials": {"described": {"api_key": "sk-described"}},
        "environ": {"MODELRUNTIME_CACHE": str(cache)},
    }
    kept = dict.fromkeys(("completions", "responses"), "described/gpt-6-astra")
    aliases = {name: f"described/{name}" for name in models}
    config = configuration(aliases=aliases, defaults={"llm": "described/gpt-6-astra"}, kept_by=kept)
    config.keys[MADE.id] = replace(config.keys[MADE.id], may_delete_models=True)
    anybody = patch(
        "modelruntime.gateway.key_check.KeyCheck.authenticated", lambda check, fields, configuration: config.keys[MADE.id]
    )
    with anybody, serving(runtime, config) as running:
        yield f"{running.url}/v1"


def run(group: Group, suite: Path, vendor: SoberVendor, cache: Path) -> list[Verdict]:
    """Run the files of a group in a process of their own, against a gateway before the vendor."""
    files = [suite / _TESTS / file for file in group.files]
    named = re.compile(r'(?:model=|"model": |(?:retrieve|delete)\(\s*)"([^"]+)"')
    models = {name for file in files for name in named.findall(file.read_text("utf-8"))}
    models |= {"omni-moderation-latest"}
    with gateway_for(group.codec, vendor.url, models, cache / "compiled") as url:
        return run_at(url, group.files, suite, cache)


def run_at(url: str, files: Iterable[str], suite: Path, cache: Path) -> list[Verdict]:
    """Run these files in a process of their own, against whatever answers there."""
    report = cache / "report.xml"
    environ = {**os.environ, "TEST_API_BASE_URL": url, "PYTHONPATH": str(suite)}
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", f"--junitxml={report}")
    ignored = ("-W", "ignore", "-o", "filterwarnings=")
    named = [str(suite / _TESTS / file) for file in files]
    subprocess.run((*command, *ignored, *named), cwd=suite, env=environ, check=False, capture_output=True)
    return list(verdicts_of(report))
