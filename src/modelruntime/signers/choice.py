"""A signer chosen by a credential.

    auth: {choice: {by: auth_method, cases: {api_key: {bearer: api_key}, default: {aws_sigv4: {…}}}}}

The case `default` serves every value without a case of its own, and none. `by: __model_type` chooses by the type of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.schema.conditions import comparable, is_empty
from modelruntime.signers.static import option, options_of


def choose(options: Any, credentials: Mapping[str, Any]) -> Mapping[str, Any]:
    """The `auth` of the case that the credentials choose. Raises `CredentialsInvalid` when there is none."""
    by, cases = option("choice", options, "by"), _cases(options)
    value = credentials.get(by)
    otherwise = cases.get("default")
    chosen = otherwise if is_empty(value) else cases.get(comparable(value).strip(), otherwise)
    if chosen is None:
        problem = "is missing" if is_empty(value) else "names no known way to sign in"
        raise CredentialsInvalid(f"{by} {problem}: choose one of: {', '.join(cases)}", field=by)
    return chosen


def branches(options: Any) -> Iterable[Mapping[str, Any]]:
    """Every `auth` that may be chosen. Raises `DeclarationInvalid` for a choice that is none."""
    option("choice", options, "by")
    return _cases(options).values()


def _cases(options: Any) -> dict[str, Mapping[str, Any]]:
    cases = options_of(options).get("cases")
    if not isinstance(cases, Mapping) or not cases:
        raise DeclarationInvalid("the signer 'choice' needs 'cases': value → signer")
    found = {comparable(value): case for value, case in cast("Mapping[object, Any]", cases).items()}
    if any(not isinstance(case, Mapping) for case in found.values()):
        raise DeclarationInvalid("each case of the signer 'choice' is a signer with its options")
    return found
