"""What the dossier shows of the application itself: how it came, its people, who may sign it, the bank's word."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gateway.account_statements import read_statement
from gateway.core.calendar import ALMATY
from gateway.core.case import Case, Subject
from gateway.store.rows import StoredApplication


def describe_application(stored: StoredApplication) -> dict[str, Any]:
    case = stored.case
    return {
        "id": stored.id,
        "number": stored.number,
        "service": case.service.code,
        "service_name": case.service.name.model_dump(),
        "channel": case.channel,
        "received_at": stored.received_at.astimezone(ALMATY).isoformat(),
        "accepted_at": case.accepted_at.astimezone(ALMATY).isoformat(),
        "accepted_by": stored.accepted_by,
        "account_check": _account_check(case.application.account.check),
        "body_sha256": hashlib.sha256(stored.body).hexdigest(),
        "declared": json.loads(stored.body),
    }


def _account_check(statement: str | None) -> dict[str, Any] | None:
    """What the bank said before the application, as the statement inside tells; it was judged at intake."""
    if statement is None:
        return None
    told = read_statement(statement)
    return {"owner": told.owner, "at": told.at.astimezone(ALMATY).isoformat()}


def describe_representative(case: Case) -> dict[str, Any] | None:
    """Who may sign in the applicant's place, in what capacity and by what, as declared."""
    declared = case.application.representative
    if declared is None:
        return None
    name = " ".join(part for part in (declared.surname, declared.name, declared.patronymic) if part)
    fields = declared.model_dump(mode="json", include={"iin", "ground", "document_number", "issued_on", "valid_until"})
    return {"name": name} | fields


def describe_subject(subject: Subject) -> dict[str, Any]:
    name = " ".join(part for part in (subject.surname, subject.name, subject.patronymic) if part)
    return {
        "ref": subject.ref,
        "relation": subject.relation.value if subject.relation else subject.ref,
        "iin": subject.iin,
        "name": name,
        "birth_date": subject.birth_date.isoformat(),
        "age": subject.age,
    }
