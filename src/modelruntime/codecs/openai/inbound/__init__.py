"""OpenAI-style dicts as our own entities: accepted wherever messages and tools are."""
