"""Oracle Cloud's Generative AI: chat in two formats, and embeddings."""
