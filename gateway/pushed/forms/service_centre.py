"""The service centres' exchange: an application that was taken at a centre's desk, registered there and handed on."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final

from lxml import etree

from contracts.application import SCHEMA_ID
from contracts.errors import InvalidInput, Problem
from gateway.pushed.forms.documents import find_all, find_first, read_document, read_text, refuse_document
from gateway.pushed.forms.service_centre_words import load_centre_words
from signing.base64_text import from_base64

CENTRE: Final = "http://schemas.letograf.kz/iiscon/bus/v1"
SCHEMA: Final = "service-centre.xsd"
_WRAPPER: Final = f"{{{SCHEMA_ID}}}application"
_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_KAZAKHSTAN: Final = timezone(timedelta(hours=5))
_LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class Registration:
    """A centre has begun an application; what it says comes in an update."""

    application_id: str
    register_id: str
    org_code: str
    service_type_code: str
    registered_at: datetime
    employee: str


@dataclass(frozen=True)
class CentreDocument:
    id: str
    type_code: str
    name: str
    copy_type: str
    file_id: str
    """In the bus's file store; "" where the document is on paper alone."""
    media_type: str
    """The sender's word."""


@dataclass(frozen=True)
class CentreApplication:
    application_id: str
    org_code: str
    system_code: str
    employee: str
    applicant_iin: str = field(repr=False)
    wrapper: bytes = field(repr=False)
    """Our XML wrapper as a document of its own, with the applicant's signature where it has one."""
    content: bytes = field(repr=False)
    """The application's JSON as it stands there: of a signed one it counts once it is found in the signed bytes."""
    is_signed: bool
    documents: tuple[CentreDocument, ...]

    def find_scan(self) -> CentreDocument | None:
        """The paper that the applicant signed by hand, where it lies in the bus's file store."""
        copies = load_centre_words().scan_copies
        return next((one for one in self.documents if one.file_id and one.copy_type in copies), None)


def read_register(document: bytes) -> Registration:
    """registerApplicationRequest; raises MalformedInput."""
    root = read_document(document, {f"{{{CENTRE}}}registerApplicationRequest": SCHEMA})
    data = find_first(root, "registerApplication/applicationRegistrationData")
    if data is None:
        raise refuse_document("the message holds no registration")
    return Registration(
        application_id=read_text(root, "registerApplication/applicationId"),
        register_id=read_text(data, "registerId"),
        org_code=read_text(data, "registerOrgCode"),
        service_type_code=read_text(data, "serviceTypeCode"),
        registered_at=_read_moment(read_text(data, "registerDate")),
        employee=_read_name(data, "registerEmployee"),
    )


def read_update(document: bytes) -> CentreApplication:
    """updateApplication.

    Raises MalformedInput; InvalidInput where it is not a person's, or nobody may be taken to have signed it.
    """
    root = read_document(document, {f"{{{CENTRE}}}updateApplication": SCHEMA})
    wrapper = _find_wrapper(root)
    parsed = read_document(wrapper, {_WRAPPER: "application.xsd"}, "/applicationData/data")
    texts = (parsed.text or "", *(child.tail or "" for child in parsed))
    try:
        content = from_base64("".join(texts).encode())
    except ValueError:
        raise refuse_document("the application is not base64", "/applicationData/data/application") from None
    taken = CentreApplication(
        application_id=read_text(root, "applicationId"),
        org_code=read_text(root, "callOrigin/orgCode"),
        system_code=read_text(root, "callOrigin/systemCode"),
        employee=_read_name(root, "callOrigin/employee"),
        applicant_iin=read_text(root, "applicationData/applicant/person/iin"),
        wrapper=wrapper,
        content=content,
        is_signed=parsed.find(_SIGNATURE) is not None,
        documents=tuple(_read_paper(one) for one in find_all(root, "applicationData/documents/document")),
    )
    _check(taken)
    return taken


def _check(taken: CentreApplication) -> None:
    problems = []
    if not taken.applicant_iin:
        detail = "the applicant is a person with an IIN"
        problems.append(Problem("centre-applicant-missing", "/applicationData/applicant/person/iin", detail))
    if not taken.is_signed and taken.find_scan() is None:
        detail = "an application without an EDS comes with the file of the paper that was signed by hand"
        problems.append(Problem("centre-unsigned", "/applicationData/documents", detail))
    if problems:
        raise InvalidInput(problems=tuple(problems))


def _find_wrapper(root: etree._Element) -> bytes:
    """The one document inside `data`, as elements or as text."""
    pointer = "/applicationData/data"
    data = find_first(root, "applicationData/data")
    inside = list(data) if data is not None else []
    text = (data.text or "").strip() if data is not None else ""
    if not inside and text:
        return text.encode()
    if len(inside) == 1 and not text and not (inside[0].tail or "").strip():
        # A copy has the namespaces that it declares or uses itself: those of the message around it were not signed.
        own = deepcopy(inside[0])
        own.tail = None
        return etree.tostring(own, encoding="utf-8")
    raise refuse_document("data holds one application", pointer)


def _read_paper(document: etree._Element) -> CentreDocument:
    return CentreDocument(
        id=read_text(document, "documentId"),
        type_code=read_text(document, "docTypeCode"),
        name=read_text(document, "docName"),
        copy_type=read_text(document, "copyType"),
        file_id=read_text(document, "documentBinary/url"),
        media_type=read_text(document, "documentBinary/mimeType"),
    )


def _read_name(start: etree._Element, path: str) -> str:
    """All texts of an element whose make is not public."""
    found = find_first(start, path)
    texts = found.itertext() if found is not None else ()
    return " ".join(" ".join(str(text) for text in texts).split())[:_LONGEST_NAME]


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refuse_document("the moment of registration is none", "/registerApplication") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_KAZAKHSTAN)
