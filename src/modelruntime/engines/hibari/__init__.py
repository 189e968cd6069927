"""English speech with the hibari voice."""
