"""Tencent Cloud: short recordings."""
