"""Notices: the provider sees their deliveries; a portal's applicant reads them, and that he did is their delivery.

What is sensitive is named where the portal says that it shows the text to the applicant, authenticated
(`authenticated=true`), and only such a reading counts as the delivery through the portal: a program that looks whether
there is news has told nobody. The provider's reading never counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from contracts.errors import NotFound, Problem
from gateway.api.answers import answer_file, answer_json
from gateway.api.call import Call, read_ordinal
from gateway.api.course_schemas import DeliveryBody, NoticeBody, NoticeDeliveredBody, NoticesBody
from gateway.api.routes import JSON, PDF, Access, Route
from gateway.api.times import at_home
from gateway.core.proceedings import DeliveryChannel, DeliveryState
from gateway.documents.composing import CaseFile
from gateway.documents.model import Language
from gateway.documents.render import render_notice, render_notice_text
from gateway.logs import log_event
from gateway.store.course_rows import DeliveryRow, NoticeRow
from gateway.store.rows import ClientKind

UNKNOWN = "notice-not-found"


def list_notices(call: Call, application_id: str) -> Response:
    file = call.open_file(application_id)
    body = NoticesBody(notices=tuple(_describe(call, file, notice) for notice in file.course.notices))
    _count_reading(call, file, file.course.notices)
    return answer_json(body)


def read_notice(call: Call, application_id: str, n: str) -> Response:
    file = call.open_file(application_id)
    notice = _find(file, n)
    if call.wants(PDF):
        written = call.parts.office.files.read_notice(file, notice)
        content = render_notice(written, "both", call.may_name())
        response = answer_file(content, PDF, f"notice-{notice.n}.pdf")
    else:
        response = answer_json(_describe(call, file, notice))
    _count_reading(call, file, (notice,))
    return response


def hand_over(call: Call, application_id: str, n: str) -> Response:
    asked = call.read_body_as(NoticeDeliveredBody)
    actor = call.find_actor(asked.acted_by)
    notice = _find(call.open_file(application_id), n)
    acts, channel = call.parts.office.document_acts, DeliveryChannel(asked.channel)
    acts.deliver_notice(application_id, notice.n, channel, actor, asked.receipt.strip())
    log_event("notice handed over", application=application_id, notice=notice.n, client=call.caller.id)
    file = call.open_file(application_id)
    return answer_json(_describe(call, file, _find(file, n)))


def _count_reading(call: Call, file: CaseFile, notices: Iterable[NoticeRow]) -> None:
    if call.caller.kind is ClientKind.PROVIDER or not call.flag_of("authenticated") or call.request.method != "GET":
        return
    for notice in notices:
        if any(_is_owed_to_portal(delivery) for delivery in notice.deliveries):
            acts = call.parts.office.document_acts
            acts.deliver_notice(file.case.id, notice.n, DeliveryChannel.PORTAL, call.find_actor(), "")


def _is_owed_to_portal(delivery: DeliveryRow) -> bool:
    return delivery.channel == DeliveryChannel.PORTAL.value and delivery.state != DeliveryState.DELIVERED.value


def _find(file: CaseFile, n: str) -> NoticeRow:
    notice = file.course.notice(read_ordinal(n, UNKNOWN))
    if notice is None:
        raise NotFound(problems=(Problem(UNKNOWN, "", "there is no such notice"),))
    return notice


def _describe(call: Call, file: CaseFile, notice: NoticeRow) -> NoticeBody:
    written = call.parts.office.files.read_notice(file, notice)
    language: Language = "kk" if call.language == "kk" else "ru"
    title, paragraphs = render_notice_text(written, language, call.may_name())
    body = NoticeBody(
        n=notice.n, kind=notice.kind, issued_at=at_home(notice.issued_at), title=title, paragraphs=paragraphs
    )  # fmt: skip
    if call.caller.kind is not ClientKind.PROVIDER:
        return body
    deliveries = tuple(map(_describe_delivery, notice.deliveries))
    provider_only = {
        "deliver_by": notice.deliver_by,
        "clause": notice.clause,
        "deliveries": deliveries,
        "sha256": notice.content_sha256,
    }
    return body.model_copy(update=provider_only)


def _describe_delivery(row: DeliveryRow) -> DeliveryBody:
    return DeliveryBody(
        channel=row.channel,
        state=row.state,
        tries=row.tries,
        next_try_at=at_home(row.next_try_at),
        delivered_at=at_home(row.delivered_at),
        delivered_by=row.delivered_by,
        cause=row.cause,
        receipt=row.receipt,
    )


_NOTICES = "/v1/applications/{application_id}/notices"
_AUTHENTICATED = {
    "authenticated": "true where a portal shows the answer to the applicant, authenticated: sensitive items are named, "
    "and the notice counts as delivered through the portal"
}
ROUTES = (
    Route(
        "GET", _NOTICES, list_notices, Access.PORTAL,
        "The notices to the applicant, in the caller's language; the provider sees their deliveries too.",
        answers={JSON: NoticesBody}, refusals=(400, 404), query=_AUTHENTICATED,
    ),
    Route(
        "GET", _NOTICES + "/{n}", read_notice, Access.PORTAL,
        "One notice, as data or as a PDF in Kazakh and Russian, by Accept.",
        answers={JSON: NoticeBody, PDF: None}, refusals=(400, 404), query=_AUTHENTICATED,
    ),
    Route(
        "POST", _NOTICES + "/{n}/delivered", hand_over, Access.PROVIDER,
        "A notice was handed over, or posted, on paper.",
        body=NoticeDeliveredBody, answers={JSON: NoticeBody}, refusals=(400, 404, 413, 415),
    ),
)  # fmt: skip
