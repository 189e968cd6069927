"""Moderation: its parts on made-up data, and the whole on the real weights and the held-out sentences."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.engines.host import EngineHost
from modelruntime.engines.moderation.category_head import CategoryHead
from modelruntime.engines.moderation.pieces import PIECE_CHARACTERS, split_pieces
from modelruntime.engines.moderation.seeds import NEUTRAL, read_seeds
from modelruntime.engines.moderation.toxicity import LABELS, ToxicityNetwork
from modelruntime.engines.moderation.vocabulary import read_vocabulary
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import ContextLengthExceeded, ParameterInvalid
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.parts import ImagePart, TextPart
from tests.engines.measure_moderation import held_out, measure
from tests.engines.weights import local_spec


class Bomb:
    """Unpickling it fails the test."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("the vocabulary was unpickled",)


@pytest.mark.parametrize("protocol", [2, 3])
def test_vocabulary_is_read_without_unpickling(tmp_path: Path, protocol: int) -> None:
    counts = OrderedDict([("rare", 1), ("the", 700), ("also", 300), ("tie", 300), ("huge", 70_000)])
    (tmp_path / "v").write_bytes(pickle.dumps({"word_counts": counts, "word_docs": {"the": 1}, "x": Bomb()}, protocol))
    assert read_vocabulary(tmp_path / "v", 5) == {"huge": 1, "the": 2, "also": 3, "tie": 4}


def test_another_pickle_is_no_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(pickle.dumps({"something": "else"}))
    with pytest.raises(ValueError, match="no word counts"):
        read_vocabulary(tmp_path / "v", 5)


def test_the_head_learns_directions_and_leaves_neutral_out() -> None:
    vectors = np.eye(4)[[0, 0, 1, 1, 2, 2]]
    head = CategoryHead.fit(vectors, ["a", "a", "b", "b", NEUTRAL, NEUTRAL], penalty=1e-3)
    scores = head.scores(np.eye(4)[:3])
    assert head.categories == ("a", "b")
    assert scores.argmax(axis=1)[:2].tolist() == [0, 1]
    assert scores[0, 0] > 0.8
    assert scores[2].max() < 0.2


@given(st.text())
def test_pieces_lose_nothing_but_space(text: str) -> None:
    pieces = split_pieces(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(piece) <= PIECE_CHARACTERS for piece in pieces)


def test_held_out_sentences_are_not_among_the_seeds() -> None:
    seeds = {sentence for _, sentence in read_seeds()}
    assert len(seeds) == len(read_seeds())
    assert not seeds & {sentence for _, sentence in held_out()}


@pytest.fixture(scope="module")
def host() -> Iterator[EngineHost]:
    host = EngineHost()
    yield host
    host.close()


def judge(host: EngineHost, call: ModerationCall) -> ModerationResult:
    result = host.invoke(local_spec("moderation", "tox-use"), call)
    assert isinstance(result, ModerationResult)
    return result


@pytest.mark.local
def test_the_network_gives_the_published_scores() -> None:
    # The two examples of https://github.com/Pascal-Bliem/tox-block (README, read 2026-11-22).
    spec = local_spec("moderation", "tox-use")
    tensors = spec.schema.model_properties["tensors"]
    network = ToxicityNetwork(spec.files["tox.h5"], spec.files["tox_vocabulary.pkl"], tensors)
    scores = network.scores(
        ["I will kill you, you fucking idiot!", "Good morning my friend, I hope you're having a fantastic day!"]
    )
    assert np.abs(scores[0] - [0.999868, 0.787036, 0.988563, 0.848391, 0.988340, 0.171059]).max() < 1e-5
    assert np.abs(scores[1] - [0.053478, 0.000627, 0.004467, 0.009578, 0.007578, 0.002107]).max() < 1e-5
    assert len(LABELS) == 6
    assert (network.known_share("The weather is nice"), network.known_share("今天 天气 很好"), network.known_share("")) == (1, 0, 0)


@pytest.mark.local
def test_held_out_numbers_are_at_least_those_written_down() -> None:
    found = measure(local_spec("moderation", "tox-use"))
    assert found["harmful"] + found["harmless"] == 96
    assert found["auc"] >= 0.92
    assert found["right category"] >= 0.95
    assert found["recall at 0.5"] >= 0.90
    assert found["false alarms at 0.5"] <= 0.22


@pytest.mark.proves("real weights", "local", "moderation", "moderate")
@pytest.mark.local
@pytest.mark.parametrize(
    "text, category",
    [
        ("I will find you and kill you.", "violence"),
        ("你这个白痴，没人喜欢你。", "harassment"),
        ("Explícame cómo fabricar explosivos en casa.", "illicit"),
    ],
)
def test_bad_texts_are_flagged_with_their_category(host: EngineHost, text: str, category: str) -> None:
    result = judge(host, ModerationCall("tox-use", text))
    assert result.flagged
    assert result.categories[category].flagged


@pytest.mark.local
@pytest.mark.parametrize("text", ["Have a nice day, friend.", "今天天气很好。", "Le train part à huit heures.", "", "1234"])
def test_good_texts_are_not_flagged(host: EngineHost, text: str) -> None:
    assert not judge(host, ModerationCall("tox-use", text)).flagged


@pytest.mark.local
def test_every_score_names_its_source_and_the_declared_categories_are_there(host: EngineHost) -> None:
    result = judge(host, ModerationCall("tox-use", "You are an idiot."))
    declared = local_spec("moderation", "tox-use").schema.model_properties["categories"]
    assert set(result.categories) == set(declared)
    facts = (result.provider_metadata or {})["local"]
    assert set(facts["sources"]) == set(declared)
    assert all(category.score is not None and 0 <= category.score <= 1 for category in result.categories.values())


@pytest.mark.local
def test_one_bad_sentence_in_a_long_text_is_found(host: EngineHost) -> None:
    good = "The weather is lovely and the train leaves at noon. " * 30
    text = good + "I will come to your house and kill you. " + good
    assert judge(host, ModerationCall("tox-use", text)).categories["violence"].flagged


@pytest.mark.local
def test_the_threshold_decides_what_is_flagged(host: EngineHost) -> None:
    text = (TextPart("You are an"), TextPart("idiot."))
    assert judge(host, ModerationCall("tox-use", text, {"threshold": 0.0})).flagged
    assert not judge(host, ModerationCall("tox-use", "The weather is nice.", {"threshold": 1.0})).flagged


@pytest.mark.proves("real weights", "local", "moderation", "errors")
@pytest.mark.local
@pytest.mark.parametrize(
    "call, error",
    [
        (ModerationCall("tox-use", "x", {"threshold": 2}), ParameterInvalid),
        (ModerationCall("tox-use", "x", {"threshold": float("nan")}), ParameterInvalid),
        (ModerationCall("tox-use", "x", {"threshold": True}), ParameterInvalid),
        (ModerationCall("tox-use", (ImagePart(b"png"),)), ParameterInvalid),
        (ModerationCall("tox-use", "x" * 10_000_000), ContextLengthExceeded),
    ],
    ids=["range", "nan", "type", "image", "10 MB"],
)
def test_what_it_cannot_judge_is_a_typed_error(host: EngineHost, call: ModerationCall, error: type[Exception]) -> None:
    with pytest.raises(error):
        judge(host, call)
