"""Text Embeddings Inference, and what Hugging Face serves in its form."""
