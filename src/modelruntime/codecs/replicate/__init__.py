"""Replicate: predictions that are created, then polled or streamed."""
