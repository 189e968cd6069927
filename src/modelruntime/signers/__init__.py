"""Pure authentication of requests."""
