"""What a signature says that it covers: one reference, with algorithms from a list (XMLDSig, 4.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from signing.xml_safety import malformed_xml
from signing.xmldsig import names
from signing.xmldsig.shapes import read_algorithm, read_bytes, read_children, read_exclusive


@dataclass(frozen=True)
class Profile:
    """What one kind of signature may use: its canonical form, and whole sequences of transforms."""

    canonical_form: str
    transforms: frozenset[tuple[str, ...]]
    exclusive: bool = False
    """Whether the forms are exclusive ones, which may list prefixes."""


@dataclass(frozen=True)
class SignedInfo:
    """The SignedInfo of a signature; which digest and signature the URIs mean is asked elsewhere."""

    reference: str
    """The URI of what is covered."""
    digest_uri: str
    signature_uri: str
    digest: bytes = field(repr=False)
    own_prefixes: tuple[str, ...] = ()
    """Listed for the canonical form of the SignedInfo itself."""
    covered_prefixes: tuple[str, ...] = ()
    """Listed for that of what is covered."""


def read_signed_info(element: etree._Element, profile: Profile) -> SignedInfo:
    """Read the SignedInfo, or raise SignatureRefused for anything that the profile does not have."""
    canonical_form, signature_method, reference = read_children(
        element, (names.CANONICALIZATION_METHOD, names.SIGNATURE_METHOD, names.REFERENCE)
    )
    own_prefixes = _read_form(canonical_form, profile)
    if str(canonical_form.get("Algorithm")) != profile.canonical_form:
        raise malformed_xml("The canonicalisation of the signature is not on the list.")
    transforms, digest_method, digest = read_children(
        reference, (names.TRANSFORMS, names.DIGEST_METHOD, names.DIGEST_VALUE), wanted=frozenset({"URI"})
    )
    covered_prefixes = _read_transforms(transforms, profile)
    return SignedInfo(
        reference=str(reference.get("URI")),
        digest_uri=read_algorithm(digest_method),
        signature_uri=read_algorithm(signature_method),
        digest=read_bytes(digest),
        own_prefixes=own_prefixes,
        covered_prefixes=covered_prefixes,
    )


def _read_transforms(element: etree._Element, profile: Profile) -> tuple[str, ...]:
    """The prefixes that the last step lists; raises SignatureRefused for steps that are not on the list."""
    if len(element) not in {len(sequence) for sequence in profile.transforms}:
        raise malformed_xml("The transforms of the signature are not on the list.")
    steps = read_children(element, (names.TRANSFORM,) * len(element))
    prefixes = [_read_form(step, profile) for step in steps]
    if tuple(str(step.get("Algorithm")) for step in steps) not in profile.transforms:
        raise malformed_xml("The transforms of the signature are not on the list.")
    return prefixes[-1]


def _read_form(element: etree._Element, profile: Profile) -> tuple[str, ...]:
    """The prefixes that an algorithm lists; an algorithm of any other profile has no parameters."""
    if profile.exclusive:
        return read_exclusive(element)
    read_algorithm(element)
    return ()
