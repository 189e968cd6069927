"""Cohere's own API: chat, embeddings, tokens and the model list."""
