"""What waits for people over all applications: tasks, messages that nobody awaited, outages of owners."""

from __future__ import annotations

import re

from flask import Response

from gateway.api.answers import answer_file, answer_json
from gateway.api.call import Call
from gateway.api.course_schemas import (
    IncidentBody,
    IncidentLetterBody,
    IncidentsBody,
    TaskBody,
    UnmatchedBody,
    UnmatchedMessageBody,
    WorklistBody,
)
from gateway.api.routes import JSON, PDF, Access, Route
from gateway.api.times import at_home
from gateway.logs import log_event
from gateway.office.office import unknown_incident

_LONGEST_LIST = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def list_work(call: Call) -> Response:
    tasks, after = call.parts.office.list_work(call.number_of("after"))
    return answer_json(
        WorklistBody(
            tasks=tuple(
                TaskBody(
                    application=task.application_id,
                    kind=task.kind.value,
                    subject=task.subject,
                    due=task.due,
                    overdue=task.overdue,
                )
                for task in tasks
            ),
            next=after,
        )
    )


def list_unmatched(call: Call) -> Response:
    found = call.parts.office.lists.list_unmatched(_LONGEST_LIST)
    return answer_json(
        UnmatchedBody(
            messages=tuple(
                UnmatchedMessageBody(
                    message_id=one.message_id,
                    service_id=one.service_id,
                    kind=one.kind,
                    received_at=at_home(one.received_at),
                    size=one.size,
                    sha256=one.sha256,
                )
                for one in found
            )
        )
    )


def list_incidents(call: Call) -> Response:
    only_open = not call.flag_of("closed")
    found = call.parts.office.lists.list_incidents(_LONGEST_LIST, only_open=only_open)
    return answer_json(
        IncidentsBody(
            incidents=tuple(
                IncidentBody(
                    id=one.id,
                    service=one.service,
                    owner=one.owner,
                    opened_at=at_home(one.opened_at),
                    closed_at=at_home(one.closed_at),
                    letters=tuple(IncidentLetterBody(application=a, letter=n) for a, n in one.letters),
                )
                for one in found
            )
        )
    )


def read_incident_letter(call: Call, incident_id: str) -> Response:
    if not _ID.fullmatch(incident_id):
        raise unknown_incident()
    content = call.parts.office.print_incident(incident_id)
    log_event("incident letter read", incident=incident_id, client=call.caller.id)
    return answer_file(content, PDF, f"{incident_id}.pdf")


ROUTES = (
    Route(
        "GET", "/v1/worklist", list_work, Access.PROVIDER,
        "What waits for a person, over all applications: overdue first within a page.",
        answers={JSON: WorklistBody}, refusals=(400,), query={"after": "`next` of the page before"},
    ),
    Route(
        "GET", "/v1/unmatched", list_unmatched, Access.PROVIDER,
        "Messages of the bus that nobody here awaited, the newest first.", answers={JSON: UnmatchedBody},
    ),
    Route(
        "GET", "/v1/incidents", list_incidents, Access.PROVIDER,
        "Outages of owners that hit many applications, the newest first.",
        answers={JSON: IncidentsBody}, refusals=(400,), query={"closed": "true: those that are over too"},
    ),
    Route(
        "GET", "/v1/incidents/{incident_id}/letter", read_incident_letter, Access.PROVIDER,
        "One letter for all applications of an outage.", answers={PDF: None}, refusals=(404,),
    ),
)  # fmt: skip
