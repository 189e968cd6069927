"""DashScope as it is spoken natively: `{model, input, parameters}` in, `{output, usage, request_id}` out."""
