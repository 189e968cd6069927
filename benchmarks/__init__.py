"""Measurements against budgets, side by side with peers. `python -m benchmarks --help` says how to run them."""
