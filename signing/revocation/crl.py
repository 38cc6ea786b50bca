"""One list of revoked certificates (CRL, RFC 5280, 5), full or of changes, read strictly; who signed it is not yet
asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from asn1crypto import core, pem
from asn1crypto import x509 as asn1_x509

from signing.asn1_bounds import check_identifiers
from signing.errors import RevocationUnreadable
from signing.revocation.crl_entries import Entries
from signing.revocation.der import (
    BIT_STRING,
    INTEGER,
    NULL,
    OID,
    SEQUENCE,
    TIMES,
    Element,
    Extension,
    expect,
    read_element,
    read_extensions,
    read_time,
    walk,
)

MAX_LIST_BYTES: Final = 64 * 1024 * 1024
_NOT_UNDERSTOOD: Final = "the list of revoked certificates cannot be understood"
_EXTENSIONS: Final = 0xA0
_VERSION_2: Final = b"\x01"
_AUTHORITY_KEY_ID: Final = b"\x55\x1d\x23"
_NUMBER: Final = b"\x55\x1d\x14"
_BASE_NUMBER: Final = b"\x55\x1d\x1b"
_DISTRIBUTION_POINT: Final = b"\x55\x1d\x1c"
_UNDERSTOOD: Final = frozenset({_AUTHORITY_KEY_ID, _NUMBER, _BASE_NUMBER})


# Compared as objects: to compare tens of megabytes would be no use to anybody.
@dataclass(frozen=True, eq=False)
class RevocationList:
    """What a list says. Names and keys are exact DER bytes; moments have their zone."""

    issuer_name: bytes = field(repr=False)
    authority_key_id: bytes | None
    this_update: datetime
    next_update: datetime | None
    number: int | None
    base_number: int | None
    """Of a list of changes: the number of the full list from which on it tells all of them."""
    entries: Entries = field(repr=False)
    signature_oid: str
    signed_part: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    believed_of: dict[bytes, bool] = field(default_factory=dict, repr=False)
    """What checks of the signature came to, by the DER of the authority's certificate: tens of megabytes take time."""

    @property
    def is_delta(self) -> bool:
        return self.base_number is not None


def read_list(data: bytes) -> RevocationList:
    """Read one list, DER or PEM, or raise RevocationUnreadable.

    A list for a part of the certificates alone (issuingDistributionPoint), or with entries of other issuers, is not
    read either: what it is silent about is not known to be good.
    """
    if len(data) > MAX_LIST_BYTES:
        raise RevocationUnreadable("the list of revoked certificates is too large")
    # Hostile bytes end in many kinds of exceptions, with texts that are not for people; each means the same here.
    try:
        return _read(_unarmour(data))
    except RevocationUnreadable:
        raise
    except Exception as failure:
        raise RevocationUnreadable(_NOT_UNDERSTOOD) from failure


def _unarmour(data: bytes) -> bytes:
    if not data[:64].lstrip().startswith(b"-----BEGIN"):
        return data
    blocks = list(pem.unarmor(data, multiple=True))
    if len(blocks) != 1 or blocks[0][0] != "X509 CRL":
        raise RevocationUnreadable(f"{_NOT_UNDERSTOOD}: the PEM text does not hold exactly one")
    return bytes(blocks[0][2])


def _read(der: bytes) -> RevocationList:
    outer = expect(der, 0, len(der), SEQUENCE)
    part, algorithm, bits = walk(der, outer.start, outer.stop)
    if outer.stop != len(der) or (part.tag, bits.tag) != (SEQUENCE, BIT_STRING) or der[bits.start] != 0:
        raise ValueError("the list has another shape")
    return _read_signed(der[part.begin : part.stop], _read_algorithm(der, algorithm), der[bits.start + 1 : bits.stop])


def _read_signed(part: bytes, outer_oid: bytes, signature: bytes) -> RevocationList:
    """The TBSCertList. From here on offsets are those in the signed bytes, the only ones that are kept."""
    fields = list(walk(part, expect(part, 0, len(part), SEQUENCE).start, len(part)))
    has_version = fields[0].tag == INTEGER
    if has_version and _content(part, fields.pop(0)) != _VERSION_2:
        raise RevocationUnreadable(f"{_NOT_UNDERSTOOD}: it is of an unknown version")
    algorithm, issuer, this_update, *rest = fields
    # Absent and NULL parameters mean the same (a real list has one inside and the other outside).
    if _read_algorithm(part, algorithm) != outer_oid or issuer.tag != SEQUENCE:
        raise ValueError("the two signature algorithms of the list differ")
    next_update = rest.pop(0) if rest and rest[0].tag in TIMES else None
    revoked = rest.pop(0) if rest and rest[0].tag == SEQUENCE else Element(SEQUENCE, 0, 0, 0)
    extensions = _read_extensions(part, rest.pop(0)) if rest and has_version else {}
    if rest:
        raise ValueError("the list has more than it should")
    return RevocationList(
        issuer_name=part[issuer.begin : issuer.stop],
        authority_key_id=_read_key_id(extensions.get(_AUTHORITY_KEY_ID)),
        this_update=_read_time(part, this_update),
        next_update=None if next_update is None else _read_time(part, next_update),
        number=_read_number(extensions.get(_NUMBER)),
        base_number=_read_number(extensions.get(_BASE_NUMBER)),
        entries=Entries(part, revoked.start, revoked.stop),
        signature_oid=core.ObjectIdentifier(contents=outer_oid).dotted,
        signed_part=part,
        signature=signature,
    )


def _content(data: bytes, element: Element) -> bytes:
    return data[element.start : element.stop]


def _read_time(data: bytes, element: Element) -> datetime:
    return read_time(element.tag, _content(data, element))


def _read_algorithm(data: bytes, element: Element) -> bytes:
    """The content of the algorithm's identifier, which must have no parameters."""
    oid, *parameters = walk(data, element.start, element.stop)
    if (element.tag, oid.tag) != (SEQUENCE, OID) or [one.tag for one in parameters] not in ([], [NULL]):
        raise ValueError("the signature algorithm has another shape")
    check_identifiers(data[element.begin : element.stop])
    return _content(data, oid)


def _read_extensions(part: bytes, tagged: Element) -> dict[bytes, Extension]:
    if tagged.tag != _EXTENSIONS:
        raise ValueError("the list has more than it should")
    inner = read_element(part, tagged.start, tagged.stop)
    if inner.tag != SEQUENCE or inner.stop != tagged.stop:
        raise ValueError("the extensions have another shape")
    found = {one.oid: one for one in read_extensions(part, inner.start, inner.stop)}
    unknown = any(one.critical for oid, one in found.items() if oid not in _UNDERSTOOD)
    if unknown or _DISTRIBUTION_POINT in found:
        raise RevocationUnreadable(f"{_NOT_UNDERSTOOD}: it is for a part alone, or has an extension nobody here knows")
    return found


def _read_number(extension: Extension | None) -> int | None:
    if extension is None:
        return None
    check_identifiers(extension.value)
    number: int = core.Integer.load(extension.value, strict=True).native
    if number < 0:
        raise ValueError("the list's number is negative")
    return number


def _read_key_id(extension: Extension | None) -> bytes | None:
    if extension is None:
        return None
    check_identifiers(extension.value)
    found: bytes | None = asn1_x509.AuthorityKeyIdentifier.load(extension.value, strict=True)["key_identifier"].native
    return found
