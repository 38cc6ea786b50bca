"""How a certificate says where its issuer publishes (RFC 5280, 4.2.1.13, 4.2.1.15 and 4.2.2.1)."""

from __future__ import annotations

from typing import Final

from asn1crypto import x509

from registries_mock.ca.addresses import Addresses
from registries_mock.ca.parts import write_extension

_DISTRIBUTION: Final = "2.5.29.31"
_FRESHEST: Final = "2.5.29.46"
_AUTHORITY_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
_ISSUERS_CERTIFICATE: Final = "1.3.6.1.5.5.7.48.2"
_RESPONDER: Final = "1.3.6.1.5.5.7.48.1"


def write_addresses(issuer: Addresses, *, with_responder: bool = True) -> list[dict[str, object]]:
    """The extensions of a certificate of this issuer; nobody is asked over OCSP about authorities."""
    access = [{"access_method": _ISSUERS_CERTIFICATE, "access_location": _at(issuer.certificate)}]
    if with_responder:
        access.append({"access_method": _RESPONDER, "access_location": _at(issuer.responder)})
    return [
        write_extension(_DISTRIBUTION, _points(issuer.full_list)),
        write_extension(_FRESHEST, _points(issuer.changes)),
        write_extension(_AUTHORITY_ACCESS, x509.AuthorityInfoAccessSyntax(access)),
    ]


def _points(url: str) -> x509.CRLDistributionPoints:
    point = x509.DistributionPointName("full_name", x509.GeneralNames([_at(url)]))
    return x509.CRLDistributionPoints([{"distribution_point": point}])


def _at(url: str) -> x509.GeneralName:
    return x509.GeneralName("uniform_resource_identifier", x509.URI(url))
