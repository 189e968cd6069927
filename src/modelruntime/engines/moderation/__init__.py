"""Moderation in process: a small English toxicity network and a multilingual category head. Not a safety product."""
