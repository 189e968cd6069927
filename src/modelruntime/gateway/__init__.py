"""The data plane: an HTTP server that speaks the dialects of known clients over every declared model."""
