import json

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from tests.replay.oracle_client import client
from tests.replay.verdicts import failures

CODEC = load_codec("openai_models")

FACTS = {
    ("mistral", "mistral-medium-2505"): ("llm", 131072, ("tool-call", "vision")),
    ("huggingface", "deepseek-ai/DeepSeek-V3.2"): ("llm", None, None),
    ("perplexity", "anthropic/claude-opus-4-5"): (None, None, None),
}
"""Read off the recordings by hand: type, context, features."""


def judge(row):
    operation = CODEC.list_models(Endpoint("http://x/v1", ""))
    step = operation.start()
    assert isinstance(step, Send)
    assert step.request.url == "http://x/v1/models"
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    seen = list(dict.fromkeys(model.id for model in client(row.response).models.list()))
    assert [model.id for model in done.result] == seen
    assert [model.raw for model in done.result if model.raw not in json.loads(row.body)["data"]] == []
    known = {model.id: model for model in done.result}
    for (vendor, name), (kind, context, features) in FACTS.items():
        if vendor == row.vendor:
            model = known[name]
            assert (model.model_type, model.context, model.features) == (kind, context, features)
    print("  ", row.vendor, len(seen), "models", sorted({str(model.model_type) for model in done.result}))


def test_every_recorded_list_names_the_models_the_vendors_client_reads():
    assert failures("openai_models", judge) == []
