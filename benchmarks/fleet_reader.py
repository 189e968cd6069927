"""Reads a fleet in a fresh process and prints milliseconds as JSON.

python -m benchmarks.fleet_reader compiled FILE PROVIDER MODEL
python -m benchmarks.fleet_reader yaml FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def compiled(path: Path, provider_id: str, model_id: str) -> dict[str, float]:
    """From the compiled file: opening it and the first model; then every model, typed."""
    from modelruntime.schema.catalogue import Catalogue
    from modelruntime.schema.snapshot import Snapshot

    start = time.process_time()
    catalogue = Catalogue([Snapshot(path.read_bytes())])
    provider = catalogue.provider(provider_id)
    model = catalogue.model(provider_id, "llm", model_id)
    first = time.process_time()
    assert provider.label
    assert model is not None
    assert model.parameter_rules
    models = sum(1 for _ in catalogue.models())
    end = time.process_time()
    return {"first": 1e3 * (first - start), "all": 1e3 * (end - start), "models": models}


def yaml(path: Path) -> dict[str, float]:
    """What reading the YAML at run time costs, with the faster of PyYAML's loaders; no typing, no checks."""
    from yaml import CSafeLoader, load

    texts = [file.read_bytes() for file in sorted(path.glob("*/*.yaml"))]
    start = time.process_time()
    for text in texts:
        load(text, CSafeLoader)
    return {"all": 1e3 * (time.process_time() - start)}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))
