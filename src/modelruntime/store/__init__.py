"""What an operator set and what calls cost: kept, encrypted, compiled for the data plane."""
