"""TensorZero's HTTP gateway, which its package starts in this process (`tensorzero.patch_openai_client` does the same).

    python -P tensorzero_http.py PORT_FILE      reads tensorzero.toml of the working directory

It chooses its port, which is written into PORT_FILE. Run by the Python of the peers: nothing of this project is at hand there.
"""

import os
import sys
import threading

from tensorzero.tensorzero import _start_http_gateway


def main(port_file: str) -> None:
    """Serve until the process is ended."""
    gateway = _start_http_gateway(
        config_file="tensorzero.toml", clickhouse_url=None, postgres_url=None, valkey_url=None, async_setup=False
    )
    port = gateway.base_url.removeprefix("http://127.0.0.1:").partition("/")[0]
    with open(f"{port_file}.part", "w") as out:
        out.write(port)
    os.replace(f"{port_file}.part", port_file)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
