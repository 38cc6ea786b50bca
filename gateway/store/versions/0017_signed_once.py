"""A signature stands for one application: its hash, of those that are accepted from now on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0017_signed_once"
down_revision = "0016_account_checks"


def upgrade(op: Operations) -> None:
    op.add_column("applications", sa.Column("signature_sha256", sa.String(length=64), nullable=True))
    op.create_index("applications_signed_once", "applications", ["signature_sha256"], unique=True)
