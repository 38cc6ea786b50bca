"""The form of our own: the signed wrapper of the API, alone or in a `submission` with files beside it."""

from __future__ import annotations

from typing import Final

from lxml import etree

from contracts.application import SCHEMA_ID
from gateway.intake.wrapper import read_wrapper
from gateway.pushed.forms.documents import find_all, read_document, read_text, refuse_document
from gateway.pushed.submission import Attachment, Submission
from signing.base64_text import from_base64

BUS: Final = "urn:asp-gateway:bus:1"
_WRAPPER: Final = f"{{{SCHEMA_ID}}}application"
_SUBMISSION: Final = f"{{{BUS}}}submission"


def read_submission(document: bytes) -> Submission:
    """Raises MalformedInput where the document is neither of the two."""
    root = read_document(document, {_WRAPPER: "application.xsd", _SUBMISSION: "bus.xsd"})
    if root.tag == _WRAPPER:
        return Submission(_peek(root), document, read_wrapper)
    signed = _decode(read_text(root, "signed"), "/submission/signed")
    wrapper = read_document(signed, {_WRAPPER: "application.xsd"}, "/submission/signed")
    attachments = tuple(
        Attachment(read_text(one, "fileId"), read_text(one, "name")) for one in find_all(root, "attachment")
    )
    return Submission(_peek(wrapper), signed, read_wrapper, read_text(root, "acceptedBy"), attachments=attachments)


def _peek(wrapper: etree._Element) -> bytes:
    """The content before its signature is looked at."""
    return _decode(wrapper.text or "", "/application")


def _decode(text: str, pointer: str) -> bytes:
    try:
        return from_base64(text.encode())
    except ValueError as error:
        raise refuse_document("the text is not base64", pointer) from error
