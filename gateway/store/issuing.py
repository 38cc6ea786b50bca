"""A notice issued: its row, its ways of delivery, and its content as it was written on that day, sealed; each once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from gateway.core.case import Case
from gateway.core.proceedings import DeliveryState
from gateway.core.steps import IssueNotice
from gateway.store import course_tables as t
from gateway.store.course_reading import CourseReader, name_content
from gateway.store.course_rows import Course, NoticeRow
from gateway.store.numbers import write_number
from gateway.store.rows import Audience, Told
from gateway.store.tables import applications

WriteNotice = Callable[[Case, str, Course, NoticeRow], bytes]
"""Port: (case, number of the application, its course, the notice) -> what the notice says, as bytes that stay."""


@dataclass(frozen=True)
class NoticeIssuer:
    reader: CourseReader
    write: WriteNotice

    def issue(self, connection: Connection, case: Case, step: IssueNotice, at: datetime) -> Sequence[Told]:
        """Within a write. A notice is evidence: whatever renders it later reads what was written here."""
        c = t.notices.c
        mine = c.application_id == case.id
        if connection.execute(select(c.n).where(mine, c.key == step.key)).first() is not None:
            return ()
        n = (connection.execute(select(func.max(c.n)).where(mine)).scalar() or 0) + 1
        row = NoticeRow(
            n, step.key, step.kind.value, at, step.deliver_by, step.cells, step.why.rule, step.why.clause, ()
        )  # fmt: skip
        course = self.reader.read_within(connection, case.id)
        content = self.write(case, _number(connection, case), course, row)
        connection.execute(
            insert(t.notices).values(
                application_id=case.id,
                n=n,
                key=row.key,
                kind=row.kind,
                issued_at=at,
                deliver_by=row.deliver_by,
                cells=json.dumps(list(row.cells)),
                rule=row.rule,
                clause=row.clause,
                sealed_content=self.reader.sealer.seal(content, name_content(case.id, n)),
                content_sha256=hashlib.sha256(content).hexdigest(),
            )
        )
        for channel in step.channels:
            way = {"application_id": case.id, "n": n, "channel": channel.value, "tries": 0, "cause": ""}
            connection.execute(insert(t.deliveries).values(way | {"state": DeliveryState.WAITING.value}))
        data = {"notice": n, "kind": row.kind, "deliver_by": row.deliver_by.isoformat(), "why": asdict(step.why)}
        return (Told("notice_issued", Audience.ALL, data),)


def _number(connection: Connection, case: Case) -> str:
    seq = connection.execute(select(applications.c.seq).where(applications.c.id == case.id)).scalar_one()
    return write_number(case.accepted_at, seq)
