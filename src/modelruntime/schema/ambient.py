"""Credentials that a machine holds for a vendor's own tools, as a provider declares them.

ambient:
  source: aws_profile
  fill: {aws_access_key_id: access_key_id, aws_secret_access_key: secret_access_key, aws_region: region}
  set: {auth_method: keys}
  when: {auth_method: [machine]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from modelruntime.schema.conditions import comparable, default_of, is_empty
from modelruntime.schema.form import FormField

AmbientName = Literal["aws_profile", "google_adc"]

FACTS: dict[str, tuple[str, ...]] = {
    "aws_profile": ("access_key_id", "secret_access_key", "session_token", "region", "role_arn"),
    "google_adc": ("key", "project", "location"),
}
"""What each source finds."""
SECRET_FACTS = frozenset(("secret_access_key", "session_token", "key"))
"""Those that only a `secret-input` may hold."""


class Ambient(msgspec.Struct, frozen=True, omit_defaults=True):
    """Credentials of this machine: the last of all sources, read from files and never from the network.

    `source`: `aws_profile` (`AWS_ACCESS_KEY_ID` and its like, else the profile of `~/.aws/credentials` and `~/.aws/config`) finds
    `access_key_id`, `secret_access_key`, `session_token`, `region`, `role_arn`; `google_adc` (`GOOGLE_APPLICATION_CREDENTIALS`,
    else gcloud's well-known file) finds `key`, `project`, `location`. `fill` maps a variable of the form to one of these, `set`
    variables to constants. `when`: a form in which every variable of it holds one of its values leaves signing in to the
    machine, and is completed from it, whatever source it came from; credentials of a single call are not. An empty text there
    is a variable that nobody filled in.
    """

    source: AmbientName
    fill: dict[str, str] = {}
    set: dict[str, Any] = {}
    when: dict[str, tuple[str, ...]] = {}

    def is_meant_by(self, fields: Sequence[FormField], values: Mapping[str, Any]) -> bool:
        """Does a form filled so leave signing in to the machine? Defaults count."""
        defaults = {field.variable: default_of(field) for field in fields}
        held = {name: defaults.get(name) if is_empty(values.get(name)) else values.get(name) for name in self.when}
        return bool(self.when) and all(_word(held[name]) in allowed for name, allowed in self.when.items())


def _word(value: Any) -> str:
    return "" if is_empty(value) else comparable(value)
