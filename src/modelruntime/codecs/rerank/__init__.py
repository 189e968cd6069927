"""The rerank shape that most vendors share."""
