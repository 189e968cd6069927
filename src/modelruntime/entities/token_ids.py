"""A text as its tokens' ids."""

from __future__ import annotations

import msgspec


class TokenIds(msgspec.Struct, frozen=True, tag="token_ids"):
    """An input to embed that a client has cut into tokens itself. The ids mean something to one tokenizer only: that of the model
    which the client believes to be asking."""

    ids: tuple[int, ...]
