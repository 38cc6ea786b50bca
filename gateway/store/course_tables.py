"""The tables of the legal course: letters, documents, dates, notices, marks, decisions, complaints; see tables.py."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy import UniqueConstraint as Unique

from gateway.store.tables import Moment, metadata


def _of_application(*, primary_key: bool = True, index: bool | None = None) -> Column[str]:
    return Column(
        "application_id",
        String(40),
        ForeignKey("applications.id"),
        primary_key=primary_key,
        nullable=False,
        index=index,
    )


rule_sets = Table(
    "rule_sets", metadata,
    Column("digest", String(64), primary_key=True),
    Column("service", String(40), nullable=False),
    Column("version", String(40), nullable=False),
    Column("content", Text, nullable=False),
)  # fmt: skip
"""The rules that cases pinned: a file that changes later changes nothing for them."""

chains = Table(
    "chains", metadata,
    Column("correlation_id", String(100), primary_key=True),
    Column("exchange_id", String(40), ForeignKey("exchanges.id"), nullable=False, index=True),
)  # fmt: skip
"""Every chain of the bus by which a reply may come: an exchange that is asked again has several."""

letters = Table(
    "letters", metadata,
    _of_application(),
    Column("n", Integer, primary_key=True),
    Column("owner", String(60), nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("drafted_at", Moment, nullable=False),
    Column("signed_at", Moment),
    Column("signed_by", String(120), nullable=False, server_default=""),
    Column("signed_how", String(20), nullable=False, server_default=""),
    Column("sent_at", Moment),
    Column("sent_by", String(120), nullable=False, server_default=""),
    Column("sent_channel", String(40), nullable=False, server_default=""),
    Column("sent_number", String(60), nullable=False, server_default=""),
    Column("answered_at", Moment),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by_hand", Boolean, nullable=False, server_default=false()),
    Column("incident_id", String(40), index=True),
    Column("sealed_pdf", LargeBinary),
    Column("sealed_signature", LargeBinary),
    Column("sealed_paper", LargeBinary),
    Unique("application_id", "owner", "round", name="one_letter_per_owner_and_round"),
    Index("letters_of_owner", "owner", "state", "drafted_at"),
)  # fmt: skip

letter_cells = Table(
    "letter_cells", metadata,
    _of_application(),
    Column("n", Integer, primary_key=True),
    Column("inquiry_id", String(40), ForeignKey("inquiries.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("cause", String(20), nullable=False, server_default=""),
    ForeignKeyConstraint(["application_id", "n"], ["letters.application_id", "letters.n"]),
)  # fmt: skip

incidents = Table(
    "incidents", metadata,
    Column("id", String(40), primary_key=True),
    Column("service", String(40), nullable=False),
    Column("owner", String(60), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("incidents_open", "closed_at"),
)  # fmt: skip
"""An outage of one owner that hits many applications."""

documents = Table(
    "documents", metadata,
    Column("id", String(40), primary_key=True),
    _of_application(primary_key=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("media_type", String(60), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("letter_n", Integer),
    Column("received_at", Moment, nullable=False),
    Column("received_by", String(120), nullable=False),
    Column("client_id", String(40), nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
)  # fmt: skip

document_cells = Table(
    "document_cells", metadata,
    Column("document_id", String(40), ForeignKey("documents.id"), primary_key=True),
    Column("inquiry_id", String(40), ForeignKey("inquiries.id"), primary_key=True),
    Column("application_id", String(40), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)  # fmt: skip

legal_dates = Table(
    "legal_dates", metadata,
    _of_application(),
    Column("seq", Integer, primary_key=True),
    Column("batch", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("on", Date, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("rule", String(80), nullable=False),
    Column("clause", Text, nullable=False),
    Column("rules_version", String(40), nullable=False),
    Column("calendar_version", String(120), nullable=False),
    Column("assumed", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("runs_from", Date, nullable=True),
)  # fmt: skip

recounts = Table(
    "recounts", metadata,
    Column("seq", Integer, primary_key=True),
    Column("calendar_version", String(120), nullable=False),
    Column("at", Moment, nullable=False),
)  # fmt: skip
"""The calendars that cases were counted by, one after the other; the last one counts."""

notices = Table(
    "notices", metadata,
    _of_application(),
    Column("n", Integer, primary_key=True),
    Column("key", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("deliver_by", Date, nullable=False),
    Column("cells", Text, nullable=False),
    Column("rule", String(80), nullable=False),
    Column("clause", Text, nullable=False),
    Column("sealed_content", LargeBinary),
    Column("content_sha256", String(64), nullable=False, server_default=""),
    Unique("application_id", "key", name="one_notice_per_key"),
)  # fmt: skip

deliveries = Table(
    "deliveries", metadata,
    _of_application(),
    Column("n", Integer, primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("delivered_at", Moment),
    Column("delivered_by", String(120), nullable=False, server_default=""),
    Column("cause", String(60), nullable=False),
    Column("receipt", String(120), nullable=False, server_default=""),
    ForeignKeyConstraint(["application_id", "n"], ["notices.application_id", "notices.n"]),
)  # fmt: skip

marks = Table(
    "marks", metadata,
    _of_application(),
    Column("mark", String(120), primary_key=True),
    Column("passed", Boolean, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Column("rule", String(80), nullable=False),
    Column("clause", Text, nullable=False),
)  # fmt: skip

decisions = Table(
    "decisions", metadata,
    _of_application(),
    Column("preliminary_at", Moment),
    Column("preliminary_by", String(120), nullable=False, server_default=""),
    Column("preliminary_reasons", Text, nullable=False, server_default="[]"),
    Column("preliminary_number", String(60), nullable=False, server_default=""),
    Column("hearing_on", Date),
    Column("hearing_held_at", Moment),
    Column("hearing_held_by", String(120), nullable=False, server_default=""),
    Column("sealed_hearing", LargeBinary),
    Column("decided_at", Moment),
    Column("decided_by", String(120), nullable=False, server_default=""),
    Column("outcome", String(20)),
    Column("reasons", Text, nullable=False, server_default="[]"),
    Column("number", String(60), nullable=False, server_default=""),
)  # fmt: skip

hearings = Table(
    "hearings", metadata,
    _of_application(),
    Column("n", Integer, primary_key=True),
    Column("on", Date, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("set_by", String(120), nullable=False, server_default=""),
)  # fmt: skip
"""Every day that was set for a hearing; `decisions.hearing_on` is the last one."""

complaints = Table(
    "complaints", metadata,
    _of_application(),
    Column("n", Integer, primary_key=True),
    Column("registered_at", Moment, nullable=False),
    Column("channel", String(40), nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", String(120), nullable=False, server_default=""),
    Column("sealed_text", LargeBinary, nullable=False),
    Column("sealed_answer", LargeBinary),
    Column("answer_by", Date),
    Index("complaints_open", "answered_at"),
)  # fmt: skip
