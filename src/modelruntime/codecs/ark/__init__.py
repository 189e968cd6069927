"""Volcengine Ark: what of it is not OpenAI's."""
