"""What the timestamping service is asked and how it refuses (RFC 3161, 2.4); tokens are made by `signing`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from asn1crypto import tsp

from signing.asn1_classes import prepare_classes
from signing.cms.der import SEQUENCE, encode
from signing.cms.hashes import HASHES, SHA1

MEDIA_TYPE: Final = "application/timestamp-reply"
POLICY: Final = "1.2.398.3.3.2.6.4"
"""НУЦ РК's policy of today, GOST-2015; by those before it nobody is served any more."""
_SHA1_BYTES: Final = 20


class Rejected(Exception):
    """The service does not stamp this; `failure` is a word of PKIFailureInfo."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class StampRequest:
    """A hash of what shall be stamped, and what the asker wants to see in the token."""

    hash_oid: str
    imprint: bytes = field(repr=False)
    nonce: int | None
    wants_certificate: bool


def read_request(data: bytes) -> StampRequest:
    """Read a TimeStampReq, or raise Rejected."""
    prepare_classes()
    try:
        asked = tsp.TimeStampReq.load(data, strict=True)
        # The decoder reads inside only when it is told to.
        told = asked.native["version"], asked["message_imprint"]["hash_algorithm"]["algorithm"].dotted
    except Exception as failure:
        # The decoder meets strange bytes with many kinds of exceptions; each of them means the same here.
        raise Rejected("bad_data_format") from failure
    version, hash_oid = told
    if version != "v1":
        raise Rejected("bad_request")
    return _check(asked, hash_oid)


def write_rejection(failure: str) -> bytes:
    """The TimeStampResp that has no token, and says why."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": tsp.PKIFailureInfo({failure})}).dump()
    # Not by the library's own class, which does not know that the token may be missing.
    return encode(SEQUENCE, status)


def _check(asked: Any, hash_oid: str) -> StampRequest:
    imprint: bytes = asked["message_imprint"]["hashed_message"].native
    length = _find_length(hash_oid)
    if length is None:
        raise Rejected("bad_alg")
    if len(imprint) != length:
        raise Rejected("bad_data_format")
    if asked["req_policy"].native is not None and asked["req_policy"].dotted != POLICY:
        raise Rejected("unaccepted_policy")
    if asked["extensions"].native:
        raise Rejected("unaccepted_extensions")
    return StampRequest(hash_oid, imprint, asked["nonce"].native, bool(asked["cert_req"].native))


def _find_length(hash_oid: str) -> int | None:
    """Bytes of a hash that is stamped. SHA-1 is: НУЦ РК's service did so, and to refuse it is for who judges."""
    if hash_oid == SHA1:
        return _SHA1_BYTES
    compute = HASHES.get(hash_oid)
    return None if compute is None else len(compute(b""))
