"""Azure AI Content Safety: severities of four harms in texts and images."""
