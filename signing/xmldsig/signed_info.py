"""What a signature says that it covers: one reference, with algorithms from a list (XMLDSig, 4.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from signing.xml_safety import malformed_xml
from signing.xmldsig import names
from signing.xmldsig.shapes import read_algorithm, read_bytes, read_children


@dataclass(frozen=True)
class Profile:
    """What one kind of signature may use: its canonical form, and whole sequences of transforms."""

    canonical_form: str
    transforms: frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class SignedInfo:
    """The SignedInfo of a signature; which digest and signature the URIs mean is asked elsewhere."""

    reference: str
    """The URI of what is covered."""
    digest_uri: str
    signature_uri: str
    digest: bytes = field(repr=False)


def read_signed_info(element: etree._Element, profile: Profile) -> SignedInfo:
    """Read the SignedInfo, or raise SignatureRefused for anything that the profile does not have."""
    canonical_form, signature_method, reference = read_children(
        element, (names.CANONICALIZATION_METHOD, names.SIGNATURE_METHOD, names.REFERENCE)
    )
    if read_algorithm(canonical_form) != profile.canonical_form:
        raise malformed_xml("The canonicalisation of the signature is not on the list.")
    transforms, digest_method, digest = read_children(
        reference, (names.TRANSFORMS, names.DIGEST_METHOD, names.DIGEST_VALUE), wanted=frozenset({"URI"})
    )
    if _read_transforms(transforms, profile) not in profile.transforms:
        raise malformed_xml("The transforms of the signature are not on the list.")
    return SignedInfo(
        reference=str(reference.get("URI")),
        digest_uri=read_algorithm(digest_method),
        signature_uri=read_algorithm(signature_method),
        digest=read_bytes(digest),
    )


def _read_transforms(element: etree._Element, profile: Profile) -> tuple[str, ...]:
    if len(element) not in {len(sequence) for sequence in profile.transforms}:
        raise malformed_xml("The transforms of the signature are not on the list.")
    return tuple(read_algorithm(step) for step in read_children(element, (names.TRANSFORM,) * len(element)))
