"""Documents that were brought: kept with the inquiries that they close, listed, and given out again as they came."""

from __future__ import annotations

from flask import Response

from contracts.errors import NotFound, Problem
from gateway.api.answers import answer_file, answer_json
from gateway.api.call import Call
from gateway.api.course_schemas import BroughtBody, DocumentBody, DocumentsBody
from gateway.api.routes import JSON, Access, Route
from gateway.api.times import at_home
from gateway.documents.composing import CaseFile
from gateway.intake.base64_text import read_base64
from gateway.logs import log_event
from gateway.scans import BODY_BYTES
from gateway.store.course_rows import DocumentRow

_SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tiff"}


def bring(call: Call, application_id: str) -> Response:
    asked = call.read_body_as(BroughtBody)
    actor = call.find_actor(asked.acted_by)
    content = read_base64(asked.content, "/content")
    call.read_application(application_id)
    papers = call.parts.office.papers
    document_id = papers.bring(application_id, asked.kind, asked.name, content, asked.inquiries, actor, asked.letter)
    log_event("document added", application=application_id, document=document_id, client=call.caller.id)
    response = answer_json(_describe(_find(call.open_file(application_id), document_id)), 201)
    response.headers["Location"] = f"/v1/applications/{application_id}/documents/{document_id}"
    return response


def list_documents(call: Call, application_id: str) -> Response:
    file = call.open_file(application_id)
    return answer_json(DocumentsBody(documents=tuple(map(_describe, file.course.documents))))


def read_document(call: Call, application_id: str, document_id: str) -> Response:
    """Always a download: nothing that somebody brought is opened in the gateway's own name."""
    file = call.open_file(application_id)
    row = _find(file, document_id)
    content = call.parts.office.files.course.read_document_bytes(file.case.id, row.id)
    if content is None:
        raise _unknown()
    log_event("document read", application=file.case.id, document=row.id, client=call.caller.id)
    return answer_file(content, row.media_type, f"{row.id}.{_SUFFIXES.get(row.media_type, 'bin')}", download=True)


def _find(file: CaseFile, document_id: str) -> DocumentRow:
    row = next((one for one in file.course.documents if one.id == document_id), None)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound(problems=(Problem("document-not-found", "", "there is no such document"),))


def _describe(row: DocumentRow) -> DocumentBody:
    return DocumentBody(
        id=row.id,
        kind=row.kind,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        letter=row.letter,
        inquiries=row.cells,
        received_at=at_home(row.received_at),
        received_by=row.received_by,
    )


_DOCUMENTS = "/v1/applications/{application_id}/documents"
ROUTES = (
    Route(
        "POST", _DOCUMENTS, bring, Access.PROVIDER,
        "The applicant's paper, or a body's letter: it is kept, and closes inquiries.",
        status=201, body=BroughtBody, answers={JSON: DocumentBody}, refusals=(400, 404, 409, 413, 415, 422),
        most_bytes=BODY_BYTES,
    ),
    Route(
        "GET", _DOCUMENTS, list_documents, Access.PROVIDER, "The documents that were brought.",
        answers={JSON: DocumentsBody}, refusals=(404,),
    ),
    Route(
        "GET", _DOCUMENTS + "/{document_id}", read_document, Access.PROVIDER,
        "One document, as it was brought, as a download.",
        answers={"application/octet-stream": None}, refusals=(404,),
    ),
)  # fmt: skip
