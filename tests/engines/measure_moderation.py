"""Measures local moderation on the held-out sentences: `python -m tests.engines.measure_moderation`."""

from __future__ import annotations

import numpy as np

from modelruntime.engines.contract import EngineSpec
from modelruntime.engines.host import EngineHost
from modelruntime.entities.call import ModerationCall
from tests.engines.weights import HERE, local_spec

HARMLESS = "-"


def held_out() -> list[tuple[str, str]]:
    """(category or `-`, sentence)."""
    lines = (HERE / "moderation_held_out.txt").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if line and not line.startswith("#")]


def measure(spec: EngineSpec) -> dict[str, float]:
    """AUC, share of harm whose best category is the right one, and recall and false alarms at thresholds."""
    host = EngineHost()
    rows = held_out()
    results = [host.invoke(spec, ModerationCall("tox-use", sentence)).categories for _, sentence in rows]
    host.close()
    scores = np.array([max(category.score for category in result.values()) for result in results])
    harm = np.array([label != HARMLESS for label, _ in rows])
    own = {label for label, _ in rows} - {HARMLESS}
    best = [max(own, key=lambda name: result[name].score) for result in results]
    found = {
        "harmful": float(harm.sum()),
        "harmless": float((~harm).sum()),
        "auc": float(np.mean(scores[harm][:, None] > scores[~harm][None, :])),
        "right category": float(np.mean([best[n] == rows[n][0] for n in np.flatnonzero(harm)])),
    }
    for threshold in (0.3, 0.5, 0.7, 0.9):
        found[f"recall at {threshold}"] = float((scores[harm] >= threshold).mean())
        found[f"false alarms at {threshold}"] = float((scores[~harm] >= threshold).mean())
    return found


if __name__ == "__main__":
    for name, value in measure(local_spec("moderation", "tox-use")).items():
        print(f"{name:24} {value:.3f}")
