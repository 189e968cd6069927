"""`modelruntime keys …`: keys of the gateway's clients, and the root keys that seal what it keeps."""

from __future__ import annotations

import argparse
import time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from modelruntime.cli import key_ring
from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console
from modelruntime.cli.store_options import add_store_options, with_store
from modelruntime.entities.errors import ParameterInvalid

if TYPE_CHECKING:
    from modelruntime.store.api_keys import ApiKeyView, CreatedKey
    from modelruntime.store.gateway_key import KeyLimits
    from modelruntime.store.store import Store

DAY = 86400.0


def add(commands: Commands) -> None:
    """Declare the commands."""
    text = "keys of the gateway's clients, and the root keys that seal what it keeps"
    parser = commands.add_parser("keys", help=text, description=f"{text[0].upper()}{text[1:]}.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = command(
        inner,
        "new",
        run_new,
        "make a key for a client; its text is shown once",
        ("keys new app", "keys new app --models 'local/*' --requests 60 --budget 20 --days 90"),
    )
    new.add_argument("name", metavar="NAME", help="what it is for")
    new.add_argument(
        "--models", nargs="+", default=[], metavar="PATTERN", help="names it may call, such as 'local/*' (default all)"
    )
    new.add_argument("--days", type=float, metavar="N", help="how long it is valid (default for ever)")
    new.add_argument("--requests", type=int, metavar="N", help="requests a minute")
    new.add_argument("--tokens", type=int, metavar="N", help="tokens a minute")
    new.add_argument("--concurrent", type=int, metavar="N", help="calls at once")
    new.add_argument("--budget", metavar="AMOUNT", help="money in 30 days")
    new.add_argument("--currency", default="USD", metavar="CODE", help="of the budget (default USD)")
    new.add_argument(
        "--may-delete-models", action="store_true", help="it may have models deleted at their vendors, where they are gone for good"
    )
    listing = command(inner, "list", run_list, "list the keys")
    revoke = command(inner, "revoke", run_revoke, "refuse a key from now on")
    revoke.add_argument("id", metavar="ID", help="as `keys list` shows it, or the key itself up to its dot")
    for each in (new, listing, revoke):
        each.add_argument("--workspace", default="default", metavar="ID", help="whose (default: default)")
        add_store_options(each)
    key_ring.add(inner)


def run_new(parsed: argparse.Namespace, console: Console) -> int:
    """Make one."""

    async def work(store: Store) -> CreatedKey:
        from modelruntime.store.actor import COMMAND

        expires = None if parsed.days is None else time.time() + parsed.days * DAY
        models = tuple(parsed.models)
        async with store.database.change(COMMAND) as change:
            return await store.api_keys.create(
                change,
                parsed.workspace,
                parsed.name,
                models=models,
                limits=_limits(parsed),
                may_delete_models=parsed.may_delete_models,
                expires_at=expires,
            )

    made = with_store(parsed, work)
    if console.as_json:
        console.result({"key": made.text, **_told(made.key)})
    else:
        console.line(made.text)
        console.note("this is shown once: keep it where its client reads it")
    return 0


def run_list(parsed: argparse.Namespace, console: Console) -> int:
    """Print them, newest first."""

    async def work(store: Store) -> list[ApiKeyView]:
        async with store.database.read() as connection:
            return await store.api_keys.list(connection, parsed.workspace)

    found = with_store(parsed, work)
    if console.as_json:
        console.result([_told(key) for key in found])
    elif not found:
        console.line("there is no key yet; make one: modelruntime keys new NAME")
    else:
        console.table(
            ("ID", "NAME", "MODELS", "MAY", "STATE", "LAST USED"),
            [(key.id, key.name, " ".join(key.models) or "all", _may(key), _state(key), _day(key.last_used_at)) for key in found],
        )
    return 0


def run_revoke(parsed: argparse.Namespace, console: Console) -> int:
    """Refuse one."""

    async def work(store: Store) -> ApiKeyView:
        from modelruntime.store.actor import COMMAND

        identifier = parsed.id.removeprefix("mr_").partition(".")[0]
        async with store.database.change(COMMAND) as change:
            return await store.api_keys.revoke(change, parsed.workspace, identifier)

    key = with_store(parsed, work)
    if console.as_json:
        console.result(_told(key))
    else:
        console.line(f"{key.id} ({key.name}) is refused from now on")
    return 0


def _limits(parsed: argparse.Namespace) -> KeyLimits | None:
    from modelruntime.store.gateway_key import KeyLimits

    try:
        budget = None if parsed.budget is None else Decimal(parsed.budget)
    except InvalidOperation as cause:
        raise ParameterInvalid("--budget takes an amount such as 12.50", field="--budget") from cause
    if (parsed.requests, parsed.tokens, parsed.concurrent, budget) == (None, None, None, None):
        return None
    return KeyLimits(
        requests_per_minute=parsed.requests,
        tokens_per_minute=parsed.tokens,
        concurrent=parsed.concurrent,
        budget=budget,
        currency=parsed.currency,
    )


def _may(key: ApiKeyView) -> str:
    return "call, delete" if key.may_delete_models else "call"


def _state(key: ApiKeyView) -> str:
    if key.disabled:
        return "revoked"
    if key.expires_at is None:
        return "valid"
    return f"until {_day(key.expires_at)}" if key.expires_at > time.time() else "expired"


def _day(at: float | None) -> str:
    return "-" if at is None else time.strftime("%Y-%m-%d", time.gmtime(at))


def _told(key: ApiKeyView) -> dict[str, object]:
    import msgspec

    told: dict[str, object] = msgspec.to_builtins(key)
    return told
