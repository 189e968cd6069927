"""How many models the fleet declares, by provider and type, and how well their facts are attested.

    python scripts/fleet_report.py            the table
    python scripts/fleet_report.py --json     the same as JSON

`scripts/generate_reference.py` writes it into docs/reference/fleet.md.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
sys.path.insert(0, str(SOURCE))

from modelruntime.entities.model_type import ModelType  # noqa: E402
from modelruntime.schema.loading.read_tree import read_tree  # noqa: E402
from modelruntime.schema.model import ModelSchema  # noqa: E402
from modelruntime.schema.problem import ProblemLog  # noqa: E402

PROVIDERS = SOURCE / "modelruntime" / "providers"

_OWNER = re.compile(r"^(?:(?:us|eu|apac|au|jp|global)\.)?(?:[a-z0-9]+(?:\.|--)(?=[a-z])|(?:anthropic|databricks|snowflake)-)")
"""`us.anthropic.claude-…`, `anthropic--claude-…`, `databricks-gpt-…`."""
_DATE = re.compile(
    r"[-@](?:20\d{2}-?\d{2}-?\d{2}|2\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?|(?:0[1-9]|1[0-2])[0-3]\d|(?:0[1-9]|1[0-2])-20\d{2})(?=$|[-:@])"
)
_SERVED = re.compile(
    r"(?:[-:@](?:latest|free|thinking|beta|exacto|nitro|extended|default|maas|fp8|fp4|nvfp4|awq|int4|int8|bf16|gguf|tee|original"
    r"|v\d+:\d+))+$"
)


def base_id(model: str) -> str:
    """What a model is called whoever serves it: no owner, no date, no precision, no variant of service, one kind of dash."""
    name = model.lower().rpartition("/")[2]
    name = _OWNER.sub("", name)
    while (shorter := _SERVED.sub("", _DATE.sub("", name))) != name:
        name = shorter
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]+", "-", name).strip("-")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Models of one provider, or of all. `sourced`: pages stand behind all that is stated of prices, features and parameters, and
    nothing is marked unverified; `partly`: pages stand behind some of it; `unverified`: no page at all."""

    models: int
    types: dict[str, int]
    sourced: int
    partly: int
    unverified: int
    deprecated: int
    priced: int
    base_models: dict[str, int]
    """Type → distinct base models."""


def counts_of(models: Iterable[ModelSchema]) -> Counts:
    """The counts of some models."""
    known = list(models)
    standing = Counter(_standing(model) for model in known)
    bases: dict[str, set[str]] = {}
    for model in known:
        bases.setdefault(model.model_type, set()).add(base_id(model.model))
    types = Counter(str(model.model_type) for model in known)
    return Counts(
        models=len(known),
        types={kind: types[kind] for kind in ModelType if types[kind]},
        sourced=standing["sourced"],
        partly=standing["partly"],
        unverified=standing["unverified"],
        deprecated=sum(model.deprecated for model in known),
        priced=sum(model.pricing is not None for model in known),
        base_models={kind: len(bases[kind]) for kind in ModelType if kind in bases},
    )


def _standing(model: ModelSchema) -> str:
    pages = [source for source in model.source if source.url != "unverified"]
    if not pages:
        return "unverified"
    whole = any(not source.facts for source in pages)
    named = {fact for source in pages for fact in source.facts}
    covered = whole or all(group in named or (bool(facts) and facts <= named) for group, facts in _stated(model))
    return "sourced" if covered and len(pages) == len(model.source) else "partly"


def _stated(model: ModelSchema) -> Iterator[tuple[str, set[str]]]:
    """What a model states that a source must name: the group, or each fact in it."""
    if model.pricing is not None:
        yield "pricing", set()
    if model.features:
        yield "features", set()
    if model.parameter_rules:
        yield "parameter_rules", {rule.name for rule in model.parameter_rules}


def fleet_counts(folder: Path = PROVIDERS) -> dict[str, Counts]:
    """Provider → counts, in the order of their ids; those without declared models too. `""` is all of them together."""
    declarations = [found for found in read_tree(folder, ProblemLog()) if found.schema is not None]
    every = [model for found in declarations for model in found.models]
    own = {found.provider: counts_of(found.models) for found in sorted(declarations, key=lambda found: found.provider)}
    return {**own, "": counts_of(every)}


def python_lines(folder: Path = PROVIDERS) -> dict[str, int]:
    """Provider → lines of Python of its own."""
    folders = sorted(path.parent for path in folder.glob("*/provider.yaml"))
    return {path.name: sum(len(file.read_text("utf-8").splitlines()) for file in sorted(path.rglob("*.py"))) for path in folders}


HEADS = {
    "en": ("Provider", "Models", "Sourced", "Partly", "Unverified", "Priced", "Deprecated"),
    "zh": ("供应商", "模型", "全部有出处", "部分有出处", "未核实", "有价格", "已弃用"),
}
TITLES = {
    "en": ("# The fleet", "## Types", "## Providers", "Type", "Models", "Distinct base models", "All"),
    "zh": ("# 模型清单", "## 类型", "## 供应商", "类型", "模型", "不同的基础模型", "合计"),
}
PYTHON = {
    "en": "Median Python lines per provider: {:g} ({} providers, {} with Python of their own).",
    "zh": "每个供应商的 Python 行数中位数：{:g}（{} 个供应商，其中 {} 个有自己的 Python）。",
}
PROSE = {
    "en": (
        "Written by `scripts/generate_reference.py` from the declarations.",
        "*Sourced*: pages, named in the declaration, stand behind everything stated of prices, features and parameters, and "
        "nothing is marked unverified. *Partly*: pages stand behind some of it. *Unverified*: no page at all. A base model is "
        "counted once, whoever serves it and under whatever date, precision or service tier. A provider without models lists "
        "them at run time, or takes those that its users name.",
    ),
    "zh": (
        "由 `scripts/generate_reference.py` 根据声明生成。",
        "*全部有出处*：关于价格、能力与参数的一切陈述都注明了出处页面，没有一项标为未核实。*部分有出处*：只有一部分注明了页面。*未核实*：没有任何页面。"
        "同一基础模型无论由谁提供、带何种日期、精度或服务等级，只计一次。没有模型的供应商在运行时列出模型，或使用用户指定的模型。",
    ),
}


def table(counts: dict[str, Counts], language: str) -> str:
    """The report as Markdown."""
    lines_of = python_lines()
    title, types_title, providers_title, kind_word, models_word, bases_word, all_word = TITLES[language]
    whole = counts[""]
    lines = [title, "", *[line for text in PROSE[language] for line in (text, "")], types_title, ""]
    lines += [f"| {kind_word} | {models_word} | {bases_word} |", "|---|---:|---:|"]
    lines += [f"| `{kind}` | {count:,} | {whole.base_models[kind]:,} |" for kind, count in whole.types.items()]
    lines += ["", PYTHON[language].format(median(lines_of.values()), len(lines_of), sum(map(bool, lines_of.values())))]
    lines += ["", providers_title, "", "| " + " | ".join((*HEADS[language], *whole.types)) + " |"]
    lines.append("|---|" + "---:|" * (len(HEADS[language]) - 1 + len(whole.types)))
    for provider, row in counts.items():
        numbers = [row.models, row.sourced, row.partly, row.unverified, row.priced, row.deprecated]
        numbers += [row.types.get(kind, 0) for kind in whole.types]
        name = f"`{provider}`" if provider else f"**{all_word}**"
        lines.append(f"| {name} | " + " | ".join(f"{number:,}" if number else "" for number in numbers) + " |")
    return "\n".join(lines) + "\n"


def as_dict(counts: dict[str, Counts]) -> dict[str, Any]:
    """`{"providers": {id: counts}, "all": counts}`."""
    rows = {provider: msgspec.to_builtins(row) for provider, row in counts.items()}
    return {"all": rows.pop(""), "providers": rows}


def main(arguments: list[str]) -> int:
    """See the module."""
    counts = fleet_counts()
    print(json.dumps(as_dict(counts), indent=1) if "--json" in arguments else table(counts, "en"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
