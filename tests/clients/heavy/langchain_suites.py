"""langchain-openai under the standard suites of langchain-tests, on the gateway's local models."""

import os

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langchain_tests.integration_tests import ChatModelIntegrationTests, EmbeddingsIntegrationTests

ADDRESS = {"base_url": os.environ.get("CLIENTS_GATEWAY", "") + "/v1", "api_key": os.environ.get("CLIENTS_KEY", "")}


class TestChat(ChatModelIntegrationTests):
    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatOpenAI

    @property
    def chat_model_params(self) -> dict:
        return {"model": os.environ["CLIENTS_CHAT"], "temperature": 0, "stream_usage": True, **ADDRESS}


class TestEmbeddings(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return OpenAIEmbeddings

    @property
    def embedding_model_params(self) -> dict:
        return {"model": os.environ["CLIENTS_EMBEDDINGS"], "check_embedding_ctx_length": False, **ADDRESS}
