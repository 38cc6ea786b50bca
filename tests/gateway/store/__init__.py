"""Promises of the store, over both databases."""
