"""The tables. Times are seconds since the epoch; money is decimal text; JSON is text; an absent name is the empty text.

Credentials, keys and records of calls belong to a workspace. What is kept under a name belongs to one or is for all of them.
Settings, switches of models and declarations are the whole gateway's.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SECONDS: Double[float] = Double()


def _workspace() -> Column[str]:
    return Column("workspace", Text, ForeignKey("workspaces.id"), nullable=False)


def _named(table: str) -> Table:
    """A name and what it stands for, as JSON."""
    return Table(
        table,
        METADATA,
        Column("workspace", Text, primary_key=True),  # empty: for all of them
        Column("name", Text, primary_key=True),
        Column("value", Text, nullable=False),
        Column("updated_at", SECONDS, nullable=False),
    )


WORKSPACES = Table(
    "workspaces",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", SECONDS, nullable=False),
)

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("id", Text, primary_key=True),
    _workspace(),
    Column("provider", Text, nullable=False),
    Column("model_type", Text, nullable=False, default=""),  # empty: the provider's own
    Column("model", Text, nullable=False, default=""),
    Column("name", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("clear_values", Text, nullable=False),  # JSON: what is no secret
    Column("sealed", Text, nullable=False),  # JSON, see envelope.py; empty where there is no secret
    Column("kid", Text, nullable=False),  # the root key that wraps it
    Column("hints", Text, nullable=False),  # JSON: field → {hint, fingerprint, updated_at}
    Column("endpoint", Text, nullable=False),  # fingerprint of where its secrets go
    Column("verified_at", SECONDS),
    Column("last_error", Text),
    Column("created_at", SECONDS, nullable=False),
    Column("updated_at", SECONDS, nullable=False),
    UniqueConstraint("workspace", "provider", "model_type", "model", "name"),
    Index(None, "kid"),
)

MODEL_SWITCHES = Table(
    "model_switches",
    METADATA,
    Column("model_type", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("updated_at", SECONDS, nullable=False),
)

BALANCING = _named("balancing")
DEFAULT_MODELS = _named("default_models")
ALIASES = _named("aliases")
ROUTES = _named("routes")
POLICIES = _named("policies")
PRICES = _named("prices")
SETTINGS = _named("settings")  # for all workspaces alone
NAMED = (ALIASES, ROUTES, DEFAULT_MODELS, BALANCING, POLICIES, PRICES, SETTINGS)

DECLARATIONS = Table(
    "declarations",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("kind", Text, nullable=False),  # provider | overlay
    Column("text", Text, nullable=False),
    Column("position", Integer, nullable=False),  # later ones build on earlier ones
    Column("created_at", SECONDS, nullable=False),
    Column("updated_at", SECONDS, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    _workspace(),
    Column("digest", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("models", Text, nullable=False),  # JSON: patterns
    Column("limits", Text, nullable=False),  # JSON, or null
    Column("may_delete_models", Boolean, nullable=False, server_default=false()),
    Column("expires_at", SECONDS),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", SECONDS, nullable=False),
    Column("last_used_at", SECONDS),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # lower case
    Column("password", Text, nullable=False),  # argon2id, with its parameters
    Column("role", Text, nullable=False),
    Column("workspace", Text, nullable=False),  # empty: all of them
    Column("disabled", Boolean, nullable=False),
    Column("created_at", SECONDS, nullable=False),
    Column("last_login_at", SECONDS),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", SECONDS, nullable=False),
    Column("seen_at", SECONDS, nullable=False),
    Column("expires_at", SECONDS, nullable=False),
    Column("address", Text, nullable=False),
    Index(None, "account"),
)

ACCESS_TOKENS = Table(
    "access_tokens",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("workspace", Text, nullable=False),  # empty: all of them
    Column("expires_at", SECONDS),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", SECONDS, nullable=False),
    Column("last_used_at", SECONDS),
)

SETUP_TOKENS = Table(
    "setup_tokens",
    METADATA,
    Column("digest", LargeBinary, primary_key=True),
    Column("created_at", SECONDS, nullable=False),
    Column("expires_at", SECONDS, nullable=False),
    Column("used_at", SECONDS),
)

AUDIT_LOG = Table(
    "audit_log",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", SECONDS, nullable=False),
    Column("actor", Text, nullable=False),  # JSON
    Column("workspace", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False),  # JSON, redacted
    Column("after", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "at"),
)

AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: the one row
    Column("number", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

REVISION = Table(
    "revision",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: the one row
    Column("number", BigInteger, nullable=False),
    Column("changed_at", SECONDS, nullable=False),
)

CALLS = Table(
    "calls",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("asked_model", Text, nullable=False),
    Column("model_type", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("started_at", SECONDS, nullable=False),
    Column("seconds", SECONDS, nullable=False),
    Column("first_token_seconds", SECONDS),
    Column("stream", Boolean, nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", Text),
    Column("cached", Boolean, nullable=False),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cache_read_tokens", BigInteger),
    Column("cache_write_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    Column("characters", BigInteger),
    Column("audio_seconds", SECONDS),
    Column("searches", BigInteger),
    Column("estimated", Boolean, nullable=False),
    Column("cost", Text),  # the total; null where it is not known
    Column("currency", Text),
    Column("details", Text, nullable=False),  # JSON, see `call_row.Details`
    Index(None, "started_at", "id"),
    Index(None, "key_id", "started_at"),
    Index(None, "workspace", "started_at"),
)

# Of calls that did not succeed at once: see `call_row.OnlyAttempt`.
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("credential_id", Text, nullable=False),
    Column("started_at", SECONDS, nullable=False),
    Column("seconds", SECONDS, nullable=False),
    Column("error", Text),
    Column("status", Integer),
    Column("request_id", Text),
    Column("cost", Text),
    Column("currency", Text),
    Column("details", Text, nullable=False),  # JSON: usage and cost whole; empty: as those of the call
    Index(None, "call_id"),
    Index(None, "started_at"),
)

CONTENTS = Table(
    "contents",
    METADATA,
    Column("call_id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("at", SECONDS, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("reply", Text, nullable=False),
    Column("cut", Boolean, nullable=False),  # whether either was too long and was cut
    Index(None, "at"),
)

PREFERENCES = Table(
    "preferences",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", SECONDS, nullable=False),
)

SEALED_VALUES = Table(
    "sealed_values",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("kid", Text, nullable=False),
    Column("created_at", SECONDS, nullable=False),
)
