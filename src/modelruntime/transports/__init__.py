"""The only place that does network I/O."""
