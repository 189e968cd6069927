"""Moderation by a chat model that is asked for its judgement."""
