"""Where the authorities of the centre publish what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_BASE: Final = "http://127.0.0.1:8088/ca"
"""What `registries-mock serve` answers at where nothing else is said."""
CRL: Final = "crl"
CERTIFICATES: Final = "cert"
OCSP: Final = "ocsp"
TSP: Final = "tsp"
DELTA: Final = "_d"


@dataclass(frozen=True)
class Addresses:
    """Those of one authority, by its name in the centre (`issuing`, `root_gost`, …)."""

    base: str
    name: str

    @property
    def full_list(self) -> str:
        return f"{self.base}/{CRL}/{self.name}.crl"

    @property
    def changes(self) -> str:
        return f"{self.base}/{CRL}/{self.name}{DELTA}.crl"

    @property
    def certificate(self) -> str:
        return f"{self.base}/{CERTIFICATES}/{self.name}.cer"

    @property
    def responder(self) -> str:
        return f"{self.base}/{OCSP}"
