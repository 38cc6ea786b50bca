"""The tables of release 0.1.0."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0001_first"
down_revision = None


def upgrade(op: Operations) -> None:
    meta = op.create_table("meta", sa.Column("schema_version", sa.Integer, primary_key=True))
    op.bulk_insert(meta, [{"schema_version": 1}])
    _create_applications(op)
    _create_inquiries(op)
    _create_arrivals(op)
    op.create_table(
        "wakeups",
        sa.Column("application_id", sa.String(40), sa.ForeignKey("applications.id"), primary_key=True),
        _moment("due_at", nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        _moment("leased_until"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index("wakeups_due", "due_at"),
    )
    op.create_table(
        "events",
        sa.Column("application_id", sa.String(40), sa.ForeignKey("applications.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        _moment("at", nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )


def _create_applications(op: Operations) -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("key_sha256", sa.String(64), nullable=False, unique=True),
        _moment("created_at", nullable=False),
        _moment("revoked_at"),
    )
    op.create_table(
        "applications",
        # SQLite gives out ascending row ids to INTEGER primary keys only.
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("client_id", sa.String(40), sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary, nullable=False),
        sa.Column("sealed_signature", sa.LargeBinary, nullable=False),
        sa.Column("sealed_verdict", sa.LargeBinary, nullable=False),
        sa.Column("accepted_by", sa.String(100), nullable=False),
        sa.Column("rules_version", sa.String(40), nullable=False),
        sa.Column("promised_on", sa.Date),
        sa.Column("promised_clause", sa.Text),
        sa.Column("promised_assumed", sa.Boolean),
        sa.Column("promised_provisional", sa.Boolean),
        _moment("received_at", nullable=False),
        _moment("accepted_at", nullable=False),
        _moment("registered_at"),
        sa.UniqueConstraint("client_id", "idempotency_key", name="one_answer_per_idempotency_key"),
    )


def _create_inquiries(op: Operations) -> None:
    op.create_table(
        "inquiries",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("application_id", sa.String(40), sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("subject_ref", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reason", sa.String(80), nullable=False),
        _moment("opened_at", nullable=False),
        sa.UniqueConstraint("application_id", "number", "subject_ref", name="one_inquiry_per_cell"),
    )
    op.create_table(
        "exchanges",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("application_id", sa.String(40), sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("passport", sa.String(60), nullable=False),
        sa.Column("subject_ref", sa.String(40), nullable=False),
        sa.Column("question_mark", sa.String(64), nullable=False),
        sa.Column("sealed_question", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        _moment("next_try_at"),
        _moment("since"),
        sa.Column("cause", sa.String(60), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("correlation_id", sa.String(100), index=True),
        sa.Column("awaited_service", sa.String(200), nullable=False),
        _moment("closed_at"),
        sa.Column("sealed_record", sa.LargeBinary),
        sa.UniqueConstraint("application_id", "passport", "question_mark", name="one_exchange_per_question"),
    )
    op.create_table(
        "inquiry_parts",
        sa.Column("inquiry_id", sa.String(40), sa.ForeignKey("inquiries.id"), primary_key=True),
        sa.Column("key", sa.String(60), primary_key=True),
        sa.Column("application_id", sa.String(40), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("exchange_id", sa.String(40), sa.ForeignKey("exchanges.id")),
        sa.Column("not_asked", sa.String(80), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("exchange_id", sa.String(40), sa.ForeignKey("exchanges.id"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("application_id", sa.String(40), nullable=False, index=True),
        sa.Column("message_id", sa.String(100), nullable=False),
        _moment("started_at", nullable=False),
        _moment("ended_at", nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("failure", sa.String(60), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("reply_sha256", sa.String(64), nullable=False),
        sa.Column("sealed_request", sa.LargeBinary, nullable=False),
        sa.Column("sealed_reply", sa.LargeBinary),
    )


def _create_arrivals(op: Operations) -> None:
    op.create_table(
        "arrivals",
        sa.Column("message_id", sa.String(100), primary_key=True),
        sa.Column("correlation_id", sa.String(100), nullable=False, index=True),
        sa.Column("inquiry_id", sa.String(100), nullable=False, index=True),
        sa.Column("service_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        _moment("message_date"),
        sa.Column("application_id", sa.String(40), index=True),
        sa.Column("exchange_id", sa.String(40), index=True),
        _moment("received_at", nullable=False),
        _moment("answered_at"),
        _moment("notified_at"),
        _moment("due_at", index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sealed_raw", sa.LargeBinary, nullable=False),
    )


def _moment(name: str, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, **options)
