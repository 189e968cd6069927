"""The wire family that most vendors speak: chat, completions, embeddings, audio, moderations, models."""
