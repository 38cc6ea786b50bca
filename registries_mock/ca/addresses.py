"""Where an authority of the centre publishes what is asked of it, as its certificates say (RFC 5280, 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from asn1crypto import x509

from registries_mock.ca.parts import write_extension

DEFAULT_BASE: Final = "http://127.0.0.1:8088/ca"
"""What `registries-mock serve` answers at where nothing else is said."""
CRL: Final = "crl"
CERTIFICATES: Final = "cert"
OCSP: Final = "ocsp"
TSP: Final = "tsp"
DELTA: Final = "_d"
_DISTRIBUTION: Final = "2.5.29.31"
_FRESHEST: Final = "2.5.29.46"
_AUTHORITY_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
_ISSUERS_CERTIFICATE: Final = "1.3.6.1.5.5.7.48.2"
_RESPONDER: Final = "1.3.6.1.5.5.7.48.1"


@dataclass(frozen=True)
class Addresses:
    """Those of one authority, by its name in the centre (`issuing`, `root_gost`, …)."""

    base: str
    name: str

    def write(self, *, with_responder: bool = True) -> list[dict[str, object]]:
        """The extensions of a certificate that the authority issues; nobody is asked over OCSP about authorities."""
        access = [{"access_method": _ISSUERS_CERTIFICATE, "access_location": _at(f"{self._place(CERTIFICATES)}.cer")}]
        if with_responder:
            access.append({"access_method": _RESPONDER, "access_location": _at(f"{self.base}/{OCSP}")})
        lists = self._place(CRL)
        return [
            write_extension(_DISTRIBUTION, _points(f"{lists}.crl")),
            write_extension(_FRESHEST, _points(f"{lists}{DELTA}.crl")),
            write_extension(_AUTHORITY_ACCESS, x509.AuthorityInfoAccessSyntax(access)),
        ]

    def _place(self, kind: str) -> str:
        return f"{self.base}/{kind}/{self.name}"


def _points(url: str) -> x509.CRLDistributionPoints:
    point = x509.DistributionPointName("full_name", x509.GeneralNames([_at(url)]))
    return x509.CRLDistributionPoints([{"distribution_point": point}])


def _at(url: str) -> x509.GeneralName:
    return x509.GeneralName("uniform_resource_identifier", x509.URI(url))
