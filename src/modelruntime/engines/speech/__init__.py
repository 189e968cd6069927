"""What the voices have in common: sentences, samples, WAV."""
