"""Written requests: listed, read as data or as the PDF that is signed, and what people do to them."""

from __future__ import annotations

from flask import Response

from contracts.errors import MalformedInput, NotFound, Problem
from contracts.tables import Names
from gateway.api.actors import ACTED_BY, find_actor_iin, read_named
from gateway.api.answers import answer_file, answer_json
from gateway.api.call import Call, read_ordinal
from gateway.api.course_schemas import (
    ActBody,
    LetterAnsweredBody,
    LetterBody,
    LetterCellBody,
    LettersBody,
    LetterSentBody,
    LetterSignatureBody,
)
from gateway.api.routes import JSON, PDF, Access, Route
from gateway.api.times import at_home
from gateway.documents.composing import CaseFile
from gateway.intake.base64_text import read_base64, read_wrapped_base64
from gateway.logs import log_event
from gateway.office.letters import LetterForm
from gateway.office.papers import judge_document
from gateway.scans import BODY_BYTES
from gateway.store.acting import Actor
from gateway.store.course_rows import LetterRow

UNKNOWN = "letter-not-found"


def list_letters(call: Call, application_id: str) -> Response:
    file = call.open_file(application_id)
    return answer_json(LettersBody(letters=tuple(_describe(call, file, letter) for letter in file.course.letters)))


def read_letter(call: Call, application_id: str, n: str) -> Response:
    file = call.open_file(application_id)
    letter = _find(file, n)
    if not call.wants(PDF):
        return answer_json(_describe(call, file, letter))
    log_event("letter read", application=file.case.id, letter=letter.n, client=call.caller.id)
    content = call.parts.office.letters.read_pdf(file.case.id, letter.n, _form(call), lambda: _signer(call))
    return answer_file(content, PDF, f"letter-{letter.n}.pdf")


def sign(call: Call, application_id: str, n: str) -> Response:
    asked = call.read_body_as(LetterSignatureBody)
    actor = call.find_actor(asked.acted_by)
    cms = read_wrapped_base64(asked.signature, "/signature")
    letter = _find(call.open_file(application_id), n)
    iin = find_actor_iin(call.caller, asked.acted_by_iin)
    call.parts.office.letters.sign_by_employee(application_id, letter.n, cms, actor, iin)
    return _answer(call, application_id, letter.n, "letter signed")


def send(call: Call, application_id: str, n: str) -> Response:
    asked = call.read_body_as(LetterSentBody)
    actor = call.find_actor(asked.acted_by)
    letter = _find(call.open_file(application_id), n)
    desk = call.parts.office.letters
    desk.send(application_id, letter.n, actor, asked.channel, asked.number.strip(), asked.sent_at)
    return _answer(call, application_id, letter.n, "letter sent")


def take_answer(call: Call, application_id: str, n: str) -> Response:
    """The answer and the documents that came with it are kept together, or not at all."""
    asked = call.read_body_as(LetterAnsweredBody)
    actor = call.find_actor(asked.acted_by)
    letter = _find(call.open_file(application_id), n)
    office, kept = call.parts.office, list[str]()
    documents = []
    for place, one in enumerate(asked.documents):
        at = f"/documents/{place}"
        content = read_base64(one.content, f"{at}/content")
        new = judge_document(one.kind, one.name, content, one.inquiries, letter.n, at=at)
        documents.append(office.document_acts.keeping(application_id, new, actor, kept))
    office.letter_acts.answer_letter(application_id, letter.n, actor, documents)
    return _answer(call, application_id, letter.n, "letter answered")


def withdraw(call: Call, application_id: str, n: str) -> Response:
    asked = call.read_body_as(ActBody)
    actor = call.find_actor(asked.acted_by)
    letter = _find(call.open_file(application_id), n)
    call.parts.office.letter_acts.withdraw_letter(application_id, letter.n, actor)
    return _answer(call, application_id, letter.n, "letter withdrawn")


def _answer(call: Call, application_id: str, n: int, event: str) -> Response:
    """The letter as it stands after the act."""
    log_event(event, application=application_id, letter=n, client=call.caller.id)
    file = call.open_file(application_id)
    return answer_json(_describe(call, file, _find(file, str(n))))


def _find(file: CaseFile, n: str) -> LetterRow:
    letter = file.course.letter(read_ordinal(n, UNKNOWN))
    if letter is None:
        raise NotFound(problems=(Problem(UNKNOWN, "", "there is no such letter"),))
    return letter


def _form(call: Call) -> LetterForm | None:
    asked = call.request.args.get("form")
    try:
        return LetterForm(asked) if asked is not None else None
    except ValueError as error:
        detail = f"form must be {' or '.join(LetterForm)}"
        raise MalformedInput(problems=(Problem("invalid-value", "", detail),)) from error


def _signer(call: Call) -> Actor:
    """A draft bears the name of who would sign it: the signature is made over these very bytes."""
    return call.find_actor(read_named(call.request.headers.get(ACTED_BY, "")))


def _describe(call: Call, file: CaseFile, letter: LetterRow) -> LetterBody:
    inquiries = [file.inquiry(cell) for cell in letter.cells]
    return LetterBody(
        n=letter.n,
        owner=letter.owner,
        owner_name=call.say(_name_owner(file, letter.owner), letter.owner),
        round=letter.round,
        state=letter.state,
        cells=tuple(LetterCellBody(inquiry=i.id, number=i.number, subject=i.subject_ref) for i in inquiries),
        drafted_at=at_home(letter.drafted_at),
        signed_at=at_home(letter.signed_at),
        signed_by=letter.signed_by,
        signed_how=letter.signed_how,
        sent_at=at_home(letter.sent_at),
        sent_by=letter.sent_by,
        channel=letter.sent_channel,
        number=letter.sent_number,
        answered_at=at_home(letter.answered_at),
        withdrawn_at=at_home(letter.withdrawn_at),
        incident=letter.incident,
    )


def _name_owner(file: CaseFile, key: str) -> Names | None:
    return next((row.owner.name for row in file.case.service.requests if row.owner.key == key), None)


_LETTER = "/v1/applications/{application_id}/letters/{n}"
ROUTES = (
    Route(
        "GET", "/v1/applications/{application_id}/letters", list_letters, Access.PROVIDER,
        "The written requests to owners of registries.", answers={JSON: LettersBody}, refusals=(404,),
    ),
    Route(
        "GET", _LETTER, read_letter, Access.PROVIDER,
        "One written request, as data or as the PDF that is signed, by Accept.",
        answers={JSON: LetterBody, PDF: None}, refusals=(400, 404),
        query={
            "form": "of the PDF: electronic (the bytes that its signature is made over) or paper (with a place for a "
            "signature by hand); where it is not given, the form in which the letter went out",
        },
        headers={
            ACTED_BY: "of a draft's PDF: surname and initials of who will sign it, percent-encoded UTF-8, where the "
            "key names nobody"
        },
    ),
    Route(
        "POST", f"{_LETTER}/signature", sign, Access.PROVIDER,
        "Sign a draft: a detached CMS over the bytes of its PDF.",
        body=LetterSignatureBody, answers={JSON: LetterBody}, refusals=(400, 404, 409, 413, 415, 422, 503),
    ),
    Route(
        "POST", f"{_LETTER}/sent", send, Access.PROVIDER,
        "A written request went out; a draft that was signed by hand goes on paper.",
        body=LetterSentBody, answers={JSON: LetterBody}, refusals=(400, 404, 409, 413, 415, 422),
    ),
    Route(
        "POST", f"{_LETTER}/answered", take_answer, Access.PROVIDER,
        "The body answered, with the documents that close inquiries; what they do not close stays open.",
        body=LetterAnsweredBody, answers={JSON: LetterBody}, refusals=(400, 404, 409, 413, 415, 422),
        most_bytes=BODY_BYTES,
    ),
    Route(
        "POST", f"{_LETTER}/withdrawn", withdraw, Access.PROVIDER,
        "A written request is withdrawn by hand.",
        body=ActBody, answers={JSON: LetterBody}, refusals=(400, 404, 409, 413, 415),
    ),
)  # fmt: skip
