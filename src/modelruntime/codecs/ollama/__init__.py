"""Ollama's own API: chat, generation, embeddings and the model list."""
