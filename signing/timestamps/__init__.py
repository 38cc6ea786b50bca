"""Timestamps (RFC 3161): tokens by which an authority says that a signature existed at a moment."""
