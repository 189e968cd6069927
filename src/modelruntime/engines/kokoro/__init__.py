"""Chinese speech with Kokoro-82M."""
