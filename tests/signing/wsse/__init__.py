"""Promises of signing.wsse."""
