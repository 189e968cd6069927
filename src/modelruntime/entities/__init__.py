"""Frozen value types that every layer speaks."""
