"""The parity table as Markdown; `scripts/generate_reference.py` writes it into docs/reference/parity.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scripts.parity_evidence import MODELS, Cell, Claims, Proof

COLUMNS: dict[str, tuple[str, ...]] = {
    "llm": (
        *("chat", "stream", "usage", "parameters", "tools", "parallel tools", "streamed tools", "structured output", "reasoning"),
        *("vision", "documents", "audio in", "video in", "errors"),
    ),
    "text-embedding": ("embed", "query and document", "errors"),
    "rerank": ("rerank", "top_n", "errors"),
    "speech2text": ("transcribe", "errors"),
    "tts": ("speak", "stream", "errors"),
    "moderation": ("moderate", "errors"),
}
CHINESE = {
    "chat": "对话",
    "stream": "流式",
    "usage": "用量",
    "parameters": "参数",
    "tools": "工具",
    "parallel tools": "并行工具",
    "streamed tools": "流式工具",
    "structured output": "结构化输出",
    "reasoning": "推理",
    "vision": "图像",
    "documents": "文档",
    "audio in": "音频输入",
    "video in": "视频输入",
    "errors": "错误",
    "embed": "嵌入",
    "query and document": "查询与文档",
    "rerank": "重排",
    "top_n": "top_n",
    "transcribe": "转写",
    "speak": "合成",
    "moderate": "审核",
}
CODES = {"vendor types": "V", "simulator": "S", "real peer": "P", "real weights": "W"}
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "# Parity: what is claimed, and what stands behind it",
        "prose": (
            "Written by `scripts/generate_reference.py` from the declarations and from the results of tests. A cell is a provider, "
            "a model type and a feature that the declaration asks for; an empty one is undeclared. A cell may have several proofs:",
            "| Sign | What stands behind the cell |\n|---|---|\n"
            "| `r12` | *recorded*: 12 exchanges with this vendor, recorded by others against its real API, show the feature and "
            "decode ([how many as the vendor's own package reads them](../../benchmarks/REPLAY.md)) |\n"
            "| `V` | *vendor types*: every request passes the types of the vendor's own package or specification, and a "
            "simulator's answers come out right |\n"
            "| `S` | *simulator*: the same, judged by rules of our own |\n"
            "| `P` | *real peer*: tried against a real server in the tests |\n"
            "| `W` | *real weights*: the model itself runs in the tests |\n"
            "| `?` | *unverified*: declared, and nothing stands behind it |",
            "`V` of a vendor that speaks another's dialect means the types of the dialect's inventor. A vendor may have changed "
            "since its traffic was recorded. No shares are given: most numbers are too small for them.",
        ),
        "heads": ("Provider", "Providers", "Cells", "Recorded", "Vendor types", "Simulator", "Peer or weights", "Unverified"),
        "counts": "## In numbers",
        "kind": "Model type",
        "families": "## Wire families",
        "family_prose": "What each codec was held against, whoever speaks it; vendors with the number of their recorded exchanges.",
        "family_heads": ("Codec", "Model types", "Providers", "Requests judged by", "Recorded"),
        "listing": "## Lists of models",
        "listing_prose": "Providers whose own list of models is fetched and merged with the declarations.",
        "all": "All",
        "nobody": "nobody",
    },
    "zh": {
        "title": "# 对照表：声称什么，依据是什么",
        "prose": (
            "由 `scripts/generate_reference.py` 根据声明与测试结果生成。一个单元格对应一个供应商、一种模型类型和声明要求的"
            "一项能力；空格表示没有声明。一个单元格可以有多项依据：",
            "| 记号 | 依据 |\n|---|---|\n"
            "| `r12` | *录制*：他人针对该厂商真实接口录制的 12 次交互体现了此能力并能解码"
            "（[其中多少与厂商自己的软件包读法一致](../../../benchmarks/REPLAY.md)） |\n"
            "| `V` | *厂商类型*：每个请求都通过厂商自己的软件包或规范的类型检查，模拟器的回答得到正确结果 |\n"
            "| `S` | *模拟器*：同上，但由我们自己的规则判断 |\n"
            "| `P` | *真实对端*：测试中对真实服务器试过 |\n"
            "| `W` | *真实权重*：模型本身在测试中运行 |\n"
            "| `?` | *未核实*：已声明，但没有任何依据 |",
            "若厂商使用他人的方言，`V` 指该方言发明者的类型。录制之后厂商可能已有改动。不给出百分比：多数数字太小。",
        ),
        "heads": ("供应商", "供应商数", "单元格", "录制", "厂商类型", "模拟器", "对端或权重", "未核实"),
        "counts": "## 计数",
        "kind": "模型类型",
        "families": "## 协议族",
        "family_prose": "每个编解码器的依据，不论由谁使用。厂商后面是其已正确解码的录制交互数。",
        "family_heads": ("编解码器", "模型类型", "供应商数", "请求由谁判断", "录制"),
        "listing": "## 模型列表",
        "listing_prose": "可获取其自有模型列表并与声明合并的供应商。",
        "all": "合计",
        "nobody": "无",
    },
}
JUDGES_IN_CHINESE = {"vendor types": "厂商类型", "simulator": "模拟器"}


def sign(proof: Proof) -> str:
    """The content of a cell."""
    words = [CODES[word] for word in (*proof.judges[:1], *proof.tests)]
    return " ".join([*([f"r{proof.recorded}"] if proof.recorded else []), *words]) or "?"


def table(claims: Claims, language: str) -> str:
    """The page."""
    words = WORDS[language]
    lines = [words["title"], "", *[line for text in words["prose"] for line in (text, "")]]
    lines += [*_counts(claims, language), ""]
    for model_type in COLUMNS:
        lines += [f"## {model_type}", "", *_type_table(claims, model_type, columns(claims, model_type), language), ""]
    lines += [words["listing"], "", words["listing_prose"], "", *_listing(claims), ""]
    lines += [words["families"], "", words["family_prose"], "", *_families(claims, language)]
    return "\n".join(lines) + "\n"


def columns(claims: Claims, model_type: str) -> tuple[str, ...]:
    """The features of a type: those that have their place, then whatever else is declared."""
    declared = dict.fromkeys(cell.feature for cell in claims.cells if cell.model_type == model_type)
    return (*COLUMNS[model_type], *(feature for feature in declared if feature not in COLUMNS[model_type]))


def _counts(claims: Claims, language: str) -> list[str]:
    words = WORDS[language]
    lines = [words["counts"], "", _row([words["kind"], *words["heads"][1:]]), "|---|" + "---:|" * 7]
    kinds = [*COLUMNS, MODELS]
    groups = [(f"`{kind}`", [item for item in claims.cells.items() if item[0].model_type == kind]) for kind in kinds]
    for name, items in (*groups, (f"**{words['all']}**", list(claims.cells.items()))):
        counts = Counter(kind for _, proof in items for kind in _standing(proof))
        providers = len({cell.provider for cell, _ in items})
        numbers = [
            providers,
            len(items),
            *[counts[kind] for kind in ("recorded", "vendor types", "simulator", "tests", "unverified")],
        ]
        lines.append(_row([name, *[f"{number:,}" if number else "" for number in numbers]]))
    return lines


def _standing(proof: Proof) -> Iterable[str]:
    found = [*(["recorded"] if proof.recorded else []), *proof.judges[:1], *(["tests"] if proof.tests else [])]
    return found or ["unverified"]


def _type_table(claims: Claims, model_type: str, features: tuple[str, ...], language: str) -> list[str]:
    heads = [CHINESE.get(feature, feature) if language == "zh" else feature for feature in features]
    lines = [_row([WORDS[language]["heads"][0], *heads]), "|---|" + ":-:|" * len(features)]
    for provider in dict.fromkeys(cell.provider for cell in claims.cells if cell.model_type == model_type):
        proofs = [claims.cells.get(Cell(provider, model_type, feature)) for feature in features]
        lines.append(_row([f"`{provider}`", *["" if proof is None else sign(proof) for proof in proofs]]))
    return lines


def _listing(claims: Claims) -> list[str]:
    by_sign: dict[str, list[str]] = {}
    for cell, proof in claims.cells.items():
        if cell.model_type == MODELS:
            by_sign.setdefault(sign(proof), []).append(f"`{cell.provider}`")
    return [f"- {mark}: {', '.join(providers)}" for mark, providers in sorted(by_sign.items())]


def _families(claims: Claims, language: str) -> list[str]:
    words = WORDS[language]
    lines = [_row(words["family_heads"]), "|---|---|---:|---|---|"]
    for codec in sorted(claims.codecs.keys() | {codec for codecs in claims.evidence.values() for codec in codecs}):
        spoken = claims.codecs.get(codec, {})
        judge = claims.judges.get(codec)
        judged = words["nobody"] if judge is None else JUDGES_IN_CHINESE[judge] if language == "zh" else judge
        vendors = {vendor: max(codecs[codec].values()) for vendor, codecs in claims.evidence.items() if codec in codecs}
        recorded = ", ".join(f"{vendor} {number}" for vendor, number in vendors.items())
        providers = {provider for names in spoken.values() for provider in names}
        lines.append(_row([f"`{codec}`", ", ".join(sorted(spoken)), str(len(providers) or ""), judged, recorded]))
    return lines


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
