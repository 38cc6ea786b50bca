"""Promises of the functional core."""
