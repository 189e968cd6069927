"""The three layers: runtime, provider, model."""
