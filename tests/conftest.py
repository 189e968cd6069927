"""What every test run starts from.

Property tests look for new cases on every run of a developer, and take the same ones on every run of CI. Ctrl-C is
heard: whoever starts the tests in the background of a shell hands them down deaf to it, and so the programs they start.
"""

import os
import signal

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
