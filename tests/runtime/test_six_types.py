"""The other five model types through the runtime, in both colours."""

from __future__ import annotations

import base64
import io
import json
from array import array

import pytest

from modelruntime import ParameterInvalid, RateLimited
from tests.runtime.colours import Colour
from tests.runtime.scripted import answer, stream

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 20


def vectors(request):
    inputs = json.loads(request.body)["input"]
    rows = [
        {"index": at, "object": "embedding", "embedding": base64.b64encode(array("f", [len(text), 1.0]).tobytes()).decode()}
        for at, text in enumerate(inputs)
    ]
    return answer({"model": "embedder", "data": rows, "usage": {"prompt_tokens": len(inputs), "total_tokens": len(inputs)}})


@COLOURS
def test_embeddings_come_in_order_over_several_batches(colour):
    world = Colour(colour, vectors, vectors)
    result = world.run(world.runtime.text_embedding("acme/embedder").invoke(["a", "bb", "ccc"], input_type="query"))
    assert result.vectors.tolist() == [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]
    assert result.usage.input.total == 3
    assert len(world.transport.requests) == 2


@pytest.mark.parametrize(("texts", "field"), [([], "texts"), (["a", ""], "texts[1]"), (["a", 7], "texts[1]")])
def test_texts_that_cannot_be_embedded_name_themselves(texts, field):
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.text_embedding("acme/embedder").invoke(texts)
    assert raised.value.field == field


RANKING = answer({"results": [{"index": 0, "relevance_score": -1.5}, {"index": 1, "relevance_score": 2.5}]})


@COLOURS
def test_a_ranking_has_raw_scores_best_first(colour):
    world = Colour(colour, RANKING)
    result = world.run(world.runtime.rerank("acme/ranker").invoke("q", ["a", "b"], top_n=2))
    assert [(item.index, item.score, item.document) for item in result.items] == [(1, 2.5, "b"), (0, -1.5, "a")]


def test_scores_are_moved_to_one_only_when_asked():
    world = Colour("sync", RANKING)
    result = world.runtime.rerank("acme/ranker").invoke("q", ["a", "b"], normalise=True)
    assert [item.score for item in result.items] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [(("", ["a"]), "query"), (("q", []), "documents"), (("q", "abc"), "documents"), (("q", ["a", None]), "documents[1]"),
     (("q", ["a"], {"top_n": 0}), "top_n"), (("q", ["a"], {"score_threshold": float("nan")}), "score_threshold")],
)  # fmt: skip
def test_a_ranking_that_makes_no_sense_names_the_argument(arguments, field):
    query, documents, *more = arguments
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.rerank("acme/ranker").invoke(query, documents, **(more[0] if more else {}))
    assert raised.value.field == field


@COLOURS
@pytest.mark.parametrize("form", ["bytes", "path", "file"])
def test_a_recording_is_written_down(colour, form, tmp_path):
    path = tmp_path / "speech.wav"
    path.write_bytes(WAV)
    file = {"bytes": WAV, "path": path, "file": io.BytesIO(WAV)}[form]
    reply = {"text": "Hello", "language": "english", "duration": 1.5, "segments": [{"start": 0, "end": 1.5, "text": "Hello"}]}
    world = Colour(colour, answer(reply))
    result = world.run(world.runtime.speech2text("acme/ear").invoke(file))
    assert (result.text, result.language, result.duration, len(result.segments)) == ("Hello", "english", 1.5, 1)
    assert WAV in (world.transport.requests[0].body or b"")


@pytest.mark.parametrize("file", [b"", b"not audio at all", io.StringIO("text"), 7, "no-such-file.wav"])
def test_a_file_that_is_no_audio_is_refused(file):
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.speech2text("acme/ear").invoke(file)
    assert raised.value.field in ("file", "source")


@COLOURS
def test_speech_comes_whole_or_as_it_is_made(colour):
    world = Colour(colour, answer(b"MP3DATA", content_type="audio/mpeg"), stream(b"MP3", b"DATA", content_type="audio/mpeg"))
    result = world.run(world.runtime.tts("acme/mouth").invoke("Hello"))
    assert (result.audio, result.media_type, result.usage.characters) == (b"MP3DATA", "audio/mpeg", 5)
    assert world.transport.body()["voice"] == "ann"
    assert b"".join(world.read(lambda: world.runtime.tts("acme/mouth").stream("Hello", voice="li"))) == b"MP3DATA"
    assert world.transport.body()["voice"] == "li"


@COLOURS
def test_a_refused_speech_is_a_typed_error(colour):
    world = Colour(colour, answer({"error": {"message": "slow down"}}, 429, retry_after="60"))
    with pytest.raises(RateLimited):
        world.read(lambda: world.runtime.tts("acme/mouth").stream("Hello", timeout=30))


@COLOURS
def test_voices_are_those_of_a_language(colour):
    world = Colour(colour)
    mouth = world.runtime.tts("acme/mouth")
    assert [voice.id for voice in world.run(mouth.voices())] == ["ann", "li"]
    assert [voice.id for voice in world.run(mouth.voices("zh_Hans"))] == ["li"]
    assert [voice.id for voice in world.run(mouth.voices("en"))] == ["ann"]


@COLOURS
def test_a_judgement_has_categories(colour):
    reply = {
        "model": "judge",
        "results": [{"flagged": True, "categories": {"violence": True}, "category_scores": {"violence": 0.9}}],
    }
    world = Colour(colour, answer(reply))
    result = world.run(world.runtime.moderation("acme/judge").invoke("bad"))
    assert result.flagged
    assert (result.categories["violence"].flagged, result.categories["violence"].score) == (True, 0.9)


@pytest.mark.parametrize("content", ["", [], [7]])
def test_nothing_to_judge_is_refused(content):
    with pytest.raises(ParameterInvalid):
        Colour("sync").runtime.moderation("acme/judge").invoke(content)
