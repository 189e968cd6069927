"""The Responses family the other way round: as a server speaks it to clients."""
