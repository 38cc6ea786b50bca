"""Promises of the product, each a sentence, run against the product itself."""
