"""Documented errors as Markdown: provider × {401, 429, 5xx, in stream}; `scripts/generate_reference.py` writes it into
docs/reference/documented-errors.md. What stands in the cells are rows of tests/codecs/documented, each of which is a test.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.codecs.documented.coverage import COLUMNS, CUT_SHORT, FINISHES, SEARCHED_ON, Covered, covered, otherwise_told
from tests.codecs.documented.row import DocumentedError
from tests.codecs.documented_errors import DOCUMENTED

from modelruntime.schema.catalogue import Catalogue

LAST = "in stream"
SIGNS = {"page": "P", "page+shape": "p", "source": "S", "report": "R", "unverified": "?"}
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "# Documented errors: what vendors say, and who says so",
        "prose": (
            "Written by `scripts/generate_reference.py` from the files of `tests/codecs/documented`. Each row is an answer of a "
            "vendor and the class that it must become; the tests hold the codecs to it. A cell shows the best founded of a "
            "provider's rows: the status, the class with `↻` where a call may be tried again, and where it is from:",
            "| Sign | Source |\n|---|---|\n"
            "| `P` | the vendor's own page shows the status or the code, its meaning and the body |\n"
            "| `p` | the vendor's own page names the status and its meaning, or its package the event in a stream; the body has a "
            "shape seen elsewhere from that vendor, or is empty |\n"
            "| `S` | the vendor's own source or package writes it so |\n"
            "| `R` | somebody published the reply word for word |\n"
            "| `?` | likely, but neither seen in a page nor in a report |",
            "The column 401 holds refused credentials, 429 limits, 5xx failures of the vendor: a vendor that says it with another "
            "status has that status in the cell. `never` is an answer that the vendor does not give, as its source shows (see the "
            "note); `—` is *not documented*: nothing was found. In the last column `finish` "
            "stands for a finish reason and `ends` for a stream that just ends, by which a vendor tells that it failed (see the "
            "note); `·`: no chat, so nothing streams, or bare audio, in which no error can stand.",
        ),
        "heads": ("Provider", *COLUMNS, "Note"),
        "counts": "{rows} rows. {own} of {all} providers have rows of their own, {shared} share those of another vendor whose wire "
        "they speak, of {nothing} others nothing was found. Cells with a row: {cells}; {never} more are answers never given; "
        "{streaming} providers stream, and {otherwise} of them tell of a failed stream by a finish reason or by its end alone.",
        "told": {"finish": "finish", "cut": "ends", "never": "never"},
        "sources": "## Sources",
        "shared": "as `{vendor}`: {why}",
        "unverified": " (unverified)",
        "notes": {
            "own": "",
            "shared": "",
            "nothing found": f"no documented body found, searched on {SEARCHED_ON}",
            "no wire": "runs in the process, no wire",
        },
        "finish": "a stream that fails ends with the finish reason `{word}` ({source})",
        "cut": "a stream that fails may just end ({source})",
        "never": "no {columns} ({source})",
        "wire": "the event in a stream is that of `{codec}`",
        "between": "; ",
    },
    "zh": {
        "title": "# 有文档的错误：厂商怎么说，依据是什么",
        "prose": (
            "由 `scripts/generate_reference.py` 根据 `tests/codecs/documented` 的各文件生成。每行是厂商的一个回答以及它必须变成的"
            "错误类；测试要求编解码器做到。单元格显示该供应商依据最好的一行：状态码、错误类（`↻` 表示可以重试）与来源：",
            "| 记号 | 来源 |\n|---|---|\n"
            "| `P` | 厂商自己的页面给出状态码或错误码、含义和正文 |\n"
            "| `p` | 厂商自己的页面给出状态码及含义，或其软件包给出流中的事件；正文采用该厂商别处出现的形状，或为空 |\n"
            "| `S` | 厂商自己的源码或软件包这样写 |\n"
            "| `R` | 有人逐字公布了该回答 |\n"
            "| `?` | 可能如此，但没有在页面或报告中见到 |",
            "401 列是凭据被拒绝，429 列是限额，5xx 列是厂商故障；若厂商用别的状态码，单元格里写的就是那个状态码。"
            "`绝不` 表示厂商不会这样回答，其源码可以说明（见说明）；`—` 表示*没有文档*：没有找到。"
            "最后一列的 `结束原因` 与 `中断`：厂商以结束原因、或以流直接结束来表示失败（见说明）；"
            "`·`：没有对话，因此没有流，或流中只有音频，容不下错误。",
        ),
        "heads": ("供应商", "401", "429", "5xx", "流中", "说明"),
        "counts": "共 {rows} 行。{all} 个供应商中，{own} 个有自己的行，{shared} 个与其所用协议的厂商共用，{nothing} 个没有找到。"
        "有依据的单元格：{cells}；另有 {never} 个是绝不会有的回答；"
        "{streaming} 个供应商有流，其中 {otherwise} 个仅以结束原因或流的中断来表示失败。",
        "told": {"finish": "结束原因", "cut": "中断", "never": "绝不"},
        "sources": "## 来源",
        "shared": "同 `{vendor}`：{why}",
        "unverified": "（未核实）",
        "notes": {
            "own": "",
            "shared": "",
            "nothing found": f"没有找到有文档的正文，{SEARCHED_ON} 查过",
            "no wire": "在进程内运行，没有网络回答",
        },
        "finish": "流中失败时以结束原因 `{word}` 结束（{source}）",
        "cut": "失败的流可能直接中断（{source}）",
        "never": "没有 {columns}（{source}）",
        "wire": "流中的事件属于 `{codec}`",
        "between": "；",
    },
}


def page(language: str) -> str:
    """The page."""
    words = WORDS[language]
    catalogue = Catalogue.load(environ={})
    lines = [covered(name) for name in catalogue.provider_ids()]
    streaming = {name for name in catalogue.provider_ids() if "llm" in catalogue.provider(name).codec}
    heads = words["heads"]
    table = [_row(heads), "|---|" + ":-:|" * len(COLUMNS) + "---|", *(_line(line, words, streaming) for line in lines)]
    parts = [words["title"], *words["prose"], _counts(lines, words["counts"], streaming), "\n".join(table)]
    parts += [words["sources"], "\n".join(_sources(lines))]
    return "\n\n".join(parts) + "\n"


def _counts(lines: list[Covered], text: str, streaming: set[str]) -> str:
    standing = Counter(line.standing for line in lines)
    shown = [line if line.provider in streaming else line._replace(cells={**line.cells, LAST: None}) for line in lines]
    cells = ", ".join(f"{name} {sum(line.cells[name] is not None for line in shown)}" for name in COLUMNS)
    otherwise = [line for line in shown if line.provider in streaming and not line.cells[LAST] and otherwise_told(line.provider)]
    return text.format(
        otherwise=len(otherwise),
        rows=len(DOCUMENTED),
        all=len(lines),
        own=standing["own"],
        shared=standing["shared"],
        nothing=standing["nothing found"],
        cells=cells,
        streaming=len(streaming),
        never=sum(len(line.never) for line in shown),
    )


def _line(line: Covered, words: dict[str, Any], streaming: set[str]) -> str:
    notes = [words["notes"][line.standing]]
    if line.shared:
        unverified = "" if line.shared.verified else words["unverified"]
        notes = [words["shared"].format(vendor=line.shared.vendor, why=line.shared.why) + unverified]
    if finish := FINISHES.get(line.provider):
        notes.append(words["finish"].format(word=finish[0], source=_shown(finish[1])))
    if source := CUT_SHORT.get(line.provider):
        notes.append(words["cut"].format(source=_shown(source)))
    for source in dict.fromkeys(line.never.values()):
        columns = ", ".join(column for column, other in line.never.items() if other == source)
        notes.append(words["never"].format(columns=columns, source=_shown(source)))
    if line.provider in streaming and (row := line.cells[LAST]) and row.codec:
        notes.append(words["wire"].format(codec=row.codec))
    cells = {name: words["told"]["never"] if name in line.never else _cell(row) for name, row in line.cells.items()}
    if line.provider not in streaming:
        cells[LAST] = "·"
    elif line.cells[LAST] is None and (told := otherwise_told(line.provider)):
        cells[LAST] = words["told"][told]
    return _row([f"`{line.provider}`", *cells.values(), words["between"].join(filter(None, notes))])


def _cell(row: DocumentedError | None) -> str:
    if row is None:
        return "—"
    again = " ↻" if row.retryable else ""
    return f"{row.status} {row.kind.__name__}{again} [{SIGNS[row.evidence]}](#{_name(row)})"


def _name(row: DocumentedError) -> str:
    """What a link is called: the vendor and the place of its source among those of the vendor."""
    sources = list(dict.fromkeys(other.url for other in DOCUMENTED if other.vendor == row.vendor))
    return f"{row.vendor}-{sources.index(row.url) + 1}"


def _sources(lines: list[Covered]) -> list[str]:
    rows = [row for line in lines for row in line.cells.values() if row is not None]
    named = sorted({_name(row): row.url for row in rows}.items())
    return [f'- <a id="{name}"></a>`{name}`: {_shown(source)}' for name, source in named]


def _shown(source: str) -> str:
    """An address as a link; a place in a repository or a package in words."""
    return f"<{source}>" if source.startswith("https://") else source


def _row(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"
