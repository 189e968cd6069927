"""The table of documented errors names every provider, and says of each where it stands."""

from collections import Counter

import pytest

from modelruntime.codecs.openai.parse_finish import parse_finish
from modelruntime.schema.catalogue import Catalogue
from tests.codecs.documented import coverage
from tests.codecs.documented.coverage import best, covered, vendor_of
from tests.codecs.documented_errors import ABSENT, DOCUMENTED

CATALOGUE = Catalogue.load(environ={})
PROVIDERS = CATALOGUE.provider_ids()
VENDORS = {row.vendor for row in DOCUMENTED} | {told.vendor for told in ABSENT}


def test_every_provider_is_named_by_the_table_and_by_one_list_alone():
    alone = [name for name in PROVIDERS if vendor_of(name) in VENDORS]
    shared = [name for name in coverage.SHARED if name not in alone]
    named = Counter([*alone, *shared, *coverage.NOTHING_FOUND, *coverage.NO_WIRE])
    assert set(named) == set(PROVIDERS)
    assert named.most_common(1)[0][1] == 1


def test_every_row_belongs_to_a_provider():
    assert {vendor_of(name) for name in PROVIDERS} >= VENDORS
    assert {shared.vendor for shared in coverage.SHARED.values()} <= VENDORS


@pytest.mark.parametrize("vendor", sorted({row.vendor for row in DOCUMENTED if row.codes}))
def test_the_meaning_of_its_own_codes_is_declared(vendor):
    told = {code: kind for row in DOCUMENTED if row.vendor == vendor for code, kind in row.codes.items()}
    (provider,) = (name for name in PROVIDERS if vendor_of(name) == vendor)
    assert told.items() <= CATALOGUE.provider(provider).profile["error_codes"].items()


def test_each_vendor_s_stream_is_read_by_the_codec_that_is_declared():
    for name in PROVIDERS:
        codec = CATALOGUE.provider(name).codec.get("llm")
        if isinstance(codec, str) and vendor_of(name) in VENDORS - {"minimax"}:  # its rows are of its speech
            assert coverage.STREAM_CODECS.get(vendor_of(name), "openai_chat") == codec, name


def test_a_cell_shows_the_row_that_is_founded_best():
    cells = covered("anthropic").cells
    assert [row and row.status for row in cells.values()] == [401, 429, 529, 200]
    assert [row and row.where for row in cells.values()] == ["answer", "answer", "answer", "stream"]
    answers = [row for row in covered("deepseek").cells.values() if row and row.where == "answer"]
    assert {row.evidence for row in answers} <= {"report", "page+shape"}
    assert covered("openllm").cells["401"] in DOCUMENTED
    assert all(cell is None for cell in covered("local").cells.values())


def test_no_row_shows_what_a_vendor_is_said_never_to_answer():
    for told in ABSENT:
        assert best([row for row in DOCUMENTED if row.vendor == told.vendor], told.column) is None, told


def test_what_another_never_answers_is_said_of_those_alone_that_surely_speak_its_wire():
    assert coverage.SHARED["nvidia_nim"].verified
    assert covered("nvidia_nim").never == covered("vllm").never
    assert not coverage.SHARED["vessl_ai"].verified
    assert not covered("vessl_ai").never


def test_who_just_ends_a_stream_that_fails_has_no_row_of_an_error_in_it():
    assert set(PROVIDERS) >= set(coverage.CUT_SHORT)
    assert all(covered(name).cells["in stream"] is None for name in coverage.CUT_SHORT)


@pytest.mark.parametrize("name", coverage.FINISHES)
def test_a_finish_reason_by_which_a_vendor_tells_that_it_failed_is_an_error(name):
    assert coverage.STREAM_CODECS.get(vendor_of(name), "openai_chat") == "openai_chat"
    assert parse_finish(coverage.FINISHES[name][0], calls_tools=False, refuses=False).unified == "error"
