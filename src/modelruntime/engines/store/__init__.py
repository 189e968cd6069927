"""Weights on disk: declared, content-addressed, verified."""
