"""AssemblyAI: transcripts of whole recordings."""
