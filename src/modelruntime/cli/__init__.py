"""The `modelruntime` command."""
