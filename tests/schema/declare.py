"""Small declarations for tests."""

from pathlib import Path

from modelruntime.schema.declaration import Declaration
from modelruntime.schema.loading.read_folder import read_document
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.problem import Problem, ProblemLog

PROVIDER = """provider: acme
label: {en_US: Acme}
supported_model_types: [llm, text-embedding, tts]
configurate_methods: [predefined-model]
"""


def read(text: str) -> tuple[Declaration | None, list[Problem]]:
    log = ProblemLog()
    return read_document(text, log), log.problems


def read_model(text: str, kind: str = "llm") -> tuple[ModelSchema | None, list[Problem]]:
    """One model, given as the lines of its mapping."""
    lines = "\n".join(f"  {line}" for line in text.splitlines())
    declaration, problems = read(f"{PROVIDER}models:\n- model: m\n  model_type: {kind}\n{lines}\n")
    assert declaration is not None
    return (declaration.models[0] if declaration.models else None), problems


def read_field(text: str) -> tuple[Declaration | None, list[Problem]]:
    """A provider whose form has the fields given as list items."""
    lines = "\n".join(f"  {line}" for line in text.splitlines())
    return read(f"{PROVIDER}provider_credential_schema:\n  credential_form_schemas:\n{lines}\n")


def codes(problems: list[Problem] | tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder and give the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
