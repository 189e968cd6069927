"""The gateway without what governs it, to see what that costs: keys of a file, no store, no ledger, no limits, no telemetry.

What a call passes on its way for the console's and the admin API's sake is there: the front door, the watch, their own keys.

python -m benchmarks.gateways.bare CONFIG PORT
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from modelruntime import AsyncRuntime
from modelruntime.admin.call_watch import CallWatch
from modelruntime.admin.internal_keys import InternalKeys
from modelruntime.cli.front_door import FrontDoor
from modelruntime.gateway.app import Gateway
from modelruntime.gateway.config_file import compile_file, read_file
from modelruntime.gateway.garbage import set_aside
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.server import GatewayServer, ServerOptions, run_on_best_loop
from modelruntime.gateway.unlimited import FixedConfiguration, Unlimited


async def main(config: Path, port: int) -> None:
    file, nothing = read_file(config, os.environ), Unlimited()
    runtime = AsyncRuntime(providers=file.providers, endpoints=file.endpoints)
    source = FixedConfiguration(compile_file(file, b"pepper of a benchmark", config))
    gateway = Gateway(DataPlane(runtime, InternalKeys(source), limiter=nothing, ledger=CallWatch(nothing)))
    server = GatewayServer(gateway, ServerOptions(port=port), FrontDoor(gateway, {}))
    set_aside()
    await server.serve(server.listen())


if __name__ == "__main__":
    run_on_best_loop(main(Path(sys.argv[1]), int(sys.argv[2])))
