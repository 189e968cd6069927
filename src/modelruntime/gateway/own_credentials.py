"""The credentials that stand in the gateway's own file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.entities.secret import reveal
from modelruntime.runtime.explicit_credentials import ExplicitCredentials


class OwnCredentials(ExplicitCredentials):
    """A credential source: filled forms by provider or `provider/model`. Each form says itself what of it is secret, so that all
    texts are given open."""

    name = "the gateway's file"

    def __init__(self, forms: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__({key: {name: reveal(value) for name, value in form.items()} for key, form in forms.items()})
