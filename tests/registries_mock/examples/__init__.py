"""Worked examples: a small portal in several languages, tested against the mock suite as its users would test it."""
