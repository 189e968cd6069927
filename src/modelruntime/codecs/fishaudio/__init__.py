"""Fish Audio: `/v1/tts` and `/v1/asr`; the model is named in a header."""
