"""What calls tell the outside: spans, metrics, logs. Nothing here is loaded unless it is asked for."""
