"""An application read back as a case: its own row, cells, exchanges, and what happened beside the asking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Row, String, bindparam, select

from contracts.application import Application
from contracts.errors import NotFound, OperatorError
from contracts.request import Channel, Service
from contracts.words import Outcome
from gateway.core.case import Case, Inquiry, InquiryPart
from gateway.core.subjects import freeze_subjects
from gateway.core.terms import LegalDate
from gateway.store import tables as t
from gateway.store.clients import read_client
from gateway.store.exchanges import read_exchanges
from gateway.store.numbers import write_number
from gateway.store.pinned_rules import PinnedRules
from gateway.store.proceedings import read_proceedings
from gateway.store.rows import NewApplication, StoredApplication
from gateway.store.sealing import Sealer

_A: Final = t.applications.c
_OF: Final = bindparam("application", type_=String)
_APPLICATION: Final = select(t.applications).where(_A.id == _OF)
_COURSE: Final = select(_A.id, _A.registered_at, _A.registered_complete, _A.withdrawn_at).where(_A.id == _OF)
_CLIENT: Final = select(t.clients).where(t.clients.c.id == bindparam("client", type_=String))
_PARTS: Final = (
    select(t.parts.c.inquiry_id, t.parts.c.key, t.parts.c.exchange_id, t.parts.c.not_asked)
    .where(t.parts.c.application_id == _OF)
    .order_by(t.parts.c.position)
)
_INQUIRIES: Final = (
    select(
        t.inquiries.c.id, t.inquiries.c.number, t.inquiries.c.subject_ref, t.inquiries.c.outcome, t.inquiries.c.reason
    )
    .where(t.inquiries.c.application_id == _OF)
    .order_by(t.inquiries.c.position)
)
_SERVICES_KEPT: Final = 256
"""Services with the term of a channel as it was at some T0: a few a year."""


class CaseReader:
    """Reads within a connection of the caller's; what many cases share is read once for the process."""

    def __init__(self, sealer: Sealer, services: Mapping[str, Service]) -> None:
        self._sealer = sealer
        self._services = services
        self._pinned = PinnedRules()
        self._find_service = lru_cache(maxsize=_SERVICES_KEPT)(self._pin_channel)

    def read(self, connection: Connection, application_id: str) -> StoredApplication:
        """Raises NotFound."""
        row = connection.execute(_APPLICATION, {"application": application_id}).one_or_none()
        if row is None:
            raise NotFound("there is no such application")
        client = connection.execute(_CLIENT, {"client": row.client_id}).one()
        open_sealed = self._sealer.open
        body = open_sealed(row.sealed_body, f"applications:{row.id}:body")
        return StoredApplication(
            id=row.id,
            number=write_number(row.accepted_at, row.seq),
            client=read_client(client, self._sealer),
            received_at=row.received_at,
            case=self._read_case(connection, row, Application.model_validate_json(body)),
            body=body,
            signature=open_sealed(row.sealed_signature, f"applications:{row.id}:signature"),
            verdict=json.loads(open_sealed(row.sealed_verdict, f"applications:{row.id}:verdict")),
            rules_version=row.rules_version,
            accepted_by=row.accepted_by,
            promised=_promised(row),
        )

    def begin(self, new: NewApplication, application_id: str, seq: int) -> StoredApplication:
        """What was accepted a moment ago, as `read` would have it: nothing has happened to it yet."""
        application, accepted_at = Application.model_validate_json(new.body), new.accepted_at.astimezone(UTC)
        received_at = new.received_at.astimezone(UTC)
        case = Case(
            id=application_id,
            service=self._find_service(new.service, write_channel(new)),
            application=application,
            channel=new.client.channel,
            accepted_at=accepted_at,
            received_at=received_at,
            subjects=freeze_subjects(application, accepted_at),
            promised_on=new.promised.on if new.promised else None,
            rules=new.rules,
        )
        return StoredApplication(
            id=application_id,
            number=write_number(accepted_at, seq),
            client=new.client,
            received_at=received_at,
            case=case,
            body=new.body,
            signature=new.signature,
            verdict=json.loads(json.dumps(new.verdict)),
            rules_version=new.rules_version,
            accepted_by=new.accepted_by,
            promised=new.promised,
        )

    def read_course(self, connection: Connection, case: Case) -> Case:
        """The same case, with what happened beside the asking as it stands now."""
        row = connection.execute(_COURSE, {"application": case.id}).one()
        return replace(case, registered_at=row.registered_at, proceedings=read_proceedings(connection, row))

    def _read_case(self, connection: Connection, row: Row[Any], application: Application) -> Case:
        return Case(
            id=row.id,
            service=self._find_service(row.service, row.channel_row),
            application=application,
            channel=row.channel,
            accepted_at=row.accepted_at,
            received_at=row.received_at,
            subjects=freeze_subjects(application, row.accepted_at),
            inquiries=_read_inquiries(connection, row.id),
            exchanges=read_exchanges(connection, self._sealer, row.id),
            registered_at=row.registered_at,
            promised_on=row.promised_on,
            rules=self._pinned.read(connection, row.rules_digest),
            proceedings=read_proceedings(connection, row),
        )

    def _pin_channel(self, code: str, kept: str) -> Service:
        """The service with the term of the case's channel as it was at T0, whatever the catalogue says now."""
        service = self._services.get(code)
        if service is None:
            raise OperatorError("the catalogue no longer has the service of a stored application")
        if not kept:
            return service
        pinned = Channel.model_validate_json(kept)
        others = tuple(one for one in service.channels if one.key != pinned.key)
        return service.model_copy(update={"channels": (*others, pinned)})


def write_channel(new: NewApplication) -> str:
    """The channel of T0 as the row keeps it; "" where none was kept."""
    return new.channel_row.model_dump_json() if new.channel_row else ""


def _read_inquiries(connection: Connection, application_id: str) -> tuple[Inquiry, ...]:
    of = {"application": application_id}
    parts: dict[str, list[InquiryPart]] = {}
    for inquiry_id, key, exchange_id, not_asked in connection.execute(_PARTS, of):
        parts.setdefault(inquiry_id, []).append(InquiryPart(key, exchange_id, not_asked))
    return tuple(
        Inquiry(one, number, ref, tuple(parts.get(one, ())), Outcome(outcome) if outcome else None, reason)
        for one, number, ref, outcome, reason in connection.execute(_INQUIRIES, of)
    )


def _promised(row: Row[Any]) -> LegalDate | None:
    if row.promised_on is None:
        return None
    return LegalDate(row.promised_on, row.promised_clause, row.promised_assumed, row.promised_provisional)
