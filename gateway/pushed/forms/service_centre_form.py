"""The service centres' exchange as a form: a registration, then the content; our statuses go back in its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from contracts.errors import CallerError, InvalidInput, Problem
from contracts.intakes import IntakeProfile
from gateway.intake.model import read_application
from gateway.intake.wrapper import read_wrapper
from gateway.pushed import messages
from gateway.pushed.forms.documents import read_document, read_text
from gateway.pushed.forms.service_centre import CENTRE, SCHEMA, read_register, read_update
from gateway.pushed.forms.service_centre_replies import write_check_response, write_not_taken, write_status
from gateway.pushed.messages import ChainIds, ToldEvent
from gateway.pushed.submission import Announcement, Attachment, Submission

_REGISTER, _UPDATE = f"{{{CENTRE}}}registerApplicationRequest", f"{{{CENTRE}}}updateApplication"
_REFERENCES: Final = {_REGISTER: "registerApplication/applicationId", _UPDATE: "applicationId"}


def read_message(document: bytes, _: IntakeProfile) -> Submission | Announcement:
    """Raises MalformedInput or InvalidInput, with places in the message."""
    if _read_root(document).tag == _REGISTER:
        return Announcement(read_register(document).employee)
    update = read_update(document)
    if read_application(update.content).applicant.iin != update.applicant_iin:
        detail = "the application is another person's than the message says"
        pointer = "/applicationData/applicant/person/iin"
        raise InvalidInput(problems=(Problem("centre-applicant-differs", pointer, detail),))
    files = [Attachment(one.file_id, one.name or one.id) for one in update.documents if one.file_id]
    found = None if update.is_signed else update.find_scan()
    scan = next((one for one in files if found is not None and one.file_id == found.file_id), None)
    return Submission(
        content=update.content,
        signature=update.wrapper if update.is_signed else b"",
        derive=read_wrapper,
        accepted_by=update.employee,
        attachments=tuple(one for one in files if one != scan),
        scan=scan,
    )


def read_reference(document: bytes) -> str:
    """The centre's own id of the application; "" where the document cannot be read."""
    try:
        root = _read_root(document)
    except CallerError:
        return ""
    return read_text(root, _REFERENCES[str(root.tag)])[:100]


def write_event(told: ToldEvent, chain: ChainIds) -> bytes:
    reasons = [code for code, _ in told.reasons]
    return write_status(chain.reference, chain.organisation, told.status, told.at, reasons)


def write_refusal(code: str, problems: Sequence[Problem], chain: ChainIds) -> bytes:
    """In the centre's words where it is known what it is about, else in our own."""
    if not chain.reference:
        return messages.write_refusal(code, problems, chain)
    codes = tuple(dict.fromkeys((code, *(one.code for one in problems))))
    return write_not_taken(chain.reference, chain.organisation, codes, chain.at)


def write_announced(chain: ChainIds) -> bytes:
    return write_check_response(chain.reference, is_registered=True)


def _read_root(document: bytes) -> etree._Element:
    return read_document(document, dict.fromkeys(_REFERENCES, SCHEMA))
