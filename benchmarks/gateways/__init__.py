"""Gateways side by side: how each is started, driven and watched."""
