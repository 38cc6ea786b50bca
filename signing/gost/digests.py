"""Which hash functions belong to GOST signatures."""

from __future__ import annotations

from enum import StrEnum


class Hash(StrEnum):
    """A hash function; GOST_94 is 34.311-95 with the test S-box and a zero start, as in Kazakhstan."""

    GOST_94 = "34.311-95"
    STREEBOG_256 = "Streebog-256"
    STREEBOG_512 = "Streebog-512"
