"""Every AI model behind one declared schema."""
