"""Language and embedding models in GGUF form, run by llama.cpp."""
