"""Records of calls, as the data plane makes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord

USAGE = Usage(input=InputUsage(total=100, cache_read=40), output=OutputUsage(total=20, reasoning=5))
COST = Cost(Decimal("0.01"), Decimal("0.02"), Decimal("0.03"), "USD")


def attempt(number: int = 1, **changes: Any) -> AttemptRecord:
    made = AttemptRecord(id=f"a.{number}", provider="sim", model="sim-chat", started_at=1.0, seconds=0.3, usage=USAGE, cost=COST)
    return msgspec.structs.replace(made, **changes)


def record(**changes: Any) -> CallRecord:
    made = CallRecord(
        id="req_1",
        key_id="k1",
        workspace="default",
        endpoint="/v1/chat/completions",
        asked_model="fast",
        model_type=ModelType.LLM,
        provider="sim",
        model="sim-chat",
        started_at=1.0,
        seconds=0.302,
        first_token_seconds=0.1,
        stream=True,
        usage=USAGE,
        cost=COST,
        attempts=(attempt(),),
    )
    return msgspec.structs.replace(made, **changes)
