"""What signing with GOST refuses to do."""

from __future__ import annotations


class PureSigningRefused(Exception):
    """The backend in use takes a time that depends on the secret key, and nobody allowed that."""
