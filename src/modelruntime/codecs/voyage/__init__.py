"""Voyage where its wire is not the common one."""
