"""Universal Sentence Encoder, multilingual, in numpy."""
