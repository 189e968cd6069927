"""The models of a provider: inline, in one list, or one file each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.loading.read_file import read_yaml
from modelruntime.schema.loading.read_model import parse_model_type, read_model, with_defaults
from modelruntime.schema.loading.section import Section
from modelruntime.schema.loading.yaml_document import YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelruntime.schema.model import ModelSchema
    from modelruntime.schema.problem import ProblemLog

_TYPE_ORDER = tuple(ModelType)


class ModelReader:
    """Gathers the models of one provider; knows which files it read and where each model stands."""

    def __init__(
        self, provider: str, log: ProblemLog, defaults: YamlMap | None = None, refused: dict[str, str] | None = None
    ) -> None:
        """`refused`: keys that no model here may have, each with the reason."""
        self.provider = provider
        self.log = log
        self.defaults = defaults
        self.refused = refused or {}
        self.declared = 0
        self.files: set[Path] = set()
        self._models: dict[tuple[ModelType, str], ModelSchema] = {}
        self._at_home: dict[tuple[ModelType, str], bool] = {}

    def read_files(self, paths: Iterable[Path], expected: ModelType | None) -> None:
        """Read model files; one that was read already is skipped, and so is one whose name begins with `_`."""
        for path in paths:
            if path in self.files or path.name.startswith("_"):
                continue
            self.files.add(path)
            value = read_yaml(path, self.log)
            if value is not None:
                self.read_value(value, str(path), expected)

    def read_value(self, value: Any, file: str, expected: ModelType | None = None) -> None:
        """Read one model, a list of models, or `{defaults, models}`; `anchors` beside them holds what YAML aliases name."""
        if isinstance(value, YamlList):
            for item, line in zip(value, value.lines, strict=True):
                if isinstance(item, YamlMap):
                    self._read(item, file, expected, self.defaults)
                else:
                    self.log.error(file, line, "not-a-model", "every item of a list of models must be a mapping")
        elif isinstance(value, YamlMap) and "models" in value and "model" not in value:
            self._read_shared(value, file, expected)
        elif isinstance(value, YamlMap) and ("model" in value or "model_type" in value):
            self._read(value, file, expected, self.defaults)
        else:
            self.log.warning(file, getattr(value, "line", 1), "not-a-model", "this file declares no model and is ignored")

    def _read_shared(self, value: YamlMap, file: str, expected: ModelType | None) -> None:
        if not isinstance(value["models"], YamlList):
            self.log.warning(file, value.line, "not-a-model", "this file declares no model and is ignored")
            return
        section = Section(value, file, self.log, "models")
        shared = section.raw("defaults")
        outer, self.defaults = self.defaults, self.defaults
        if isinstance(shared, YamlMap):
            self.defaults = with_defaults(shared, outer)
        section.skip("models", "anchors")
        section.finish()
        self.read_value(value["models"], file, expected)
        self.defaults = outer

    def _read(self, value: YamlMap, file: str, expected: ModelType | None, defaults: YamlMap | None) -> None:
        section = Section(with_defaults(value, defaults), file, self.log, "model")
        model = read_model(section, self.provider, expected)
        refused = [word for word in self.refused if section.value.get(word) is not None]
        for word in refused:
            section.fail(word, "overlay-identity", self.refused[word])
        if model is None or refused:
            return
        self.declared += 1
        key = (model.model_type, model.model)
        at_home = expected in (None, model.model_type)
        if key in self._models:
            section.warn("model", "duplicate-model", f"the {model.model_type} model {model.model!r} is declared twice")
            if self._at_home[key] and not at_home:
                return
        self._models[key] = model
        self._at_home[key] = at_home

    def ordered(self, position: dict[str, tuple[str, ...]]) -> tuple[ModelSchema, ...]:
        """All models by type, within a type by position; what has no position comes last, in the order it was read."""
        return tuple(model for kind in _TYPE_ORDER for model in self._of_type(kind, position.get(kind, ())))

    def kinds(self) -> set[str]:
        """The types there are models of."""
        return {str(kind) for kind, _ in self._models}

    def names(self, kind: str) -> set[str]:
        """The ids of one type."""
        return {name for own, name in self._models if own == kind}

    def _of_type(self, kind: ModelType, position: tuple[str, ...]) -> Iterator[ModelSchema]:
        place = {name: index for index, name in enumerate(position)}
        models = [model for (own, _), model in self._models.items() if own is kind]
        yield from sorted(models, key=lambda model: place.get(model.model, len(place)))


def type_folders(folder: Path) -> Iterator[tuple[ModelType, Path]]:
    """The folders `models/<type>` of a provider, or `<type>` as in declarations older than plugins."""
    home = folder / "models" if (folder / "models").is_dir() else folder
    for child in sorted(home.iterdir()):
        kind = parse_model_type(child.name)
        if child.is_dir() and kind:
            yield kind, child
