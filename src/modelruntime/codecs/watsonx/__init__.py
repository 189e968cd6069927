"""IBM watsonx.ai: chat, embeddings and rerank within a project or a deployment space."""
