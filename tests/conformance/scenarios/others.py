"""What models of the five other types declare."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime.schema.model import ModelSchema
from tests.conformance import facts
from tests.conformance.case import Scenario


def voice_of(model: Any) -> str | None:
    """None where the declaration has a default."""
    return None if model.schema.model_properties.get("default_voice") else "somebody"


def always(schema: ModelSchema) -> bool:
    """Every model of the type."""
    return True


def embeds(model: Any) -> None:
    result = model.invoke(list(facts.SENTENCES))
    assert [list(map(float, row)) for row in result.vectors] == [facts.vector_of(text) for text in facts.SENTENCES]


def embeds_queries(model: Any) -> None:
    assert len(model.invoke("one", input_type="query").vectors) == 1
    assert len(model.invoke("one", input_type="document").vectors) == 1


def ranks(model: Any) -> None:
    result = model.invoke("which", ["first", "second"])
    assert [(item.index, item.document) for item in result.items] == [(1, "second"), (0, "first")]
    assert [item.score for item in result.items] == pytest.approx([facts.SCORES[1], facts.SCORES[0]])


def keeps_the_best(model: Any) -> None:
    (item,) = model.invoke("which", ["first", "second"], top_n=1).items
    assert item.document == "second"


def transcribes(model: Any) -> None:
    assert model.invoke(facts.SOUND).text.strip() == facts.TRANSCRIPT


def speaks(model: Any) -> None:
    result = model.invoke("Hello.", voice=voice_of(model))
    assert facts.SOUND in result.audio or result.audio in facts.SOUND
    assert len(result.audio) > 100
    assert result.media_type.startswith("audio/")


def streams_speech(model: Any) -> None:
    with model.stream("Hello.", voice=voice_of(model)) as stream:
        audio = b"".join(stream)
    assert facts.SOUND in audio or audio in facts.SOUND
    assert len(audio) > 100


def moderates(model: Any) -> None:
    result = model.invoke("something bad")
    assert result.flagged
    assert any(category.flagged for category in result.categories.values())


SCENARIOS = {
    "text-embedding": (
        Scenario("embeds", "embed", always, embeds),
        Scenario("embeds queries", "query and document", always, embeds_queries),
    ),
    "rerank": (Scenario("ranks", "rerank", always, ranks), Scenario("keeps the best", "top_n", always, keeps_the_best)),
    "speech2text": (Scenario("transcribes", "transcribe", always, transcribes),),
    "tts": (Scenario("speaks", "speak", always, speaks), Scenario("streams speech", "stream", always, streams_speech)),
    "moderation": (Scenario("moderates", "moderate", always, moderates),),
}
