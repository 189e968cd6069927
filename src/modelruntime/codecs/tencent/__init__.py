"""Tencent Cloud's API 3.0: Hunyuan's chat, the embeddings of its knowledge engine (LKEAP), and short recordings."""
