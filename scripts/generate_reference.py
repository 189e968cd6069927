"""Write docs/reference from the code: every key of a declaration, every error, every public signature, every provider.

    python scripts/generate_reference.py            writes the files
    python scripts/generate_reference.py --check    writes nothing; exits 1 when one of them is not what the code says

Prose that is no fact of the code stands in docs/reference/parts, one file a language; words for keys in the two YAML
files beside this script.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
sys.path[:0] = [str(SOURCE), str(ROOT)]

from scripts.fleet_report import Counts, fleet_counts, table  # noqa: E402
from scripts.parity_evidence import Claims, claims  # noqa: E402

from modelruntime import __version__  # noqa: E402
from modelruntime.admin.openapi import openapi  # noqa: E402
from modelruntime.admin.table import ROUTES  # noqa: E402
from modelruntime.codecs.registry import CODECS  # noqa: E402
from modelruntime.engines.registry import ENGINES  # noqa: E402
from modelruntime.entities import errors  # noqa: E402
from modelruntime.runtime import blocking_runtime, llm, moderation, provider, rerank, speech2text, text_embedding, tts  # noqa: E402
from modelruntime.schema.ambient import Ambient  # noqa: E402
from modelruntime.schema.catalogue import Catalogue  # noqa: E402
from modelruntime.schema.fact_source import FactSource  # noqa: E402
from modelruntime.schema.form import FormField, FormOption, FormSchema, ModelFormSchema, ModelNameField, ShowOn  # noqa: E402
from modelruntime.schema.judge import Judge  # noqa: E402
from modelruntime.schema.model import Limits, Modalities, ModelFile, ModelSchema  # noqa: E402
from modelruntime.schema.parameter_rule import ParameterRule, Preset  # noqa: E402
from modelruntime.schema.parameter_templates import TEMPLATES  # noqa: E402
from modelruntime.schema.price import Price, PriceTier  # noqa: E402
from modelruntime.schema.profile import Profile  # noqa: E402
from modelruntime.schema.provider import CredentialCase, ModelFromCredentials, ProviderHelp, ProviderSchema  # noqa: E402
from modelruntime.signers.registry import COMBINATORS, SIGNERS  # noqa: E402
from scripts import documented_errors, parity_table  # noqa: E402

LANGUAGES = ("en", "zh")
CHAPTERS: tuple[tuple[str, str, tuple[type[msgspec.Struct], ...]], ...] = (
    ("Provider", "供应商", (ProviderSchema, ProviderHelp)),
    ("Form", "表单", (FormSchema, FormField, FormOption, ShowOn, ModelFormSchema, ModelNameField)),
    ("Model from credentials", "由凭据得到模型", (ModelFromCredentials, CredentialCase)),
    ("Credentials of the machine", "本机凭据", (Ambient,)),
    ("Model", "模型", (ModelSchema, Limits, Modalities, ModelFile)),
    ("Parameter rule", "参数规则", (ParameterRule, Preset)),
    ("Price", "价格", (Price, PriceTier)),
    ("Source of a fact", "事实来源", (FactSource,)),
    ("Profile", "Profile", (Profile, Judge)),
)
SET_BY_THE_LOADER = {
    ("ProviderSchema", "folder"),
    ("ModelSchema", "provider"),
    ("ModelSchema", "fetch_from"),
    ("ModelSchema", "deprecation"),
    ("ParameterRule", "hints"),
}
MODEL_CLASSES = (
    llm.LLM,
    text_embedding.TextEmbedding,
    rerank.Rerank,
    speech2text.Speech2Text,
    tts.TTS,
    moderation.Moderation,
)
CONTRACTS = (
    ("codecs/operation.py", ("Operation", "Decoder", "StreamingOperation", "OpenElsewhere", "StagedStream", "Cancellable")),
    (
        "codecs/contract.py",
        ("LLMCodec", "TextEmbeddingCodec", "RerankCodec", "Speech2TextCodec", "TTSCodec", "ModerationCodec", "ListingCodec"),
    ),
    ("signers/contract.py", ("Token", "Signer")),
    ("transports/contract.py", ("Timeouts", "TransportOptions", "Reply", "Transport", "AsyncReply", "AsyncTransport")),
    (
        "engines/contract.py",
        (
            *("EngineSpec", "EngineContext", "Engine", "LLMEngine", "TextEmbeddingEngine", "RerankEngine"),
            *("Speech2TextEngine", "TTSEngine", "ModerationEngine"),
        ),
    ),
    ("runtime/credential_source.py", ("CredentialSource", "CustomModel")),
    ("runtime/observers.py", ("Observer", "CallInfo")),
)
HEAD = {
    "en": ("Key", "Type", "Default", "Meaning"),
    "zh": ("键", "类型", "默认值", "含义"),
}
TYPE_WORDS = {
    "en": {"text": "text", "number": "number", "whole": "whole number", "decimal": "decimal", "flag": "true / false"}
    | {"languages": "text by language", "any": "anything", "list": "list of {}", "map": "mapping to {}", "or": " or "},
    "zh": {"text": "文本", "number": "数字", "whole": "整数", "decimal": "十进制数", "flag": "true / false"}
    | {"languages": "多语言文本", "any": "任意", "list": "{} 的列表", "map": "映射到 {}", "or": " 或 "},
}
REQUIRED = {"en": "*required*", "zh": "*必填*"}


class WordsMissing(Exception):
    """The code and the words disagree."""


def attribute_docstrings(kind: type) -> dict[str, str]:
    """Field → the string that stands under it in the class."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(kind)))
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef))
    found: dict[str, str] = {}
    for pair in pairwise(body):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = text
            case _:
                pass
    return found


def declared_fields(kind: type[msgspec.Struct]) -> list[str]:
    """The fields that a declaration may state."""
    return [name for name in kind.__struct_fields__ if (kind.__name__, name) not in SET_BY_THE_LOADER]


def meaning(kind: type[msgspec.Struct], field: str, words: dict[str, Any], language: str) -> str:
    """One sentence or more about a key; a docstring that nobody translated serves both languages. Raises `WordsMissing`."""
    own = attribute_docstrings(kind).get(field)
    entry = words.get(kind.__name__, {}).get(field) or ([None, " ".join(own.split())] if own else None)
    if entry is None:
        raise WordsMissing(f"{kind.__name__}.{field} has no docstring, and scripts/reference_words.yaml says nothing of it")
    if language == "zh":
        return str(entry[1])
    if (own is None) == (entry[0] is None):
        state = "has no docstring: write the English" if own is None else "has a docstring: write null for the English"
        raise WordsMissing(f"scripts/reference_words.yaml: {kind.__name__}.{field} {state}")
    return " ".join((own or str(entry[0])).split())


def stale_words(words: dict[str, Any]) -> Iterator[str]:
    """Words about keys that there are not."""
    kinds = {kind.__name__: kind for _, _, group in CHAPTERS for kind in group}
    for name, entries in words.items():
        for field in entries:
            if name not in kinds or field not in declared_fields(kinds[name]):
                yield f"{name}.{field}"


def type_text(annotation: Any, written: str, language: str) -> str:
    """A type as a declarer thinks of it; `written` is the annotation as it stands in the code."""
    words = TYPE_WORDS[language]
    if written.startswith("I18nText"):
        return words["languages"]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        kinds = dict.fromkeys(type_text(part, "", language) for part in arguments if part is not type(None))
        return words["or"].join(kinds)
    if origin is Literal:
        return " · ".join(f"`{word}`" for word in arguments)
    if origin is tuple:
        return words["list"].format(type_text(arguments[0], "", language))
    if origin is dict:
        return words["map"].format(type_text(arguments[1], "", language))
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    simple = {str: "text", int: "whole", float: "number", bool: "flag", Decimal: "decimal", Any: "any"}
    return words[simple[annotation]] if annotation in simple else "`model type`"


def default_text(kind: type[msgspec.Struct], field: str, language: str) -> str:
    """The default as YAML, empty for none."""
    info = {row.name: row for row in msgspec.structs.fields(kind)}[field]
    if info.required:
        return REQUIRED[language]
    default = info.default
    if default in (None, msgspec.NODEFAULT, (), {}) or isinstance(default, msgspec.Struct):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return "`[" + ", ".join(str(item) for item in default) + "]`"
    return f"`{default:f}`" if isinstance(default, Decimal) else f"`{default}`"


def struct_table(kind: type[msgspec.Struct], words: dict[str, Any], language: str) -> str:
    """All keys of one mapping."""
    hints = get_type_hints(kind)
    written = {name: str(text) for name, text in inspect.get_annotations(kind).items()}
    rows = ["| " + " | ".join(HEAD[language]) + " |", "|---|---|---|---|"]
    for field in declared_fields(kind):
        cells = (
            f"`{field}`",
            type_text(hints[field], written[field], language),
            default_text(kind, field, language),
            meaning(kind, field, words, language).replace("|", "\\|"),
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def summary(thing: Any) -> str:
    """The first paragraph of a docstring."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def signers(language: str) -> str:
    """The table of signers, with every one that there is. Raises `WordsMissing`."""
    text = part("signers", language)
    if untold := [name for name in (*SIGNERS, *COMBINATORS) if f"`{{{name}: " not in text]:
        raise WordsMissing(f"docs/reference/parts/signers.{language}.md has no row for {', '.join(untold)}")
    return text


def declaration(language: str) -> str:
    """declaration.md."""
    words: dict[str, Any] = yaml.safe_load((ROOT / "scripts" / "reference_words.yaml").read_text("utf-8"))
    if stale := list(stale_words(words)):
        raise WordsMissing(f"scripts/reference_words.yaml speaks of keys that there are not: {', '.join(stale)}")
    parts = [part("declaration", language)]
    for english, chinese, kinds in CHAPTERS:
        parts.append(f"## {english if language == 'en' else chinese}")
        for kind in kinds:
            anchored = kind.__name__ != "Profile"
            head = f"### {kind.__name__}\n\n" if anchored else ""
            prose = " ".join((inspect.getdoc(kind) or "").split()) + "\n\n" if language == "en" else ""
            parts.append(head + prose + struct_table(kind, words, language))
    names = {"en": ("Codecs", "Engines", "Parameter templates"), "zh": ("编解码器", "引擎", "参数模板")}[language]
    codecs, engines = (
        f"## {name}\n\n" + ", ".join(f"`{word}`" for word in sorted(known))
        for name, known in zip(names, (CODECS, ENGINES), strict=False)
    )
    parts += [codecs, signers(language), engines]
    rows = [f"## {names[2]}\n", "| `use_template` | type | min | max | default |", "|---|---|---|---|---|"]
    for name, rule in TEMPLATES.items():
        bounds = ["" if value is None else f"{value}" for value in (rule.min, rule.max, rule.default)]
        rows.append(f"| `{name}` | {rule.type} | {' | '.join(bounds)} |")
    parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def error_classes() -> list[tuple[int, type[Exception]]]:
    """The tree, depth first, with the depth of each."""

    def walk(kind: type[Exception], depth: int) -> Iterator[tuple[int, type[Exception]]]:
        yield depth, kind
        for child in kind.__subclasses__():
            if child.__module__ == errors.__name__:
                yield from walk(child, depth + 1)

    return list(walk(errors.ModelRuntimeError, 0))


def error_reference(language: str) -> str:
    """errors.md."""
    chinese: dict[str, str] = yaml.safe_load((ROOT / "scripts" / "reference_errors.yaml").read_text("utf-8"))
    rows = ["| Class | Retried | Meaning |" if language == "en" else "| 类 | 会重试 | 含义 |", "|---|---|---|"]
    for depth, kind in error_classes():
        if kind.__name__ not in chinese:
            raise WordsMissing(f"scripts/reference_errors.yaml says nothing of {kind.__name__}")
        told = " ".join((inspect.getdoc(kind) or "").split()) if language == "en" else chinese[kind.__name__]
        again = getattr(kind, "retryable_by_default", None)
        mark = {None: "", True: "yes" if language == "en" else "是", False: "no" if language == "en" else "否"}[again]
        rows.append(f"| {'&emsp;' * depth}`{kind.__name__}` | {mark} | {told} |")
    tree = (errors.__doc__ or "").split("\n\n")[1]
    return (
        part("errors", language).replace("<!-- tree -->", "```text\n" + inspect.cleandoc(tree) + "\n```")
        + "\n\n"
        + "\n".join(rows)
        + "\n"
    )


def public_methods(kind: type) -> list[tuple[str, Any]]:
    """Methods and properties without a leading underscore, inherited ones included, in the order of definition."""
    found: dict[str, Any] = {}
    for owner in reversed([base for base in kind.__mro__ if base is not object]):
        found.update({name: thing for name, thing in vars(owner).items() if not name.startswith("_")})
    return [(name, thing) for name, thing in found.items() if isinstance(thing, property) or inspect.isfunction(thing)]


def signature_text(name: str, thing: Any) -> str:
    """`invoke(messages, *, tools, …)`: names only, types are in the code."""
    if isinstance(thing, property):
        return name
    parameters = [row for row in inspect.signature(thing).parameters.values() if row.name != "self"]
    shown: list[str] = []
    starred = False
    for row in parameters:
        if row.kind is row.KEYWORD_ONLY and not starred:
            shown.append("*")
            starred = True
        shown.append({row.VAR_POSITIONAL: "*", row.VAR_KEYWORD: "**"}.get(row.kind, "") + row.name)
    return f"{name}({', '.join(shown)})"


def methods_table(kind: type, language: str) -> str:
    """What a class offers."""
    head = "| Name | What it does |" if language == "en" else "| 名称 | 作用（取自代码） |"
    rows = [head, "|---|---|"]
    for name, thing in public_methods(kind):
        rows.append(f"| `{signature_text(name, thing)}` | {summary(thing)} |".replace("\n", " "))
    return f"### {kind.__name__}\n\n" + "\n".join(rows)


def contract_code(file: str, names: tuple[str, ...]) -> str:
    """Classes of a contract as they stand in the code."""
    text = (SOURCE / "modelruntime" / file).read_text("utf-8")
    classes = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    lines = text.splitlines()
    blocks = ["\n".join(lines[classes[name].lineno - 1 : classes[name].end_lineno]) for name in names]
    return f"`modelruntime/{file}`\n\n```python\n" + "\n\n\n".join(blocks) + "\n```"


def interfaces(language: str) -> str:
    """interfaces.md."""
    text = part("interfaces", language)
    layers = "\n\n".join(methods_table(kind, language) for kind in (blocking_runtime.Runtime, provider.Provider))
    types = "\n\n".join(methods_table(kind, language) for kind in MODEL_CLASSES)
    for mark, content in (("layers", layers), ("types", types)):
        text = text.replace(f"<!-- {mark} -->", content)
    for file, names in CONTRACTS:
        mark = f"<!-- contract: {file} -->"
        if mark not in text:
            raise WordsMissing(f"docs/reference/parts/interfaces.{language}.md has no place {mark}")
        text = text.replace(mark, contract_code(file, names))
    return text + "\n"


PROVIDER_WORDS = {
    "en": (
        "# Providers",
        "Built in, in the order of listings. Each is a folder of YAML under `src/modelruntime/providers`, which says where its\n"
        "facts come from. How models get there: declared, listed by the vendor itself, or added by a user.",
        "| Id | Name | Model types | Models |",
        {"predefined-model": "declared", "fetch-from-remote": "listed", "customizable-model": "added"},
    ),
    "zh": (
        "# 供应商",
        "内置的供应商，按列表顺序排列。每个供应商是 `src/modelruntime/providers` 下的一个 YAML 文件夹，并注明事实来源。\n"
        "模型的来源：预先声明、由供应商接口列出，或由用户添加。",
        "| 标识 | 名称 | 模型类型 | 模型来源 |",
        {"predefined-model": "声明", "fetch-from-remote": "列出", "customizable-model": "添加"},
    ),
}


def provider_reference(language: str) -> str:
    """providers.md: every built-in provider."""
    title, prose, head, methods = PROVIDER_WORDS[language]
    catalogue = Catalogue.load(environ={})
    rows = []
    for name in catalogue.provider_ids():
        schema = catalogue.provider(name)
        label = schema.label["zh_Hans" if language == "zh" else "en_US"]
        ways = ", ".join(methods[method] for method in schema.configurate_methods)
        also = "".join(f" (`{alias}`)" for alias in schema.aliases)
        rows.append(f"| `{name}` | {label}{also} | {', '.join(schema.supported_model_types)} | {ways} |")
    return "\n".join((title, "", prose, "", head, "|---|---|---|---|", *rows)) + "\n"


def part(name: str, language: str) -> str:
    """Written prose."""
    return (ROOT / "docs" / "reference" / "parts" / f"{name}.{language}.md").read_text("utf-8").rstrip()


@lru_cache(maxsize=1)
def _fleet() -> dict[str, Counts]:
    return fleet_counts()


def fleet(language: str) -> str:
    """fleet.md."""
    return table(_fleet(), language)


@lru_cache(maxsize=1)
def _claims() -> Claims:
    return claims()


def parity(language: str) -> str:
    """parity.md."""
    return parity_table.table(_claims(), language)


def admin_openapi() -> str:
    """admin-openapi.json: the admin API as its types say it. Its version is that of the package."""
    return json.dumps(openapi(ROUTES, __version__), ensure_ascii=False, indent=1) + "\n"


def documents() -> dict[Path, str]:
    """Every generated file with what must be in it."""
    folder = ROOT / "docs" / "reference"
    makers = {
        "declaration.md": declaration,
        "errors.md": error_reference,
        "interfaces.md": interfaces,
        "providers.md": provider_reference,
        "fleet.md": fleet,
        "parity.md": parity,
        "documented-errors.md": documented_errors.page,
    }
    found = {}
    for language in LANGUAGES:
        for name, make in makers.items():
            found[folder / name if language == "en" else folder / language / name] = make(language)
    found[folder / "admin-openapi.json"] = admin_openapi()
    return found


def main(arguments: list[str]) -> int:
    """See the module."""
    try:
        wanted = documents()
    except WordsMissing as error:
        print(error)
        return 1
    wrong = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is not what the code says: run python scripts/generate_reference.py")
        return 1 if wrong else 0
    for path in wrong:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
