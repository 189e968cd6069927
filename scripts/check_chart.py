"""Lint and render the Helm chart, and judge what comes out: by Kubernetes' own schemas, and the gateway's file by its reader.

Needs `pip install helm-python-sdk kubernetes-validate` (Helm's engine as a library; schemas offline). Not part of `make check`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from modelruntime.gateway.config_file import read_file

CHART = Path(__file__).resolve().parent.parent / "deploy" / "helm" / "modelruntime"
KUBERNETES = "1.32"
STORE = {"database": {"secret": "db"}, "keyRing": {"secret": "ring"}}
CASES: dict[str, tuple[dict[str, Any], str | None]] = {
    "as it comes": ({}, None),
    "one with a disk": ({"dataClaim": "claim"}, None),
    "several": ({"replicas": 3, **STORE, "valkey": {"secret": "vk"}, "metrics": {"secret": "m"}}, None),
    "by load": (
        {**STORE, "autoscaling": {"enabled": True}, "networkPolicy": {"enabled": True, "from": [{"podSelector": {}}]}},
        None,
    ),
    "with a file": (
        {
            "config": {"aliases": {"a": "b/c"}, "telemetry": {"logs": {"level": "debug"}}, "workers": 2},
            "environmentFrom": ["vendor-keys"],
            "imagePullSecrets": [{"name": "pull"}],
            "nodeSelector": {"a": "b"},
            "tolerations": [{"operator": "Exists"}],
            "image": {"repository": "r/m", "digest": f"sha256:{'0' * 64}"},
        },
        None,
    ),
    "several without a database": ({"replicas": 2}, "several replicas need database.secret"),
    "a database without a key ring": ({"database": {"secret": "db"}}, "database.secret needs keyRing.secret"),
    "no replicas": ({"replicas": 0}, "replicas"),
}
"""Name → values, and what the refusal says (None: it must render)."""


def main() -> int:
    """Print what is wrong; 1 when something is."""
    found = list(problems())
    for line in found:
        print(line)
    print(f"{len(CASES)} sets of values, {len(found)} problems")
    return 1 if found else 0


def problems() -> Iterator[str]:
    """Every problem as one line."""
    import helm_python

    for message in helm_python.lint(CHART)["messages"]:
        if message.get("severity") not in ("INFO", 1):
            yield f"lint: {message}"
    with helm_python.Chart.load(CHART) as chart:
        for name, (values, refusal) in CASES.items():
            try:
                rendered = chart.render(values=values, name="gw", namespace="default")
            except helm_python.HelmError as error:
                if refusal is None or refusal not in str(error):
                    yield f"{name}: {error}"
                continue
            if refusal is not None:
                yield f"{name}: was not refused"
            for problem in _judged(rendered, values):
                yield f"{name}: {problem}"


def _judged(rendered: Any, values: dict[str, Any]) -> Iterator[str]:
    texts = rendered.values() if isinstance(rendered, dict) else [rendered]
    documents = [document for text in texts for document in yaml.safe_load_all(text) if document]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "all.yaml")
        whole.write_text(yaml.safe_dump_all(documents), "utf-8")
        tool = Path(sys.executable).with_name("kubernetes-validate")
        done = subprocess.run([str(tool), "--strict", "-k", KUBERNETES, str(whole)], capture_output=True, text=True)
        if done.returncode:
            yield (done.stdout + done.stderr).strip()
        (held,) = [document for document in documents if document["kind"] == "ConfigMap"]
        file = Path(folder, "gateway.yaml")
        file.write_text(held["data"]["gateway.yaml"], "utf-8")
        variables = {"DATABASE_URL": "postgresql://db", "VALKEY_URL": "redis://v", "METRICS_TOKEN": "t"}
        read = read_file(file, variables)
        if bool(values.get("database")) != (read.database is not None):
            yield "the file does not name the database"


if __name__ == "__main__":
    sys.exit(main())
