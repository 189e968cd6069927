"""MiniMax beside chat, which speaks the Messages family: speech and embeddings."""
