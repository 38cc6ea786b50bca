"""Promises of signing.xmldsig."""
