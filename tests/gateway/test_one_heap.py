"""All threads of a serving process share one heap, unless whoever starts it says otherwise."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, threading
from modelruntime.gateway.one_heap import one_heap
one_heap()
gate = threading.Barrier(5)
def work():
    held = [bytes(2000 + number) for number in range(500)]
    gate.wait(30)
for thread in [threading.Thread(target=work) for _ in range(4)]:
    thread.start()
gate.wait(30)
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.parametrize("chosen, alone", [({}, True), ({"MALLOC_ARENA_MAX": "4"}, False)])
def test_threads_share_one_heap(chosen: dict[str, str], alone: bool):
    script = SCRIPT if platform.libc_ver()[0] == "glibc" else SCRIPT.partition("gate =")[0] + "print('<heap nr=')"
    environ = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"} | chosen
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.count("<heap nr=") == 1) is (alone or script is not SCRIPT)
