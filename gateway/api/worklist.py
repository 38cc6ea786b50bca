"""What waits for people over all applications: tasks, messages that nobody awaited, outages of owners."""

from __future__ import annotations

import re

from flask import Response

from gateway.api.answers import answer_file, answer_json
from gateway.api.call import Call
from gateway.api.places import cut_page, read_place
from gateway.api.routes import JSON, PDF, Access, Route
from gateway.api.times import at_home
from gateway.api.worklist_schemas import (
    IncidentBody,
    IncidentLetterBody,
    IncidentsBody,
    IncidentSentBody,
    TaskBody,
    UnmatchedBody,
    UnmatchedMessageBody,
    WorklistBody,
)
from gateway.logs import log_event
from gateway.office.office import unknown_incident
from gateway.store.incident_acts import Sending
from gateway.store.lists import IncidentRow, Place

_PAGE = 200
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
    behind = read_place(call.request.args.get("after"))
    found = call.parts.office.lists.list_unmatched(_PAGE + 1, behind)
    page, after = cut_page(found, _PAGE, lambda one: Place(one.received_at, one.message_id))
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
                for one in page
            ),
            next=after,
        )
    )


def list_incidents(call: Call) -> Response:
    only_open = not call.flag_of("closed")
    behind = read_place(call.request.args.get("after"))
    found = call.parts.office.lists.list_incidents(_PAGE + 1, behind, only_open=only_open)
    page, after = cut_page(found, _PAGE, lambda one: Place(one.opened_at, one.id))
    return answer_json(IncidentsBody(incidents=tuple(_describe(call, one) for one in page), next=after))


def read_incident_letter(call: Call, incident_id: str) -> Response:
    _check(incident_id)
    part = call.number_of("part") if "part" in call.request.args else 1
    content = call.parts.office.print_incident(incident_id, part)
    log_event("incident letter read", incident=incident_id, part=part, client=call.caller.id)
    return answer_file(content, PDF, f"{incident_id}-{part}.pdf")


def send_incident(call: Call, incident_id: str) -> Response:
    """The incident as it stands after the act."""
    asked = call.read_body_as(IncidentSentBody)
    actor = call.find_actor(asked.acted_by)
    _check(incident_id)
    sent_at = asked.sent_at or call.parts.clock()
    sending = Sending(asked.channel, asked.number.strip(), sent_at, asked.printed_at or sent_at)
    office = call.parts.office
    sent = office.incident_acts.send_letters(incident_id, actor, sending)
    log_event("incident letters sent", incident=incident_id, letters=len(sent), client=call.caller.id)
    found = office.lists.find_incident(incident_id)
    if found is None:
        raise unknown_incident()
    return answer_json(_describe(call, found))


def _check(incident_id: str) -> None:
    if not _ID.fullmatch(incident_id):
        raise unknown_incident()


def _describe(call: Call, incident: IncidentRow) -> IncidentBody:
    return IncidentBody(
        id=incident.id,
        service=incident.service,
        owner=incident.owner,
        opened_at=at_home(incident.opened_at),
        closed_at=at_home(incident.closed_at),
        letters=tuple(
            IncidentLetterBody(application=one.application_id, letter=one.n, state=one.state)
            for one in incident.letters
        ),
        parts=call.parts.office.count_parts(incident),
    )


ROUTES = (
    Route(
        "GET", "/v1/worklist", list_work, Access.PROVIDER,
        "What waits for a person, over all applications: overdue first within a page.",
        answers={JSON: WorklistBody}, refusals=(400,), query={"after": "`next` of the page before"},
    ),
    Route(
        "GET", "/v1/unmatched", list_unmatched, Access.PROVIDER,
        "Messages of the bus that nobody here awaited, the newest first; each is kept for 60 days.",
        answers={JSON: UnmatchedBody}, refusals=(400,), query={"after": "`next` of the page before"},
    ),
    Route(
        "GET", "/v1/incidents", list_incidents, Access.PROVIDER,
        "Outages of owners that hit many applications, the newest first.",
        answers={JSON: IncidentsBody}, refusals=(400,),
        query={"closed": "true: those that are over too", "after": "`next` of the page before"},
    ),
    Route(
        "GET", "/v1/incidents/{incident_id}/letter", read_incident_letter, Access.PROVIDER,
        "One letter for all of an outage's letters that wait to be sent; where none waits, for all that were sent.",
        answers={PDF: None}, refusals=(400, 404),
        query={"part": "of a letter in several parts, `parts` of the incident; the first where it is not given"},
    ),
    Route(
        "POST", "/v1/incidents/{incident_id}/sent", send_incident, Access.PROVIDER,
        "The grouped letter went out: each of its letters that waited to be sent is marked as sent, all or none.",
        body=IncidentSentBody, answers={JSON: IncidentBody}, refusals=(400, 404, 409, 413, 415, 422),
    ),
)  # fmt: skip
