"""The legal course: letters, documents, dates, notices, decisions, complaints, and the rules that a case pins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0004_legal_course"
down_revision = "0003_own_version_ends"


def upgrade(op: Operations) -> None:
    _create_pinned(op)
    _create_letters(op)
    _create_documents(op)
    _create_notices(op)
    _create_decisions(op)
    _add_columns(op)


def _create_pinned(op: Operations) -> None:
    op.create_table(
        "rule_sets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "chains",
        sa.Column("correlation_id", sa.String(length=100), nullable=False),
        sa.Column("exchange_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"],
            ["exchanges.id"],
        ),
        sa.PrimaryKeyConstraint("correlation_id"),
    )
    op.create_index("ix_chains_exchange_id", "chains", ["exchange_id"], unique=False)


def _create_letters(op: Operations) -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incidents_owner", "incidents", ["owner"], unique=False)
    op.create_table(
        "letters",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("signed_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("signed_how", sa.String(length=20), server_default="", nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sent_channel", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sent_number", sa.String(length=60), server_default="", nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("incident_id", sa.String(length=40), nullable=True),
        sa.Column("sealed_pdf", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "n"),
        sa.UniqueConstraint("application_id", "owner", "round", name="one_letter_per_owner_and_round"),
    )
    op.create_index("ix_letters_incident_id", "letters", ["incident_id"], unique=False)
    op.create_table(
        "letter_cells",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "n"],
            ["letters.application_id", "letters.n"],
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiries.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "n", "inquiry_id"),
    )


def _create_documents(op: Operations) -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("letter_n", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.String(length=120), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_documents_application_id", "documents", ["application_id"], unique=False)
    op.create_table(
        "document_cells",
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("inquiry_id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiries.id"],
        ),
        sa.PrimaryKeyConstraint("document_id", "inquiry_id"),
    )
    op.create_index("ix_document_cells_application_id", "document_cells", ["application_id"], unique=False)


def _create_notices(op: Operations) -> None:
    op.create_table(
        "legal_dates",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("calendar_version", sa.String(length=120), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "seq"),
    )
    op.create_table(
        "marks",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=120), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "mark"),
    )
    op.create_table(
        "notices",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("deliver_by", sa.Date(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "n"),
        sa.UniqueConstraint("application_id", "key", name="one_notice_per_key"),
    )
    op.create_table(
        "deliveries",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("receipt", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "n"],
            ["notices.application_id", "notices.n"],
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "n", "channel"),
    )


def _create_decisions(op: Operations) -> None:
    op.create_table(
        "complaints",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "n"),
    )
    op.create_index("complaints_open", "complaints", ["answered_at"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("preliminary_at", sa.BigInteger(), nullable=True),
        sa.Column("preliminary_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("hearing_on", sa.Date(), nullable=True),
        sa.Column("hearing_held_at", sa.BigInteger(), nullable=True),
        sa.Column("hearing_held_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sealed_hearing", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reasons", sa.Text(), server_default="[]", nullable=False),
        sa.Column("number", sa.String(length=60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id"),
    )


def _add_columns(op: Operations) -> None:
    op.add_column(
        "applications", sa.Column("registered_complete", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column("applications", sa.Column("rules_digest", sa.String(length=64), server_default="", nullable=False))
    op.add_column("applications", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.add_column("applications", sa.Column("withdrawn_by", sa.String(length=120), server_default="", nullable=False))
    op.add_column("clients", sa.Column("employee", sa.String(length=120), server_default="", nullable=False))
    op.add_column("clients", sa.Column("role", sa.String(length=60), server_default="", nullable=False))
    op.add_column("clients", sa.Column("sealed_employee_iin", sa.LargeBinary(), nullable=True))
    op.add_column("exchanges", sa.Column("asked_at", sa.BigInteger(), nullable=True))
    op.add_column("exchanges", sa.Column("again_at", sa.BigInteger(), nullable=True))
    op.add_column("exchanges", sa.Column("reasked_at", sa.BigInteger(), nullable=True))
