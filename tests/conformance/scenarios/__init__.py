"""What can be declared of each model type, and how it is tried."""
