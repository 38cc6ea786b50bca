"""Adding timestamps to a CMS message that others signed: CAdES-BES becomes CAdES-T."""

from __future__ import annotations

from typing import Any

from asn1crypto import core

from signing.cms import shapes
from signing.cms.der import EXPLICIT, SEQUENCE, encode, to_der
from signing.cms.making import Stamp, make_stamp
from signing.cms.reading import read_signed_message, unwrap


def stamp_signers(message: bytes, stamp: Stamp) -> bytes:
    """The message in DER with a timestamp on each signature that has none; SignatureRefused for no such message.

    What is signed stays as it is, byte for byte.
    """
    # The strict reader looks at every part first, so that what follows meets no surprise.
    read_signed_message(message)
    signed = shapes.Message.load(to_der(unwrap(message)), strict=True)["content"].parse(shapes.SignedData)
    signers = [_stamp(one, stamp) for one in signed["signers"]]
    stamped = shapes.SignedData(_fields(signed) | {"signers": signers})
    named = core.ObjectIdentifier(shapes.ID_SIGNED_DATA).dump()
    return to_der(encode(SEQUENCE, named + encode(EXPLICIT, stamped.dump())))


def _stamp(signer: Any, stamp: Stamp) -> Any:
    attributes = list(signer["unsigned_attributes"])
    if any(one["type"].dotted == shapes.TIMESTAMP_TOKEN for one in attributes):
        return signer
    added = [*attributes, make_stamp(stamp, signer["signature"].native)]
    return shapes.Signer(_fields(signer) | {"unsigned_attributes": shapes.Attributes(added)})


def _fields(element: Any) -> dict[str, Any]:
    """The parts that are there."""
    return {name: value for name, *_ in element._fields if not isinstance(value := element[name], core.Void)}
