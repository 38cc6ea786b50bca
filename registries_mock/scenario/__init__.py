"""Scenarios: a timeline of failures and the seed of their draws, read from a file or the control API, and played."""
