"""Promises of the registry mock suite."""
