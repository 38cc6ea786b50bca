"""A timestamp token, or the answer that wraps it, read strictly into frozen facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from asn1crypto import core, tsp

from signing.asn1_classes import prepare_classes
from signing.cms.attributes import malformed, read_moment
from signing.cms.der import SEQUENCE, to_der
from signing.cms.reading import MessageSigner, read_encoded_message
from signing.cms.shapes import ID_TIMESTAMP_INFO
from signing.errors import SignatureRefused

MAX_TOKEN_BYTES: Final = 256 * 1024
_GRANTED: Final = frozenset({0, 1})


@dataclass(frozen=True)
class Token:
    """What the authority says, and its signature over `info`, the bytes of the TSTInfo."""

    signer: MessageSigner
    info: bytes = field(repr=False)
    policy_oid: str
    imprint_hash_oid: str
    imprint: bytes = field(repr=False)
    serial_number: int
    at: datetime
    """genTime."""


def read_token(data: bytes) -> Token:
    """Read the BER of a token or of a granted TimeStampResp, or raise SignatureRefused."""
    if len(data) > MAX_TOKEN_BYTES:
        raise _malformed("is too large")
    prepare_classes()
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        return _read(_unwrap(to_der(data)))
    except SignatureRefused:
        raise
    except Exception as failure:
        raise _malformed("is not well-formed") from failure


def _unwrap(der: bytes) -> bytes:
    """A token begins with the identifier of its type, an answer with its status, which is a sequence."""
    outer = core.Sequence.load(der, strict=True)
    if outer[0].dump()[0] != SEQUENCE:
        return der
    if outer[0][0].native not in _GRANTED or len(outer) != 2:
        raise _malformed("was not granted")
    token: bytes = outer[1].dump()
    return token


def _read(der: bytes) -> Token:
    message = read_encoded_message(der, ID_TIMESTAMP_INFO)
    if len(message.signers) != 1 or message.embedded_content is None:
        raise _malformed("does not have exactly one signer and its content inside")
    said: Any = tsp.TSTInfo.load(message.embedded_content, strict=True)
    if said["version"].native != "v1" or any(one["critical"].native for one in said["extensions"] or ()):
        raise _malformed("says more than this program understands")
    return Token(
        signer=message.signers[0],
        info=message.embedded_content,
        policy_oid=said["policy"].dotted,
        imprint_hash_oid=said["message_imprint"]["hash_algorithm"]["algorithm"].dotted,
        imprint=said["message_imprint"]["hashed_message"].native,
        serial_number=said["serial_number"].native,
        at=read_moment(said["gen_time"]),
    )


def _malformed(what: str) -> SignatureRefused:
    return malformed(f"The timestamp {what}.")
