"""Safe YAML with lines."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.schema.loading.yaml_document import MAX_DEPTH, parse_yaml, plain
from modelruntime.schema.problem import ProblemLog


def parse(text: str | bytes) -> tuple[Any, ProblemLog]:
    log = ProblemLog()
    return plain(parse_yaml(text, "a.yaml", log)), log


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: 1\nb: [x, 2.5, true, null]", {"a": 1, "b": ["x", 2.5, True, None]}),
        ("on: yes", {"on": True}),
        ("1: x", {"1": "x"}),
        ("released: 2025-01-31", {"released": "2025-01-31"}),
        ('unit: "0.001"', {"unit": "0.001"}),
        ("a: &x {k: 1}\nb: *x", {"a": {"k": 1}, "b": {"k": 1}}),
        ("base: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}", {"base": {"k": 1, "l": 2}, "b": {"k": 3, "l": 2}}),
        ("big: 18446744073709551615", {"big": 2**64 - 1}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
    ],
)
def test_plain_yaml_is_read_without_a_word(text: str, value: object) -> None:
    found, log = parse(text)
    assert found == value
    assert log.problems == []


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3", "yaml-broken", 3),
        ("a: 1\n\tb: 2", "yaml-broken", 2),
        (b"a: 1\nb: \xff\xfe", "yaml-broken", 2),
        ("a: 1\nb: \x00", "yaml-broken", 2),
        ("a: 1\nb: \ud800", "yaml-broken", 2),
        ("a: 1\nb: !!python/object:os.system {}", "yaml-tag", 2),
        ("a: 1\nb: !thing x", "yaml-tag", 2),
        ("a: 1\n---\nb: 2", "several-documents", 2),
        ("a: 1\nb: &x [*x]", "yaml-alias", 2),
        ("{[a]: 1}", "yaml-key", 1),
        ("a: {<<: 3}", "yaml-merge", 1),
        ("[" * 100_000, "too-deep", 1),
        ("a: 1\nb: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "too-deep", 2),
        ("a0: &a0 [x, x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)), "too-large", 19),
    ],
)
def test_what_cannot_be_read_is_one_error_with_its_line(text: str | bytes, code: str, line: int) -> None:
    found, log = parse(text)
    assert found is None
    assert [(problem.code, problem.line, problem.severity) for problem in log.problems] == [(code, line, "error")]


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("x: 0\na: 1\na: 2", "duplicate-key", {"x": 0, "a": 2}),
        ("x: 0\n\na: .nan", "number-not-finite", {"x": 0, "a": None}),
        ("x: 0\n\na: 99999999999999999999", "number-too-large", {"x": 0, "a": 1e20}),
    ],
)
def test_what_can_be_repaired_is_a_warning_with_its_line(text: str, code: str, value: object) -> None:
    found, log = parse(text)
    assert found == value
    assert [(problem.code, problem.line, problem.severity) for problem in log.problems] == [(code, 3, "warning")]


def test_a_duplicate_key_says_where_the_first_one_is() -> None:
    _, log = parse("icon_large: a\nicon_small: b\nicon_large: c")
    assert "line 1" in log.problems[0].message


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_input_gives_a_value_or_an_error_and_never_raises(content: bytes | str) -> None:
    found, log = parse(content)
    assert found is None or log.error_count == 0


_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=8)
_documents = st.dictionaries(
    st.text(max_size=6), st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=8), max_size=5
)


@settings(deadline=None)
@given(_documents)
def test_what_is_written_as_yaml_is_read_back(document: dict[str, object]) -> None:
    import yaml

    found, log = parse(yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True))
    assert found == document
    assert log.problems == []
