"""What happened to an application: as a list, and live as text/event-stream until the case is over."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Response

from contracts.errors import Overloaded
from gateway.api.answers import answer_json
from gateway.api.call import LARGEST_NUMBER, Call
from gateway.api.routes import JSON, STREAM, Access, Route
from gateway.api.schemas import EventBody, EventsBody
from gateway.core.calendar import ALMATY
from gateway.logs import log_crash
from gateway.store.rows import Event, StoredApplication


def read_events(call: Call, application_id: str) -> Response:
    stored = call.read_application(application_id)
    after = call.number_of("after")
    if call.request.accept_mimetypes.best_match([JSON, STREAM]) == STREAM:
        return _stream_events(call, stored, after)
    events = call.parts.store.read_events(stored.id, after)
    seen = tuple(describe_event(event) for event in events if call.may_see(event))
    return answer_json(EventsBody(events=seen, next=events[-1].seq if events else after))


def _stream_events(call: Call, stored: StoredApplication, after: int) -> Response:
    last = call.request.headers.get("Last-Event-ID", "")
    known = last.isascii() and last.isdigit() and len(last) < 16
    after = max(after, min(int(last), LARGEST_NUMBER)) if known else after
    if not call.parts.streams.acquire(blocking=False):
        raise Overloaded("as many live streams are open as may be")
    live = _end_at_failure(write_stream(call, stored.id, after), stored.id)
    response = Response(live, content_type=f"{STREAM}; charset=utf-8")
    response.call_on_close(call.parts.streams.release)
    # A buffering proxy would turn live into late.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def write_stream(call: Call, application_id: str, after: int) -> Iterator[str]:
    """The events behind `after` as they come; the last is `end` where the case is over, else it just stops."""
    store, parts = call.parts.store, call.parts
    quiet = 0
    while quiet < parts.quiet_rounds and not parts.is_stopping():
        # Read before the events: what was committed together with the end is then behind us in any case.
        over = store.is_over(application_id)
        events = store.wait_for_event(application_id, after, 0 if over else parts.quiet_seconds)
        for event in events:
            after = event.seq
            if call.may_see(event):
                yield _write(event.kind, event.seq, describe_event(event).model_dump(mode="json"))
        if over and not events:
            yield _write("end", after, {"reason": "over"})
            return
        quiet = 0 if events else quiet + 1
        if not events:
            yield ": still here\n\n"


def _end_at_failure(stream: Iterator[str], application_id: str) -> Iterator[str]:
    """The answer has begun, so that no problem can be told any more: the caller connects again and hears it then."""
    try:
        yield from stream
    except Exception as error:
        log_crash(error, application=application_id)


def _write(kind: str, seq: int, data: object) -> str:
    return f"id: {seq}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def describe_event(event: Event) -> EventBody:
    return EventBody(seq=event.seq, at=event.at.astimezone(ALMATY), kind=event.kind, data=event.data)


ROUTES = (
    Route(
        "GET", "/v1/applications/{application_id}/events", read_events, Access.PORTAL,
        "What happened: a list, or live where the caller accepts text/event-stream; a portal sees status and notices.",
        answers={JSON: EventsBody, STREAM: None}, refusals=(400, 404, 503),
        query={"after": "the number of the last event that is known"},
        headers={"Last-Event-ID": "the same, as a browser sends it when it connects again"},
    ),
)  # fmt: skip
