"""The elements of a new signature, put into the tree that will be serialised once."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from signing import algorithms
from signing.algorithms import Suite
from signing.keys import SigningKey
from signing.xmldsig import names


@dataclass(frozen=True)
class Blank:
    """A ds:Signature whose value and ds:KeyInfo are still empty."""

    info: etree._Element
    value: etree._Element
    key_info: etree._Element


def append_signature(
    parent: etree._Element,
    key: SigningKey,
    covered: bytes,
    *,
    reference: str,
    transforms: Sequence[str],
    canonical_form: str,
    write: Callable[[etree._Element], bytes],
) -> etree._Element:
    """Append a ds:Signature over `covered`, and return its ds:KeyInfo, still empty. `write` gives `canonical_form`.

    What is signed are the canonical bytes of the SignedInfo where it stands: prefixes are the tree's to choose.
    """
    blank = append_blank(
        parent,
        key.suite,
        digest=to_base64(algorithms.digest(key.suite, covered)),
        reference=reference,
        transforms=transforms,
        canonical_form=canonical_form,
    )
    blank.value.text = to_base64(key.sign(write(blank.info)))
    return blank.key_info


def append_blank(
    parent: etree._Element,
    suite: Suite,
    *,
    digest: str,
    reference: str,
    transforms: Sequence[str],
    canonical_form: str,
) -> Blank:
    """Append a ds:Signature that says all and is not signed yet."""
    signature = etree.SubElement(parent, names.SIGNATURE, nsmap={"ds": names.DS})
    info = etree.SubElement(signature, names.SIGNED_INFO)
    etree.SubElement(info, names.CANONICALIZATION_METHOD, Algorithm=canonical_form)
    etree.SubElement(info, names.SIGNATURE_METHOD, Algorithm=suite.xml_signature_uri)
    covering = etree.SubElement(info, names.REFERENCE, URI=reference)
    steps = etree.SubElement(covering, names.TRANSFORMS)
    for uri in transforms:
        etree.SubElement(steps, names.TRANSFORM, Algorithm=uri)
    etree.SubElement(covering, names.DIGEST_METHOD, Algorithm=suite.xml_digest_uri)
    etree.SubElement(covering, names.DIGEST_VALUE).text = digest
    value = etree.SubElement(signature, names.SIGNATURE_VALUE)
    return Blank(info, value, etree.SubElement(signature, names.KEY_INFO))


def to_base64(data: bytes) -> str:
    """Base64 in one line."""
    return base64.b64encode(data).decode("ascii")
