"""The Messages family: Anthropic's own API, and the same bodies on Vertex AI and Bedrock."""
