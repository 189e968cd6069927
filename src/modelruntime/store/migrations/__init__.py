"""The schema's history. Files of `versions/` are never changed once released."""
