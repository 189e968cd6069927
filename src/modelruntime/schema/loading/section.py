"""A mapping of a declaration, read key by key: typed, tolerant, and aware of what nobody read."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from modelruntime.schema.i18n import I18nText
from modelruntime.schema.loading.yaml_document import YamlList, YamlMap, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelruntime.schema.problem import ProblemLog


class Section:
    """Every method that takes a key marks it as known; `finish` warns about the others.

    A value of another type than asked for is repaired with a warning where its meaning is plain (`"4096"` for 4096), and
    an error where it is not. A null is the same as no value, unless a caller asks with `given`.
    """

    def __init__(self, value: YamlMap, file: str, log: ProblemLog, name: str) -> None:
        self.value = value
        self.file = file
        self.log = log
        self.name = name
        self._known: set[str] = set()

    # what and where

    def given(self, key: str) -> bool:
        """Is the key there, be it as null."""
        self._known.add(key)
        return key in self.value

    def raw(self, key: str) -> Any:
        """The value as parsed, None where there is none."""
        self._known.add(key)
        return self.value.get(key)

    def line(self, key: str | None = None) -> int:
        """The line of a key, or of the mapping itself."""
        return self.value.lines.get(key, self.value.line) if key else self.value.line

    def warn(self, key: str | None, code: str, message: str) -> None:
        """A warning at that key."""
        self.log.warning(self.file, self.line(key), code, f"{self.name}: {message}")

    def fail(self, key: str | None, code: str, message: str) -> None:
        """An error at that key."""
        self.log.error(self.file, self.line(key), code, f"{self.name}: {message}")

    def skip(self, *keys: str) -> None:
        """Known keys that mean nothing here."""
        self._known.update(keys)

    def finish(self) -> None:
        """Warn about every key that nobody read."""
        for key in [key for key in self.value if key not in self._known]:
            self.warn(key, "unknown-key", f"the key {key!r} is unknown and ignored")

    # typed values

    def text(self, key: str) -> str | None:
        """A string; numbers and booleans become text with a warning."""
        value = self.raw(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, YamlMap | YamlList):
            self.fail(key, "wrong-type", f"{key!r} must be text")
            return None
        self.warn(key, "not-a-string", f"{key!r} should be text; quote it")
        return as_text(value)

    def flag(self, key: str, default: bool) -> bool:
        """A boolean; the words true and false are taken with a warning."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in ("true", "false"):
            self.warn(key, "not-a-boolean", f"{key!r} should be true or false without quotes")
            return value.strip().lower() == "true"
        self.fail(key, "wrong-type", f"{key!r} must be true or false")
        return default

    def number(self, key: str) -> int | float | None:
        """A number; one written as text is taken with a warning."""
        value = self.raw(key)
        if isinstance(value, str):
            parsed = parse_number(value)
            if parsed is not None:
                self.warn(key, "number-as-string", f"{key!r} should be a number without quotes")
                return parsed
        elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self.fail(key, "wrong-type", f"{key!r} must be a number")
        return None

    def integer(self, key: str) -> int | None:
        """A whole number."""
        value = self.number(key)
        if isinstance(value, float):
            if not value.is_integer():
                self.fail(key, "wrong-type", f"{key!r} must be a whole number")
                return None
            return int(value)
        return value

    def decimal(self, key: str) -> Decimal | None:
        """An exact number, best written as text; a bare number means the digits it is written with."""
        value = self.raw(key)
        if value is None:
            return None
        try:
            parsed = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            parsed = Decimal("NaN")
        if not parsed.is_finite() or parsed < 0:
            self.fail(key, "wrong-type", f"{key!r} must be an amount of zero or more")
            return None
        return parsed

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; a single one stands for a list of one."""
        value = self.raw(key)
        if value is None:
            return ()
        items: list[Any] = list(value) if isinstance(value, YamlList) else [value]
        if any(isinstance(item, YamlMap | YamlList) for item in items):
            self.fail(key, "wrong-type", f"{key!r} must be a list of texts")
            return ()
        if not all(isinstance(item, str) for item in items):
            self.warn(key, "not-a-string", f"every item of {key!r} should be text; quote it")
        return tuple(as_text(item) for item in items if item is not None)

    def i18n(self, key: str) -> I18nText | None:
        """Text in languages, with `en_US` always filled. A text that cannot be read is a warning: it is only shown."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, YamlMap):
            return self._languages(key, value)
        if isinstance(value, YamlList):
            self.warn(key, "i18n-not-text", f"{key!r} should hold one text a language; the list is ignored")
            return None
        return {"en_US": as_text(value)}

    def _languages(self, key: str, value: YamlMap) -> I18nText | None:
        """`{en_US: …}`. Nulls are dropped; `{text: …}` and `{title: …, text: …}`, seen in the wild, mean the text."""
        if word := next((word for word in ("text", "title") if word in value), None):
            self.warn(key, "i18n-text-key", f"{key!r} should hold languages, not {word!r}; its text is taken")
            inner = value[word]
            if isinstance(inner, YamlMap):
                return self._languages(key, inner)
            return {"en_US": as_text(inner)} if inner is not None else None
        found: I18nText = {}
        for language, text in value.items():
            if text is None:
                self.warn(key, "i18n-null", f"{key!r} has no text for {language}; it falls back to en_US")
            elif isinstance(text, YamlMap | YamlList):
                self.warn(key, "i18n-not-text", f"{key!r} should hold one text a language; {language} is ignored")
            else:
                found[language.replace("-", "_")] = as_text(text)
        if not found:
            return None
        if "en_US" not in found:
            self.warn(key, "i18n-no-english", f"{key!r} has no en_US; the first language stands for it")
            found = {"en_US": next(iter(found.values())), **found}
        return found

    def plain(self, key: str) -> Any:
        """Open data as ordinary dicts and lists."""
        return plain(self.raw(key))

    def plain_mapping(self, key: str) -> dict[str, Any]:
        """An open mapping; empty where there is none."""
        value = self.raw(key)
        if value is None:
            return {}
        if not isinstance(value, YamlMap):
            self.fail(key, "wrong-type", f"{key!r} must be a mapping")
            return {}
        found: dict[str, Any] = plain(value)
        return found

    def plain_mapping_of_all(self) -> dict[str, Any]:
        """This whole section as open data."""
        self._known.update(self.value)
        found: dict[str, Any] = plain(self.value)
        return found

    def text_mapping(self, key: str) -> dict[str, str]:
        """A mapping of text to text."""
        section = self.section(key)
        if section is None:
            return {}
        return {name: text for name in section.value if (text := section.text(name)) is not None}

    # nested

    def section(self, key: str) -> Section | None:
        """A nested mapping."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, YamlMap):
            self.fail(key, "wrong-type", f"{key!r} must be a mapping")
            return None
        return Section(value, self.file, self.log, f"{self.name}, {key}")

    def sections(self, key: str, named_by: Iterable[str] = ()) -> list[Section]:
        """A list of mappings, each named in messages by the first of the keys `named_by` that it has."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, YamlList):
            self.fail(key, "wrong-type", f"{key!r} must be a list")
            return []
        found: list[Section] = []
        for item, line in zip(value, value.lines, strict=True):
            if not isinstance(item, YamlMap):
                self.log.error(self.file, line, "wrong-type", f"{self.name}: every item of {key!r} must be a mapping")
                continue
            word = next((str(item[name]) for name in named_by if item.get(name) is not None), str(len(found) + 1))
            found.append(Section(item, self.file, self.log, f"{self.name}, {key} {word}"))
        return found


def as_text(value: Any) -> str:
    """A scalar as the text a form would hold: `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def parse_number(text: str) -> int | float | None:
    """The number that the text is, or None."""
    import math

    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
