"""ElevenLabs: speech, transcription, the model list."""
