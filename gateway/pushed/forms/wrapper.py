"""The form of our own: the signed wrapper of the API, alone or in a `submission` with files beside it."""

from __future__ import annotations

from functools import cache

from lxml import etree

from adapters.payloads.parsing import parse_xml
from contracts.application import SCHEMA_ID
from contracts.errors import ContractBroken
from contracts.intakes import read_schema
from gateway.intake.wrapper import read_wrapper
from gateway.pushed.submission import Attachment, Submission, refuse_document
from signing.base64_text import from_base64

BUS = "urn:asp-gateway:bus:1"
_WRAPPER = f"{{{SCHEMA_ID}}}application"
_SUBMISSION = f"{{{BUS}}}submission"


def read_submission(document: bytes) -> Submission:
    """Raises MalformedInput where the document is neither of the two."""
    root = _parse(document, "")
    if root.tag == _WRAPPER:
        return Submission(_peek(root), document, read_wrapper)
    if root.tag != _SUBMISSION:
        raise refuse_document("", "the document is neither a signed application nor a submission")
    if not _schema("bus.xsd").validate(root):
        # The validator's own words quote the document.
        raise refuse_document("/submission", "the submission does not follow its schema")
    signed = from_base64((root.findtext(f"{{{BUS}}}signed") or "").encode())
    wrapper = _parse(signed, "/submission/signed")
    if wrapper.tag != _WRAPPER:
        raise refuse_document("/submission/signed", "what is signed is no application")
    attachments = tuple(
        Attachment(one.findtext(f"{{{BUS}}}fileId") or "", one.findtext(f"{{{BUS}}}name") or "")
        for one in root.iterfind(f"{{{BUS}}}attachment")
    )
    return Submission(
        _peek(wrapper), signed, read_wrapper, (root.findtext(f"{{{BUS}}}acceptedBy") or "").strip(), attachments
    )


def _peek(wrapper: etree._Element) -> bytes:
    """The content before its signature is looked at."""
    if not _schema("application.xsd").validate(wrapper):
        raise refuse_document("/application", "the wrapper does not follow its schema")
    try:
        return from_base64((wrapper.text or "").encode())
    except ValueError as error:
        raise refuse_document("/application", "the wrapper's text is not base64") from error


def _parse(document: bytes, pointer: str) -> etree._Element:
    try:
        return parse_xml(document, "text/xml; charset=utf-8")
    except ContractBroken as error:
        raise refuse_document(pointer, "the document is no XML that can be read") from error


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(read_schema(name)))
