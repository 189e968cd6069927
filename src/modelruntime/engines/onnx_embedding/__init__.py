"""Embedding models that a user brings as ONNX files."""
