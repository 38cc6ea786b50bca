"""Why a case stands as it does: its dates, steps, inquiries and tries, each with rule, version and clause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flask import Response

from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.events import describe_event
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import Body, EventBody
from gateway.api.times import at_home
from gateway.core.explaining import explain_case
from gateway.core.steps import Why
from gateway.documents.composing import CaseFile


class WhyBody(Body):
    rule: str
    version: str
    clause: str
    assumed: bool


class ReasonedDateBody(Body):
    name: str
    on: date
    why: WhyBody


class ReasonedInquiryBody(Body):
    """`reason`: why the request does not apply to the subject."""

    number: int
    subject: str
    outcome: str
    reason: str
    why: WhyBody


class ReasonedTryBody(Body):
    source: str
    subject: str
    tries: int
    next_at: datetime
    why: WhyBody


class ExplanationBody(Body):
    """`steps` are the events that a rule made, each with its `why`."""

    id: str
    dates: tuple[ReasonedDateBody, ...]
    steps: tuple[EventBody, ...]
    inquiries: tuple[ReasonedInquiryBody, ...]
    tries: tuple[ReasonedTryBody, ...]


def explain(call: Call, application_id: str) -> Response:
    file = call.open_file(application_id)
    told = explain_case(file.case, file.law)
    events = call.parts.store.read_events(file.case.id, 0)
    return answer_json(
        ExplanationBody(
            id=file.case.id,
            dates=(
                *(ReasonedDateBody(name=one.name, on=one.on, why=_describe(one.why)) for one in told.dates),
                *_told_dates(file),
            ),
            steps=tuple(describe_event(event) for event in events if "why" in event.data),
            inquiries=tuple(
                ReasonedInquiryBody(
                    number=one.number,
                    subject=one.subject_ref,
                    outcome=one.outcome,
                    reason=one.reason,
                    why=_describe(one.why),
                )
                for one in told.inquiries
            ),
            tries=tuple(
                ReasonedTryBody(
                    source=one.passport,
                    subject=one.subject_ref,
                    tries=one.tries,
                    next_at=at_home(one.next_at),
                    why=_describe(one.why),
                )
                for one in told.tries
            ),
        )
    )


def _told_dates(file: CaseFile) -> Iterator[ReasonedDateBody]:
    """As they were told last, with the rule of that day."""
    last = {row.kind: row for row in file.course.dates}
    for kind, row in last.items():
        why = WhyBody(rule=row.rule, version=row.rules_version, clause=row.clause, assumed=row.assumed)
        yield ReasonedDateBody(name=kind, on=row.on, why=why)


def _describe(why: Why) -> WhyBody:
    return WhyBody(rule=why.rule, version=why.version, clause=why.clause, assumed=why.assumed)


ROUTES = (
    Route(
        "GET", "/v1/applications/{application_id}/explanation", explain, Access.PROVIDER,
        "Which rule, in which version and by which clause, made each date, step, inquiry and try.",
        answers={JSON: ExplanationBody}, refusals=(404,),
    ),
)  # fmt: skip
