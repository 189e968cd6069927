"""Where a provider is reached, from its declaration and the credentials.

An endpoint is a base URL with `{variable}` of the credentials, or a choice:

    endpoint: {by: region, cases: {cn: https://api.acme.cn/v1, eu: "https://{zone}.acme.eu/v1", default: https://api.acme.com/v1}}

`by` may name several variables: the first that is filled in chooses, and `{by}` in a case stands for it. `by: __model_type`
chooses by the type of the model. The case `default` serves every value without a case of its own, and none.

Where an address of the user's own stands in place of the vendor's, the first text whose variables are all filled in counts:

    endpoint: {first_filled: ["{server}", "https://api.{region}.acme.com"]}

A variable that begins the text may be a whole URL; one inside it is a piece of a host or path and can not change where the
request goes: letters, digits and `.` `_` `~` `-` `:` only. A fixed path after a whole URL (`{server}/v1`) is not said twice when
the URL already ends with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.schema.conditions import comparable, is_empty
from modelruntime.schema.field_value import URL
from modelruntime.schema.substitution import plain_value, substitute, variables_of

_PIECE = re.compile(r"(?!\.+$)[A-Za-z0-9._~:-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def resolve_endpoint(declaration: str | Mapping[str, Any] | None, credentials: Mapping[str, Any]) -> str:
    """The base URL, without a trailing slash.

    Raises `CredentialsInvalid` naming the variable that is missing or makes no URL, and `DeclarationInvalid` when there is
    no endpoint, it is shaped wrongly, or a secret would stand in it.
    """
    template = declaration if isinstance(declaration, str) else _template(declaration, credentials)
    variables = variables_of(template)
    leading = variables[0] if variables and template.startswith("{") else None

    def check(variable: str, value: str) -> None:
        if variable != leading and not _PIECE.fullmatch(value):
            raise CredentialsInvalid(f"{variable} may hold only letters, digits and . _ ~ : -", field=variable)

    url = substitute(template.strip(), credentials, check).strip().rstrip("/")
    if leading:
        url = _joined(url, template.strip().partition("}")[2].rstrip("/"))
    if URL.fullmatch(url):
        return url
    if not variables:
        raise DeclarationInvalid(f"the endpoint {template!r} is no address that begins with http:// or https://")
    field = variables[0]
    message = f"{field} must be a web address that begins with http:// or https:// and holds no user name or password"
    raise CredentialsInvalid(message, field=field)


def _joined(url: str, path: str) -> str:
    """The address with its declared path once: people write `https://acme.com`, `https://acme.com/` and `https://acme.com/v1`
    for one thing."""
    if not path.startswith("/") or "{" in path:
        return url
    base = url.removesuffix(path).rstrip("/")
    return base if base.endswith(path) else base + path


def render_headers(headers: Mapping[str, str], credentials: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Declared headers, names in lower case. One whose variable is not filled in is left out: it is optional.

    Raises `CredentialsInvalid` for a value that no header can hold, `DeclarationInvalid` where a secret would stand in one:
    that is a signer's work.
    """
    rendered: list[tuple[str, str]] = []
    for name, template in headers.items():
        if any(is_empty(credentials.get(variable)) for variable in variables_of(template)):
            continue
        rendered.append((name.lower(), substitute(template, credentials, _check_header_value)))
    return tuple(rendered)


def render_query(query: Mapping[str, str], credentials: Mapping[str, Any]) -> dict[str, str]:
    """Declared query parameters. One whose variable is not filled in is left out. Raises as `render_headers` does."""
    return {
        name: substitute(template, credentials, _check_header_value)
        for name, template in query.items()
        if not any(is_empty(credentials.get(variable)) for variable in variables_of(template))
    }


def _template(declaration: Mapping[str, Any] | None, credentials: Mapping[str, Any]) -> str:
    if declaration is None:
        raise DeclarationInvalid("the provider declares no endpoint")
    texts: Any = declaration.get("first_filled")
    if texts is None:
        return _choose(declaration, credentials)
    if declaration.keys() - {"first_filled"} or not texts or not all(isinstance(text, str) for text in texts):
        raise DeclarationInvalid("'first_filled' of an endpoint is a list of URLs and stands alone")
    filled: Iterator[str] = (
        text for text in texts if not any(is_empty(credentials.get(variable)) for variable in variables_of(text))
    )
    return next(filled, str(texts[-1]))


def _choose(declaration: Mapping[str, Any], credentials: Mapping[str, Any]) -> str:
    cases = declaration.get("cases")
    names = variables_choosing(declaration)
    if not names or not isinstance(cases, Mapping) or declaration.keys() - {"by", "cases"}:
        raise DeclarationInvalid("an endpoint is a text, {by: variable, cases: {value: URL}} or {first_filled: [URL]}")
    by = next((name for name in names if not is_empty(credentials.get(name))), names[-1])
    choices = cast("Mapping[str, Any]", cases)
    otherwise = choices.get("default")
    value = None if is_empty(credentials.get(by)) else plain_value(f"{{{by}}}", by, credentials)
    chosen = otherwise if value is None else choices.get(value, otherwise)
    if isinstance(chosen, str):
        return chosen.replace("{by}", f"{{{by}}}")
    if chosen is not None:
        raise DeclarationInvalid(f"the endpoint for {by} {value!r} is no text")
    known = ", ".join(comparable(case) for case in choices)
    problem = "is missing" if value is None else "names no known endpoint"
    raise CredentialsInvalid(f"{by} {problem}: choose one of: {known}", field=by)


def variables_choosing(declaration: Mapping[str, Any]) -> tuple[str, ...]:
    """The variables in `by`, first to last; empty where it names none."""
    by = declaration.get("by")
    names = (by,) if isinstance(by, str) else by
    if not isinstance(names, (list, tuple)):
        return ()
    found = cast("list[object] | tuple[object, ...]", names)
    return tuple(name for name in found if isinstance(name, str)) if all(isinstance(name, str) for name in found) else ()


def _check_header_value(variable: str, value: str) -> None:
    if _CONTROL.search(value):
        raise CredentialsInvalid(f"{variable} must not hold line breaks or control characters", field=variable)
