"""Check declarations and report what is wrong, with file and line.

Most findings are the loader's own: what it had to repair is a warning, what it had to leave out an error. This adds
what only a lint asks: names of codecs, icons that are not there, evidence for a probe, sources of facts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime.schema.bound_lint import narrow_bounds
from modelruntime.schema.codec_choice import codec_names
from modelruntime.schema.icon import ICON_KINDS, find_icon
from modelruntime.schema.problem import Problem, ProblemLog
from modelruntime.schema.provider import LISTING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from modelruntime.schema.declaration import Declaration
    from modelruntime.schema.model import ModelSchema
    from modelruntime.schema.provider import ProviderSchema

    AuthProblem = Callable[[Mapping[str, Any]], str | None]


class LintReport(msgspec.Struct, frozen=True):
    """What a lint found. `providers` counts those that can be used, overlays not among them; `models` the declarations
    of models that can be used, one that another replaces included."""

    providers: int
    models: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """`{"providers", "models", "errors": [{file, line, code, message}], "warnings": […]}`."""
        return {
            "providers": self.providers,
            "models": self.models,
            "errors": [_entry(problem) for problem in self.errors],
            "warnings": [_entry(problem) for problem in self.warnings],
        }


def lint_path(path: Path, codecs: Collection[str] = (), auth_problem: AuthProblem | None = None) -> LintReport:
    """Check a provider's folder, a folder of such folders, or a document.

    `codecs` are the names that a declaration may use beside `module:object`; none given: names are not checked. `auth_problem`
    says what is wrong with an `auth`; without it only the variables that it names are checked.
    """
    log, declarations = _read(path, codecs, auth_problem)
    return _report(log, declarations)


def lint_fleet(path: Path, codecs: Collection[str] = (), auth_problem: AuthProblem | None = None) -> LintReport:
    """`lint_path` for declarations that this project ships: every provider and model must name a `source` of its facts
    (a URL with the date it was read, or the word `unverified`), every probe its evidence, and no rule may have a bound that is
    narrower than what the vendor takes (`bound_lint`)."""
    log, declarations = _read(path, codecs, auth_problem)
    ids = {declaration.provider for declaration in declarations if declaration.schema is not None}
    for declaration in declarations:
        schema = declaration.schema
        for alias in ids.intersection(schema.aliases if schema else ()):
            log.error(declaration.file, declaration.line, "alias-taken", f"{alias!r} is a provider of its own, no alias")
        if schema is not None:
            _want_source(declaration, f"provider {schema.provider}", schema, log)
            if schema.probe is not None and not schema.probe_evidence:
                log.error(declaration.file, declaration.line, "probe-without-evidence", _NO_EVIDENCE.format(schema.provider))
        for model in declaration.models:
            name = f"model {model.provider}/{model.model}"
            _want_source(declaration, name, model, log)
            for code, message in narrow_bounds(model):
                log.error(declaration.file, declaration.line, code, f"{name}, {message}")
    return _report(log, declarations)


_NO_EVIDENCE = "provider {}: say in 'probe_evidence' what shows that a wrong key fails the probe; a public list accepts anything"


def _read(path: Path, codecs: Collection[str], auth_problem: AuthProblem | None) -> tuple[ProblemLog, list[Declaration]]:
    from modelruntime.schema.loading.read_tree import read_tree

    log = ProblemLog()
    declarations = read_tree(path, log)
    for declaration in declarations:
        for code, message in _findings(declaration, codecs):
            log.warning(declaration.file, declaration.line, code, message)
        for message in _unknown_codecs(declaration, codecs) if codecs else ():
            log.error(declaration.file, declaration.line, "unknown-codec", message)
        if auth_problem and declaration.schema and (found := auth_problem(declaration.schema.auth)):
            log.error(declaration.file, declaration.line, "auth-invalid", f"provider {declaration.provider}: {found}")
    return log, declarations


def _report(log: ProblemLog, declarations: list[Declaration]) -> LintReport:
    return LintReport(
        providers=sum(declaration.schema is not None for declaration in declarations),
        models=sum(declaration.declared for declaration in declarations),
        errors=tuple(problem for problem in log.problems if problem.severity == "error"),
        warnings=tuple(problem for problem in log.problems if problem.severity == "warning"),
    )


def _entry(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "code": problem.code, "message": problem.message}


def _findings(declaration: Declaration, codecs: Collection[str]) -> Iterator[tuple[str, str]]:
    schema = declaration.schema
    if schema is None:
        return
    name = f"provider {schema.provider}"
    yield from _icon_findings(schema, name)
    if schema.probe == "models_endpoint":
        if not schema.models_endpoint:
            yield "probe-without-endpoint", f"{name}: the probe needs a models_endpoint"
        if not schema.probe_evidence:
            yield "probe-without-evidence", _NO_EVIDENCE.format(schema.provider)
    if "fetch-from-remote" in schema.configurate_methods and not schema.models_endpoint and not schema.python:
        yield "remote-without-endpoint", f"{name}: fetch-from-remote needs a models_endpoint"
    if "customizable-model" in schema.configurate_methods and not (
        schema.model_credential_schema or schema.provider_credential_schema
    ):
        yield "no-form", f"{name}: customizable-model needs a model_credential_schema"
    if schema.codec or schema.endpoint:
        spoken = {*schema.codec, *schema.engine, *(model.model_type for model in declaration.models if model.codec)}
        for kind in schema.supported_model_types:
            if kind not in spoken and not schema.python:
                yield "type-without-codec", f"{name}: no codec is named for {kind} models"
    if mistaken := sorted(kind for kind in schema.codec if kind not in (*schema.supported_model_types, LISTING)):
        yield "codec-without-type", f"{name}: a codec is named for {', '.join(mistaken)}, which the provider does not list"


def _icon_findings(schema: ProviderSchema, name: str) -> Iterator[tuple[str, str]]:
    for kind in ICON_KINDS:
        for icon in dict.fromkeys(getattr(schema, kind).values()):
            if schema.folder is not None and find_icon(Path(schema.folder), icon) is None:
                yield "icon-missing", f"{name}: the icon {icon!r} is not there"


def _unknown_codecs(declaration: Declaration, codecs: Collection[str]) -> Iterator[str]:
    def unknown(codec: str) -> bool:
        return codec not in codecs and not _is_location(codec)

    schema = declaration.schema
    said = [(kind, codec) for kind, choice in schema.codec.items() for codec in codec_names(choice)] if schema else []
    for kind, codec in said:
        if unknown(codec):
            yield f"provider {declaration.provider}, {kind}: no codec is called {codec!r}; there are {', '.join(sorted(codecs))}"
    for model in declaration.models:
        for codec in filter(unknown, codec_names(model.codec)):
            yield f"model {model.provider}/{model.model}: no codec is called {codec!r}; there are {', '.join(sorted(codecs))}"


def _is_location(name: str) -> bool:
    """Is this `module:object`."""
    module, colon, attribute = name.partition(":")
    return bool(colon) and attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))


def _want_source(declaration: Declaration, name: str, facts: ProviderSchema | ModelSchema, log: ProblemLog) -> None:
    if not facts.source:
        message = f"{name}: name the 'source' of its facts, a url with a date, or the word unverified"
        log.error(declaration.file, declaration.line, "fact-without-source", message)
    for source in facts.source:
        if source.url != "unverified" and source.date is None:
            message = f"{name}: the source {source.url!r} needs the date it was read"
            log.error(declaration.file, declaration.line, "source-without-date", message)
