"""langchain-openai under the standard suites of langchain-tests, on the gateway's local models."""

import os

import openai
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langchain_tests.integration_tests import ChatModelIntegrationTests, EmbeddingsIntegrationTests

ADDRESS = {"base_url": os.environ.get("CLIENTS_GATEWAY", "") + "/v1", "api_key": os.environ.get("CLIENTS_KEY", "")}


class TestChat(ChatModelIntegrationTests):
    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatOpenAI

    @property
    def chat_model_params(self) -> dict:
        return {"model": os.environ["CLIENTS_CHAT"], "temperature": 0, "max_tokens": 512, "stream_usage": True, **ADDRESS}

    @property
    def supports_json_mode(self) -> bool:
        return True

    @property
    def model_override_value(self) -> str:
        return os.environ["CLIENTS_OTHER_CHAT"]


class TestEmbeddings(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return OpenAIEmbeddings

    @property
    def embedding_model_params(self) -> dict:
        return {"model": os.environ["CLIENTS_EMBEDDINGS"], "check_embedding_ctx_length": False, **ADDRESS}


class TestEmbeddingsOfTokens(EmbeddingsIntegrationTests):
    """As the package asks by default: it cuts the texts into tokens itself, and sends their ids."""

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return OpenAIEmbeddings

    @property
    def embedding_model_params(self) -> dict:
        return {"model": "sim/sim-embed", **ADDRESS}


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return f"rain in {city}"


@pytest.mark.parametrize("responses", [False, True])
def test_an_agents_loop(equal, responses):
    """Through the gateway also by the Responses API, which the vendor itself does not speak."""

    def ask(way):
        served = responses and bool(way.prefix)
        client = ChatOpenAI(
            model=f"{way.prefix}sim-chat", base_url=f"{way.url}/v1", api_key=way.key, use_responses_api=served
        ).bind_tools([weather])
        talk = [HumanMessage("weather?")]
        talk.append(client.invoke(talk))
        talk += [weather.invoke(call) for call in talk[-1].tool_calls]
        return [message.text for message in (*talk[2:], client.invoke(talk))]

    assert equal(ask) == ["rain in Oslo", "You said: rain in Oslo"]


def test_token_ids_give_what_the_vendor_gives(equal):
    def ask(way):
        client = OpenAIEmbeddings(
            model=f"{way.prefix}sim-embed",
            base_url=f"{way.url}/v1",
            api_key=way.key,
            tiktoken_model_name="text-embedding-3-small",
        )
        return client.embed_documents(["hello world", "bad"])

    assert [vector[-1] for vector in equal(ask)] == [2.0, 2.0]  # what the simulator says of ids, never of texts


def test_a_model_that_takes_no_token_ids_says_so():
    client = OpenAIEmbeddings(model=os.environ["CLIENTS_EMBEDDINGS"], **ADDRESS)
    with pytest.raises(openai.BadRequestError, match="takes no token ids"):
        client.embed_query("hello world")
