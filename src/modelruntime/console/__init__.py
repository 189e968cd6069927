"""The console's built pages, served."""
