"""Rows that compare CPU time a unit with the `openai` package (and LiteLLM's) over the simulated upstream."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.environment import versions
from benchmarks.measure import Variant, least_cpu, run_variant
from benchmarks.result import Line, RowResult, ratio, verdict
from benchmarks.settings import Settings
from benchmarks.simulator import upstream


@dataclass(frozen=True)
class Case:
    """One comparison: the same case of every subject."""

    what: str
    name: str
    budget: float
    """Ours ≤ peer / budget."""
    moonshot: float
    options: tuple[str, ...] = ()


def measure_cases(row: str, title: str, cases: Sequence[Case], settings: Settings, notes: Sequence[str] = ()) -> RowResult:
    """Every case of every subject in turn, round after round; a miss is profiled."""
    lines: list[Line] = []
    profiles: dict[str, str] = {}
    with upstream() as url:
        least = least_cpu([variant for case in cases for variant in _variants(case, settings)], url, settings.rounds)
        for case in cases:
            ours, peer = least[f"ours {case.what}"], least[f"openai {case.what}"]
            judged = verdict(ours / peer, 1 / case.budget, 1 / case.moonshot)
            rival = least.get(f"litellm {case.what}")
            shown = f"openai {peer:.1f} µs" + (f", LiteLLM {rival:.1f} µs ({ratio(ours, rival)})" if rival else "")
            budget, moonshot = f"≤ 1/{case.budget:g}", f"≤ 1/{case.moonshot:g}"
            lines.append(Line(case.what, f"{ours:.1f} µs", shown, ratio(ours, peer), budget, moonshot, judged))
            if "miss" in judged:
                variant = Variant("", "ours", case.name, case.options)
                profiles[case.what] = run_variant(variant, url, "--profile")["profile"]
    found = versions("msgspec", "uvloop", "openai")
    found["LiteLLM"] = _litellm_version(settings)
    return RowResult(row, title, lines, datetime.date.today().isoformat(), found, list(notes), profiles)


def _variants(case: Case, settings: Settings) -> list[Variant]:
    variants = [
        Variant(f"ours {case.what}", "ours", case.name, case.options),
        Variant(f"openai {case.what}", "openai_sdk", case.name, case.options),
    ]
    if settings.litellm is not None:
        variants.append(Variant(f"litellm {case.what}", "litellm_sdk", case.name, case.options, settings.litellm))
    return variants


def _litellm_version(settings: Settings) -> str:
    if settings.litellm is None:
        return "not measured (run with --with-litellm)"
    from benchmarks.litellm_peer import VERSION

    return VERSION
