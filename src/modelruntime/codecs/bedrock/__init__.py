"""Amazon Bedrock: Converse, InvokeModel with the bodies of single models, Rerank, and the lists of models."""
