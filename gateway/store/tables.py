"""The tables: what is kept, and what is sealed at rest (every column `sealed_*`); moments are microseconds of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    true,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware datetime as whole microseconds since 1970: sorts and compares alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


# SQLite gives out ascending row ids to INTEGER primary keys only.
_BIG = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

# Read of databases that programs before Alembic made, and kept so that these refuse what came after them.
meta = Table("meta", metadata, Column("schema_version", Integer, primary_key=True))

clients = Table(
    "clients", metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("key_sha256", String(64), nullable=False, unique=True),
    Column("employee", String(120), nullable=False, server_default=""),
    Column("role", String(60), nullable=False, server_default=""),
    Column("sealed_employee_iin", LargeBinary),
    Column("attests_bin", String(12), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)  # fmt: skip

applications = Table(
    "applications", metadata,
    Column("seq", _BIG, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("service", String(40), nullable=False),
    Column("client_id", String(40), ForeignKey("clients.id"), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("idempotency_key", String(255)),
    Column("request_sha256", String(64), nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    Column("sealed_signature", LargeBinary, nullable=False),
    Column("sealed_verdict", LargeBinary, nullable=False),
    Column("signature_sha256", String(64)),
    Column("accepted_by", String(100), nullable=False),
    Column("rules_version", String(40), nullable=False),
    Column("promised_on", Date),
    Column("promised_clause", Text),
    Column("promised_assumed", Boolean),
    Column("promised_provisional", Boolean),
    Column("received_at", Moment, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("registered_at", Moment),
    Column("registered_complete", Boolean, nullable=False, server_default=true()),
    Column("rules_digest", String(64), nullable=False, server_default=""),
    Column("channel_row", Text, nullable=False, server_default=""),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", String(120), nullable=False, server_default=""),
    Column("traceparent", String(55), nullable=False, server_default=""),
    Unique("client_id", "idempotency_key", name="one_answer_per_idempotency_key"),
    Index("applications_signed_once", "signature_sha256", unique=True),
)  # fmt: skip

inquiries = Table(
    "inquiries", metadata,
    Column("id", String(40), primary_key=True),
    Column("application_id", String(40), ForeignKey("applications.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("subject_ref", String(40), nullable=False),
    Column("outcome", String(20)),
    Column("reason", String(80), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Unique("application_id", "number", "subject_ref", name="one_inquiry_per_cell"),
)  # fmt: skip

parts = Table(
    "inquiry_parts", metadata,
    Column("inquiry_id", String(40), ForeignKey("inquiries.id"), primary_key=True),
    Column("key", String(60), primary_key=True),
    Column("application_id", String(40), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("exchange_id", String(40), ForeignKey("exchanges.id")),
    Column("not_asked", String(80), nullable=False),
)  # fmt: skip

exchanges = Table(
    "exchanges", metadata,
    Column("id", String(40), primary_key=True),
    Column("application_id", String(40), ForeignKey("applications.id"), nullable=False),
    Column("passport", String(60), nullable=False),
    Column("subject_ref", String(40), nullable=False),
    Column("question_mark", String(64), nullable=False),
    Column("sealed_question", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("since", Moment),
    Column("accepted_at", Moment),
    Column("asked_at", Moment),
    Column("again_at", Moment),
    Column("reasked_at", Moment),
    Column("cause", String(60), nullable=False),
    Column("code", String(200), nullable=False),
    Column("correlation_id", String(100), index=True),
    Column("awaited_service", String(200), nullable=False),
    Column("closed_at", Moment),
    Column("vouched_by", String(40), nullable=False, server_default=""),
    Column("sealed_record", LargeBinary),
    Unique("application_id", "passport", "question_mark", name="one_exchange_per_question"),
    Index("exchanges_of_passport", "passport", "state", "since"),
    Index("exchanges_awaited", "state", "awaited_service"),
    Index("exchanges_reasked", "reasked_at"),
)  # fmt: skip

attempts = Table(
    "attempts", metadata,
    Column("exchange_id", String(40), ForeignKey("exchanges.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("application_id", String(40), nullable=False, index=True),
    Column("message_id", String(100), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("http_status", Integer),
    Column("failure", String(60), nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("reply_sha256", String(64), nullable=False),
    Column("traceparent", String(55), nullable=False, server_default=""),
    Column("sealed_request", LargeBinary, nullable=False),
    Column("sealed_reply", LargeBinary),
)  # fmt: skip

arrivals = Table(
    "arrivals", metadata,
    Column("message_id", String(100), primary_key=True),
    Column("correlation_id", String(100), nullable=False, index=True),
    Column("inquiry_id", String(100), nullable=False, index=True),
    Column("service_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("message_date", Moment),
    Column("application_id", String(40), index=True),
    Column("exchange_id", String(40), index=True),
    Column("received_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("notified_at", Moment),
    Column("due_at", Moment, index=True),
    Column("tries", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("vouched_by", String(40), nullable=False, server_default=""),
    Column("sealed_raw", LargeBinary, nullable=False),
)  # fmt: skip

wakeups = Table(
    "wakeups", metadata,
    Column("application_id", String(40), ForeignKey("applications.id"), primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("reason", String(60), nullable=False),
    Column("leased_until", Moment),
    Column("version", Integer, nullable=False),
    Index("wakeups_due", "due_at"),
)  # fmt: skip

events = Table(
    "events", metadata,
    Column("application_id", String(40), ForeignKey("applications.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("data", Text, nullable=False),
)  # fmt: skip
