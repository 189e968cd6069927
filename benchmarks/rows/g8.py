"""G8: a chat in one dialect over a vendor of another."""

from benchmarks.gateways.peers import ours
from benchmarks.gateways.trial import CHAT, MESSAGES_PATH, WARM_UP_SECONDS, Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.g1 import CONNECTIONS, SECONDS
from benchmarks.rows.gateway_rows import Figures, least, result
from benchmarks.settings import Settings


def both(trial: Trial) -> Figures:
    """CPU microseconds of a request in each dialect, in the same process."""
    figures: Figures = {}
    for name, path in (("same", CHAT), ("cross", MESSAGES_PATH)):
        trial.load("whole", CONNECTIONS, WARM_UP_SECONDS, path)
        seen = trial.load("whole", CONNECTIONS, SECONDS, path)
        figures[name] = 1e6 * seen["cpu"] / seen["answers"]
    return figures


def measure(settings: Settings) -> RowResult:
    """Anthropic's dialect in, OpenAI's out, against OpenAI's in and out."""
    found = least((ours,), both, settings)["modelruntime"]
    more = found["cross"] / found["same"]
    line = Line(
        "Anthropic in, OpenAI out",
        f"{found['cross']:.0f} µs",
        f"OpenAI in and out {found['same']:.0f} µs",
        f"{more:.2f} ×",
        "≤ 1.5 ×",
        "≤ 1.2 ×",
        verdict(more, 1.5, 1.2),
    )
    return result("G8", "gateway: cross-dialect chat, CPU", [line])
