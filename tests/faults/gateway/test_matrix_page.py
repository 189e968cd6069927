"""The page that shows the matrix is written from the tests, and no row is without one."""

from __future__ import annotations

import pytest
import yaml

from scripts import fault_matrix

TEXTS = yaml.safe_load((fault_matrix.TESTS / "rows.yaml").read_text("utf-8"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_what_the_tests_say(language: str):
    assert fault_matrix.PAGES[language].read_text("utf-8") == fault_matrix.page(language)


def test_every_row_has_a_test_and_a_text():
    assert sorted(TEXTS) == sorted(fault_matrix.rows()) == list(range(1, 67))
