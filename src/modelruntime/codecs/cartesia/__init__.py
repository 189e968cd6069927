"""Cartesia: speech as bytes, transcription in one piece."""
