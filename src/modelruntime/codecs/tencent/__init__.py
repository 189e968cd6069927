"""Tencent Cloud's API 3.0: Hunyuan's chat, and the embeddings of its knowledge engine (LKEAP)."""
