"""The text of a Security header: written once for a certificate, with holes for what each message fills in.

Building and serialising its elements for each message costs three times what a Body's digest does. The builder's own
elements are the template, so the text is what the builder would have made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from lxml import etree

from signing import algorithms
from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.keys import SigningKey
from signing.wsse.key_info import KeyInfoStyle, append_key_info
from signing.wsse.names import SECURITY, WSSE
from signing.xmldsig import names as ds
from signing.xmldsig.building import append_blank, to_base64
from signing.xmldsig.canonical import write_exclusive

_IDENTIFIER: Final = "{identifier}"
_DIGEST: Final = "{digest}"
_VALUE: Final = "{value}"


@dataclass(frozen=True)
class _Template:
    """Texts with holes between their pieces: the SignedInfo in canonical form, and the whole header."""

    info: tuple[bytes, ...]
    """Two holes: identifier and digest."""
    header: tuple[bytes, ...]
    """Three: the same, and the signature's value."""


def write_security(key: SigningKey, style: KeyInfoStyle, *, soap: str, identifier: str, covered: bytes) -> bytes:
    """The wsse:Security that signs `covered`, the canonical bytes of the Body so identified.

    It declares all its prefixes itself, and may stand in any Header of the namespace `soap`.
    """
    suite = key.suite
    template = _prepare(key.certificate, suite, style, soap)
    said = identifier.encode("ascii"), to_base64(algorithms.digest(suite, covered)).encode("ascii")
    value = to_base64(key.sign(_fill(template.info, *said))).encode("ascii")
    return _fill(template.header, *said, value)


@lru_cache(maxsize=64)
def _prepare(certificate: Certificate, suite: Suite, style: KeyInfoStyle, soap: str) -> _Template:
    security = etree.Element(SECURITY, nsmap={"wsse": WSSE, "soap": soap})
    security.set(f"{{{soap}}}mustUnderstand", "1")
    blank = append_blank(
        security,
        suite,
        digest=_DIGEST,
        reference=f"#{_IDENTIFIER}",
        transforms=(ds.EXCLUSIVE,),
        canonical_form=ds.EXCLUSIVE,
    )
    blank.value.text = _VALUE
    append_key_info(blank.key_info, certificate, style)
    return _Template(
        info=_cut(write_exclusive(blank.info), _IDENTIFIER, _DIGEST),
        header=_cut(etree.tostring(security, encoding="UTF-8", xml_declaration=False), _IDENTIFIER, _DIGEST, _VALUE),
    )


def _cut(text: bytes, *holes: str) -> tuple[bytes, ...]:
    """The pieces between the holes, of which the first in the text is meant: what others wrote stands behind them."""
    pieces: list[bytes] = []
    for hole in holes:
        piece, _, text = text.partition(hole.encode("ascii"))
        pieces.append(piece)
    return (*pieces, text)


def _fill(pieces: tuple[bytes, ...], *values: bytes) -> bytes:
    return b"".join(chain.from_iterable(zip(pieces, values, strict=False))) + pieces[-1]
