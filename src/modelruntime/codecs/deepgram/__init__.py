"""Deepgram: `/v1/listen` and `/v1/speak`."""
