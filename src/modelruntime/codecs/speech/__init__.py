"""What the codecs of speech vendors share."""
