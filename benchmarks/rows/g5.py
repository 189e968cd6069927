"""G5: the memory of an open slow stream."""

from benchmarks.gateways.trial import Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.gateway_rows import STREAM, Figures, least, others, result
from benchmarks.settings import Settings

FEW, MANY = 300, 2000


def memory(trial: Trial) -> Figures:
    """Kilobytes that each of 300 open streams adds to a process that has served nothing before."""
    return {"kb": trial.grown_by(FEW) / 1000}


def total(trial: Trial) -> Figures:
    """Megabytes of the whole worker with 2,000 of them."""
    before = trial.running.memory()
    return {"mb": (before + MANY * trial.grown_by(MANY)) / 1e6}


def measure(settings: Settings) -> RowResult:
    """An event every 20 ms; all streams are held at once."""
    found = least(STREAM, memory, settings, "paced")
    ours = found["modelruntime"]["kb"]
    shown = others(found, "kb", lambda value: f"{value:.0f} kB")
    lines = [Line("an open stream", f"{ours:.0f} kB", shown, "–", "≤ 40 kB", "≤ 20 kB", verdict(ours, 40, 20))]
    many = least(STREAM[:1], total, Settings(rounds=1), "paced")["modelruntime"]["mb"]
    lines.append(Line(f"a worker with {MANY} of them", f"{many:.0f} MB", "–", "–", "≤ 180 MB", "–", verdict(many, 180, None)))
    return result("G5", "gateway: memory of open streams", lines)
