"""Rerank by a sentence encoder and, for the best candidates, a language model's yes or no."""
