"""Ordinary families: whom a serial number addresses, who is kin to whom, how they live."""
