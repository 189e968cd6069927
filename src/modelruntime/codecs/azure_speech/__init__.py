"""Azure AI Speech: fast transcription, and voices by SSML."""
