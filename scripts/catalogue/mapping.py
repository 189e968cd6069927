"""`providers.yaml`: what feeds each provider of the fleet."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

FILE = Path(__file__).with_name("providers.yaml")
V = TypeVar("V")


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids that a pattern (a regular expression over the id in lower case) finds, and why they are left out."""

    match: str
    reason: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What neither catalogue says of the rows of a type whose id a pattern finds: keys that are laid over the row, null takes one
    away."""

    kind: str
    match: str
    set: dict[str, Any]


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One provider. `dify` and `modelsdev` name its ids in the catalogues; the first that lists a model counts."""

    dify: str | None = None
    modelsdev: tuple[str, ...] = ()
    by_hand: bool = False
    """`models.yaml` is written by hand: `--all` leaves it alone; its choice of rows is compared all the same."""
    prices: Literal["modelsdev", "dify", "none"] = "modelsdev"
    """Whose price counts first; none where a subscription pays."""
    codecs: dict[str, str] = {}
    """Pattern of ids → codec of the row."""
    profiles: dict[str, dict[str, Any]] = {}
    """Pattern of ids → profile of the row: what the vendor's own endpoint does with some of its models alone."""
    dialects: dict[str, str] = {}
    """A client package that models.dev names for single rows → codec of those rows; rows of other packages are left out."""
    exclude: tuple[Reason, ...] = ()
    lacks: dict[str, tuple[str, ...]] = {}
    """Pattern of ids → kinds of media that models.dev states here and not of the same model at its maker's."""
    features: dict[str, tuple[str, ...]] = {}
    """Pattern of ids → features that the vendor's pages state and neither catalogue does."""
    endpoints: dict[str, Any] = {}
    """Pattern of ids → endpoint of the row."""
    properties: dict[str, dict[str, Any]] = {}
    """Pattern of ids → model properties that neither catalogue states, e.g. voices."""
    also: dict[str, str] = {}
    """Pattern of ids of chat models → another model type that they serve under the same id."""
    speech_by_tokens: bool = False
    """Replies count the tokens of speech, so that prices of tokens can be billed."""
    rules: dict[str, dict[str, dict[str, Any]]] = {}
    """Pattern of ids → parameters that neither catalogue states, with their options, bounds and default."""
    cache_prices: dict[Literal["cache_read", "cache_write", "cache_write_1h"], Decimal] = {}
    """Prices of the cache in multiples of that of input, as the vendor says for all its models; the catalogues' own count first."""
    bounds: dict[str, tuple[float | int, float | int]] = {}
    """Parameter → the vendor's bounds where they differ from those of `parameters.yaml`."""
    retired: str | None = None
    """The day on which the vendor ended all its models."""
    source: tuple[dict[str, Any], ...] = ()
    """Pages that were opened, for what is said here."""
    facts: tuple[Facts, ...] = ()
    """All that match are laid on, in order; their pages stand in `source`."""
    own: tuple[dict[str, Any], ...] = ()
    """Whole rows that neither catalogue has, each with its `model_type` and its own `source`."""
    drop: tuple[str, ...] = ()
    """Parameters of the plugin that cannot be sent."""
    refused: dict[str, tuple[str, ...]] = {}
    """Pattern of ids → parameters that the vendor refuses of those models, whatever the plugin says."""
    rename: dict[str, str] = {}


class Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file: what holds for all, and the providers."""

    exclude: tuple[Reason, ...]
    kinds: dict[str, str]
    """Pattern of ids → model type, for the catalogue that states none; the first that matches decides."""
    judges: dict[str, list[str]]
    """Pattern of ids of chat models that judge content → the parameters they have then. A provider of moderation models has each
    of them as one, too."""
    tokenizers: dict[str, str]
    thinking: str
    """Pattern of ids that reason, where a catalogue has no better word."""
    providers: dict[str, Mapping]


@lru_cache(maxsize=2)
def load_fleet(file: Path = FILE) -> Fleet:
    """The mapping. Raises `msgspec.ValidationError` for a key that is not known."""
    content = yaml.safe_load(file.read_text("utf-8"))
    content["providers"] = {str(name): entry or {} for name, entry in content["providers"].items()}
    for entry in content["providers"].values():
        for holder in (entry, *entry.get("own", ())):
            holder["source"] = [{**row, "date": str(row["date"])} if "date" in row else row for row in holder.get("source", ())]
    return msgspec.convert(content, Fleet)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def matches(pattern: str, model: str) -> bool:
    """Is the pattern found in the id."""
    return _compiled(pattern).search(model.lower()) is not None


def first_match(table: dict[str, V], model: str) -> V | None:
    """The value of the first pattern that is found in the id."""
    name = model.lower()
    return next((value for pattern, value in table.items() if _compiled(pattern).search(name)), None)


def reason_against(reasons: tuple[Reason, ...], model: str) -> str | None:
    """Why the id is left out; None: it is not."""
    return first_match({row.match: row.reason for row in reasons}, model)
