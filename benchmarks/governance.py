"""What governance costs a call, in CPU microseconds and without a socket: `python -m benchmarks.governance`.

Admit a call of a key with every limit, choose among its credentials, watch its attempt, settle. Minimum of several rounds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from types import SimpleNamespace

from tests.simulators.openai_family import DECLARATION

from modelruntime import AsyncRuntime
from modelruntime.entities.call import LLMCall
from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.gateway.attempts_seen import AttemptsSeen
from modelruntime.gateway.expected import expected_answer, tokens_of
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.unlimited import FixedConfiguration
from modelruntime.routing.strategy import Strategy
from modelruntime.runtime.call_record import CallRecord
from modelruntime.runtime.observers import CallInfo
from modelruntime.store.configuration import Configuration, StoredCredential
from modelruntime.store.gateway_key import GatewayKey, KeyLimits

ROUNDS, CALLS = 7, 3000
NAME = "sim/sim-chat"
RATES = KeyLimits(requests_per_minute=10**9, tokens_per_minute=10**12, concurrent=1000)
ALL = KeyLimits(requests_per_minute=10**9, tokens_per_minute=10**12, concurrent=1000, budget=Decimal(10**6))
CASES: tuple[tuple[str, KeyLimits | None, Strategy | None], ...] = (
    ("no limits, one credential", None, None),
    ("rates and places, one credential", RATES, None),
    ("all limits, one credential", ALL, None),
    ("no limits, four credentials in turn", None, "round_robin"),
    ("all limits, four credentials in turn", ALL, "round_robin"),
    ("all limits, four by load", ALL, "least_in_flight"),
    ("all limits, four by user", ALL, "sticky"),
    ("all limits, four by speed", ALL, "latency"),
)


def governed(limits: KeyLimits | None, strategy: Strategy | None) -> Callable[[], Awaitable[None]]:
    """All steps of one call but the call itself."""
    key = GatewayKey(id="k", digest=b"", limits=limits)
    rows = tuple(StoredCredential(id=name, provider="sim", values={"api_key": name}, active=name == "a") for name in "abcd")
    config = Configuration(pepper=b"", credentials=rows, balancing={"sim": strategy} if strategy else {})
    plane = DataPlane(AsyncRuntime(documents=[DECLARATION]), FixedConfiguration(config))
    serving = plane.in_force.current()
    usage = Usage(input=InputUsage(total=10), output=OutputUsage(total=5))
    cost = Cost(Decimal("0.00001"), Decimal("0.00001"), Decimal("0.00002"), "USD")
    result = SimpleNamespace(usage=usage, cost=cost, request_id=None)
    info = CallInfo("id", "sim", "sim-chat", ModelType.LLM, False, LLMCall(""), 1, "a")

    async def call() -> None:
        expected = expected_answer(400, (), {})
        priced = limits is not None and limits.budget is not None
        money = plane.expected_cost(NAME, ModelType.LLM, serving, "default", expected, "USD") if priced else None
        tokens = tokens_of(expected)
        lease = plane.limiter.admit_at_once(key, tokens, money) or await plane.limiter.admit(key, tokens, money)
        plane.line.enter_at_once()
        candidates = plane.candidates(NAME, ModelType.LLM, serving, "default", "k\0user")
        plane.targets(candidates, serving, "default")[0]()
        seen = AttemptsSeen(plane.table)
        seen.on_start(info)
        seen.on_end(info, result)
        plane.line.leave()
        lease.settle(
            CallRecord(
                id="x",
                key_id="k",
                workspace="default",
                endpoint="/",
                asked_model=NAME,
                model_type=ModelType.LLM,
                provider="sim",
                model="sim-chat",
                started_at=0.0,
                seconds=1.0,
                usage=usage,
                cost=cost,
                attempts=tuple(seen.attempts),
            )
        )

    return call


async def microseconds(call: Callable[[], Awaitable[None]]) -> float:
    """Of one call."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            await call()
        best = min(best, (time.process_time() - began) / CALLS)
    return best * 1e6


async def main() -> None:
    """Print a line for each case."""
    for name, limits, strategy in CASES:
        print(f"{await microseconds(governed(limits, strategy)):6.1f} µs  {name}")


if __name__ == "__main__":
    asyncio.run(main())
