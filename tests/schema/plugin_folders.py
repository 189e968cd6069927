"""Folders in the original's plugin layout, written from rows of facts about its providers and models."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, Any]

UNLISTED_FOLDERS = ("model_configurations", "deprecated")
"""Folders of model files that the official plugins' globs leave out."""

UNLISTED_FILES = ("models/oci/models/llm/llm.yaml",)


def read_rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_yaml(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), encoding="utf-8")


def write_plugins(folder: Path, providers: list[Row], models: list[Row], *, official_globs: bool = False) -> None:
    """Write every provider with its models below `folder`, each file at the path its row names as `source`."""
    by_provider: dict[str, list[Row]] = defaultdict(list)
    for row in models:
        by_provider[row["source"].split("/")[1]].append(row)
    for row in providers:
        plugin, home = row["source"].split("/")[1], folder / row["source"].split("/")[1]
        own = by_provider[plugin]
        name = Path(row["source"]).name
        write_yaml(home / "provider" / name, provider_document(row, own, official_globs=official_globs))
        write_yaml(home / "manifest.yaml", manifest(row["provider"], f"provider/{name}"))
        for model in own:
            path = home / Path(*Path(model["source"]).parts[2:])
            write_yaml(
                path, {key: value for key, value in model.items() if key not in ("provider", "source") and value is not None}
            )


def manifest(name: str, provider_file: str) -> Row:
    return {
        "version": "0.0.1",
        "type": "plugin",
        "author": "someone",
        "name": name,
        "label": {"en_US": name},
        "description": {"en_US": name},
        "icon": "icon_s_en.svg",
        "resource": {"memory": 268435456, "permission": {"model": {"enabled": True, "llm": True}}},
        "plugins": {"models": [provider_file]},
        "meta": {"version": "0.0.1", "arch": ["amd64"], "runner": {"language": "python", "version": "3.12", "entrypoint": "main"}},
        "created_at": "2024-09-20T00:13:50.29298939-04:00",
    }


def provider_document(row: Row, models: list[Row], *, official_globs: bool) -> Row:
    document: Row = {key: row[key] for key in ("provider", "label", "supported_model_types", "configurate_methods")}
    document["help"] = {"title": {"en_US": "Get a key"}, "url": {"en_US": row["help_url"]}}
    if row["provider_form"]:
        document["provider_credential_schema"] = {"credential_form_schemas": [form_field(field) for field in row["provider_form"]]}
    if row["model_form"]:
        document["model_credential_schema"] = {
            "model": {"label": {"en_US": "Model name"}},
            "credential_form_schemas": [form_field(field) for field in row["model_form"]],
        }
    document["extra"] = {"python": {"provider_source": "provider/x.py", "model_sources": ["models/llm/llm.py"]}}
    document["models"] = {}
    for model in models:
        if official_globs and (model["source"].split("/")[-2] in UNLISTED_FOLDERS or model["source"] in UNLISTED_FILES):
            continue
        path = Path(*Path(model["source"]).parts[2:])
        globs = document["models"].setdefault(path.parts[1], {"predefined": []})["predefined"]
        pattern = f"{path.parent.as_posix()}/*.yaml"
        if (
            official_globs
            and str(path.parent) == "models/llm"
            and "models/oci/models/llm/llm.yaml" in (m["source"] for m in models)
        ):
            continue
        if pattern not in globs:
            globs.append(pattern)
    return document


def form_field(field: Row) -> Row:
    options = [{"value": value, "label": {"en_US": value}} for value in field.get("options", [])]
    return {**field, "label": {"en_US": field["variable"]}, **({"options": options} if options else {})}
