"""A SOAP message that is parsed once, for both questions of it: whether it is signed, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from signing.policy import Policy
from signing.verdict import Verdict
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.reading import looks_signed
from signing.wsse.verifying import judge_envelope
from signing.xml_safety import parse_safely


@dataclass(frozen=True)
class OpenedMessage:
    """The message is not to be read from here: what may be read is the content of a passed verdict."""

    is_signed: bool
    """As `reading.is_signed` has it: what is signed must verify."""
    _document: bytes = field(repr=False)
    _root: etree._Element = field(repr=False)

    def judge(
        self, policy: Policy, certificates: CertificateStore = NO_CERTIFICATES, *, only_known: bool = False
    ) -> Verdict:
        """What `verifying.verify_envelope` says of the message."""
        return judge_envelope(self._document, self._root, policy, certificates, only_known=only_known)


def open_message(document: bytes) -> OpenedMessage:
    """Raises SignatureRefused for what is not XML that can be read safely."""
    root = parse_safely(document)
    return OpenedMessage(looks_signed(root), document, root)
