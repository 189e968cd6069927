"""A newer catalogue of models than the installed one, taken from a file between two releases.

It is one YAML text of overlays, a document for each provider:

    extends: acme
    models:
      - {model: acme-2, model_type: llm, pricing: {input: "1", output: "2", per: 1M tokens, currency: USD}}
    ---
    extends: other
    …

It adds and replaces models, and their prices, limits and rules. It can change nothing that decides where a key goes or what
runs here: identities, forms, endpoints, headers, Python, engines and files are refused.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.codec_choice import codec_names
from modelruntime.schema.data_home import HOME_VARIABLE, data_home
from modelruntime.schema.declaration import Declaration
from modelruntime.schema.problem import ProblemLog

_SEPARATOR = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_FOLDER = "catalogue"
_REFUSED = ("endpoint", "headers", "engine", "files", "extra")


class Refresh(msgspec.Struct, frozen=True, kw_only=True):
    """What a newer catalogue holds."""

    models: dict[str, int]
    """Provider → number of its models."""
    unknown: tuple[str, ...] = ()
    """Providers that this version does not have; their models are left out."""
    sha256: str
    warnings: tuple[str, ...] = ()


def refreshed_folder(environ: Mapping[str, str]) -> Path | None:
    """Where the newer catalogue is kept; None where the environment names no place for a user's data."""
    if not any(environ.get(name) for name in (HOME_VARIABLE, "XDG_DATA_HOME", "HOME")):
        return None
    return data_home(environ) / _FOLDER


def read_refresh(content: bytes, providers: Collection[str], name: str = "catalogue") -> tuple[Refresh, dict[str, bytes]]:
    """What the text holds, and the document of each provider that is known here.

    Raises `DeclarationInvalid` with every error, file and line in `problems`: a catalogue is taken whole or not at all.
    """
    log = ProblemLog()
    texts: dict[str, bytes] = {}
    counts: dict[str, int] = {}
    unknown: list[str] = []
    for text, declaration in _documents(content, name, log):
        provider = declaration.provider
        if provider in texts or provider in unknown:
            log.error(name, declaration.line, "overlay-repeated", f"{provider!r} has two documents; put its models into one")
        elif provider not in providers:
            unknown.append(provider)
        else:
            texts[provider], counts[provider] = text, len(declaration.models)
    if not counts and not unknown and not log.error_count:
        log.error(name, 0, "not-an-overlay", "there is no document that says 'extends: <provider>'")
    if log.error_count:
        errors = tuple(str(problem) for problem in log.problems if problem.severity == "error")
        raise DeclarationInvalid(f"this catalogue cannot be taken: {errors[0]}", errors)
    warnings = tuple(str(problem) for problem in log.problems)
    digest = hashlib.sha256(content).hexdigest()
    return Refresh(models=counts, unknown=tuple(unknown), sha256=digest, warnings=warnings), texts


def install_refresh(texts: Mapping[str, bytes], folder: Path) -> None:
    """Put the documents in place of the ones that are there, all at once."""
    from shutil import rmtree

    fresh = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    rmtree(fresh, ignore_errors=True)
    for provider, text in texts.items():
        (fresh / provider).mkdir(parents=True)
        (fresh / provider / "provider.yaml").write_bytes(text)
    remove_refresh(folder)
    fresh.rename(folder)


def remove_refresh(folder: Path) -> bool:
    """Go back to the installed catalogue. False when there was nothing to remove."""
    if not folder.is_dir():
        return False
    from shutil import rmtree

    gone = folder.with_name(f"{folder.name}.{os.getpid()}.old")
    folder.rename(gone)
    rmtree(gone)
    return True


def _documents(content: bytes, name: str, log: ProblemLog) -> Iterator[tuple[bytes, Declaration]]:
    from modelruntime.schema.loading.read_folder import read_document

    start = 0
    for end in (*(match.span() for match in _SEPARATOR.finditer(content)), (len(content), len(content))):
        text = content[start : end[0]]
        lines_before, start = content.count(b"\n", 0, start), end[1]
        if not text.strip():
            continue
        # the empty lines before it keep the line numbers of problems those of the whole file
        declaration = read_document(b"\n" * lines_before + text, log, name)
        if declaration is None:
            continue
        if declaration.schema is not None:
            message = f"{declaration.provider!r} is declared whole; a catalogue says 'extends: {declaration.provider}'"
            log.error(name, declaration.line, "not-an-overlay", message)
            continue
        for model in declaration.models:
            refused = [field for field in _REFUSED if getattr(model, field)]
            if refused or any(":" in name for name in codec_names(model.codec)):
                what = refused[0] if refused else "codec"
                message = f"the model {model.model!r} brings its own {what}; only an installed declaration may"
                log.error(name, declaration.line, "refused-here", message)
        yield text, declaration
