"""The generate extension of Triton Inference Server."""
