"""Exercise a provider: its declaration, its credentials, and one smallest call per model type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime.entities.errors import ModelNotFound, ModelRuntimeError

if TYPE_CHECKING:
    from modelruntime.runtime.blocking_runtime import Runtime
    from modelruntime.runtime.credential_validation import Validation
    from modelruntime.runtime.remote_models import RemoteModels


class Step(msgspec.Struct, frozen=True):
    """One thing tried; `ok` is None for what could not be tried."""

    name: str
    ok: bool | None
    detail: str


def exercise(target: str, credentials: Mapping[str, Any] | None) -> list[Step]:
    """The steps in order. A folder is linted and loaded on top of the built-in providers; an id is taken from them."""
    return list(_steps(target, credentials))


def _steps(target: str, credentials: Mapping[str, Any] | None) -> Iterator[Step]:
    from modelruntime import Runtime

    path = Path(target)
    names: list[str] = [target]
    folders: tuple[Path, ...] = ()
    if path.is_dir():
        from modelruntime.codecs.registry import CODECS
        from modelruntime.schema.lint import lint_path
        from modelruntime.signers.registry import auth_problem

        report = lint_path(path, tuple(CODECS), auth_problem)
        counts = f"{len(report.errors)} errors, {len(report.warnings)} warnings"
        yield Step("lint", not report.errors, counts)
        if report.errors:
            return
        before = set(Runtime().core.catalogue.provider_ids())
        folders = (path,)
        names = [name for name in Runtime(providers=folders).core.catalogue.provider_ids() if name not in before]
        if not names:
            raise ModelNotFound(f"{target} declares no provider that is not known already: give its id instead")
    with Runtime(providers=folders) as runtime:
        for name in names:
            yield from _provider_steps(runtime, name, credentials)


def _provider_steps(runtime: Runtime, name: str, credentials: Mapping[str, Any] | None) -> Iterator[Step]:
    provider = runtime.provider(name)
    checked = _try("credentials", lambda: provider.validate_credentials(credentials))
    yield checked
    if not checked.ok:
        return
    if "fetch-from-remote" in provider.schema.configurate_methods and credentials is None:
        yield _try("remote models", lambda: provider.fetch_models(refresh=True))
    for model_type in provider.schema.supported_model_types:
        rows = [row for row in provider.models(model_type) if row.status.code != "not-installed"]
        if not rows:
            yield Step(model_type, None, "no model of this type is declared or installed")
            continue
        model = rows[0].model
        yield _try(f"{model_type} {model}", partial(provider.validate_model_credentials, model_type, model, credentials))


def _try(name: str, work: Callable[[], Validation | RemoteModels]) -> Step:
    try:
        found = work()
    except ModelRuntimeError as error:
        return Step(name, False, f"{type(error).__name__}: {error.message}")
    return Step(name, True, _summary(found))


def _summary(found: Validation | RemoteModels) -> str:
    from modelruntime.runtime.credential_validation import Validation

    if not isinstance(found, Validation):
        listed = f"{len(found.models)} models, {len(found.added)} of them not declared"
        return listed if found.outage is None else f"{listed}; the list fetched before: {found.outage.message}"
    return "the vendor answered" if found.probed else "the form is complete (nothing was asked of the vendor)"
