"""`modelruntime pull`: bring local models onto this machine."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.engines.store.progress import PullProgress
    from modelruntime.schema.model import ModelSchema


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "pull",
        run,
        "download the files of local models, verified by their hashes; resumes what was interrupted",
        ("pull", "pull small --list", "pull local/whisper-base"),
    )
    parser.add_argument("what", nargs="*", metavar="PROFILE|MODEL", help="`standard` (default), `small`, a model or provider/model")
    parser.add_argument("--list", action="store_true", help="show what a profile would pull, and how large it is")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Pull, with progress on standard error."""
    from modelruntime.cli.progress_bar import ProgressBar, megabytes
    from modelruntime.engines.store.model_store import ModelStore

    store = ModelStore()
    schemas = wanted_models(parsed.what or ["standard"])
    if parsed.list:
        _show(schemas, console)
        return 0
    bar = ProgressBar()

    def progress(step: PullProgress) -> None:
        if step.phase == "failed":
            bar.end()
            console.note(f"{step.file}: {step.source}: {step.reason}; trying the next source")
        elif step.phase != "done":
            bar.show(f"{step.model}: {step.file} ({step.phase})", step.done, step.total)

    try:
        report = store.pull(schemas, progress)
    finally:
        bar.end()
    if console.as_json:
        console.result({"pulled": report.pulled, "present": report.present, "failed": report.failed})
    else:
        size = megabytes(sum(file.size for schema in schemas for file in schema.files))
        for failure in report.failed:
            console.note(f"{console.paint('failed', 'red')}: {failure.message}")
        console.line(f"{len(report.pulled)} files pulled, {len(report.present)} already here ({size} in all)")
    return 0 if report.ok else 1


def wanted_models(words: list[str]) -> list[ModelSchema]:
    """The local models that profiles and names mean. Raises `ModelNotFound` with what there is."""
    from modelruntime.entities.errors import ModelNotFound
    from modelruntime.schema.catalogue import Catalogue

    known = [schema for schema in Catalogue.load().models() if schema.files]
    chosen: dict[str, ModelSchema] = {}
    for word in words:
        found = [schema for schema in known if word in names_of(schema)]
        if not found:
            raise ModelNotFound(f"nothing to pull is called {word!r}; {_what_there_is(word, known)}")
        chosen.update({f"{schema.provider}/{schema.model_type}/{schema.model}": schema for schema in found})
    return list(chosen.values())


def _what_there_is(word: str, known: list[ModelSchema]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, sorted({name for schema in known for name in names_of(schema)}), 1)
    if near:
        return f"did you mean {near[0]!r}?"
    profiles = sorted({profile for schema in known for profile in profiles_of(schema)})
    names = sorted(f"{schema.provider}/{schema.model}" for schema in known)
    return f"profiles: {', '.join(profiles)}; models: {', '.join(names)}"


def names_of(schema: ModelSchema) -> set[str]:
    """What a model answers to: its id, with its provider, and its profiles."""
    return {schema.model, f"{schema.provider}/{schema.model}", *profiles_of(schema)}


def profiles_of(schema: ModelSchema) -> list[str]:
    """The pull profiles a model belongs to."""
    declared: list[Any] = schema.model_properties.get("pull_profiles", [])
    return [str(profile) for profile in declared]


def _show(schemas: list[ModelSchema], console: Console) -> None:
    from modelruntime.cli.progress_bar import megabytes

    if console.as_json:
        console.result([{"provider": s.provider, "model": s.model, "files": s.files} for s in schemas])
        return
    console.table(
        ("MODEL", "TYPE", "SIZE", "LICENCES"),
        [
            (
                f"{schema.provider}/{schema.model}",
                schema.model_type,
                megabytes(sum(file.size for file in schema.files)),
                ", ".join(sorted({file.license for file in schema.files})),
            )
            for schema in schemas
        ],
    )
