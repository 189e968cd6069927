"""The Gemini family: generateContent and its relatives, on AI Studio and on Vertex AI."""
