"""Many open cases: indices for what is looked up among all of them; and none of an earlier release sleeps for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0009_open_cases"
down_revision = "0008_letter_causes"

_ASLEEP = """
INSERT INTO wakeups (application_id, due_at, reason, version)
SELECT a.id, a.accepted_at, 'upgraded', 0
FROM applications a
WHERE a.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.application_id = a.id AND d.decided_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM wakeups w WHERE w.application_id = a.id)
"""
"""Before 0004 nothing waited for a case but its registries: who waits for people had no wake-up left. A moment that has
passed is due now, by whatever clock."""


def upgrade(op: Operations) -> None:
    op.create_index("exchanges_of_passport", "exchanges", ["passport", "state", "since"], unique=False)
    op.create_index("exchanges_awaited", "exchanges", ["state", "awaited_service"], unique=False)
    op.create_index("exchanges_reasked", "exchanges", ["reasked_at"], unique=False)
    op.create_index("letters_of_owner", "letters", ["owner", "state", "drafted_at"], unique=False)
    op.create_index("incidents_open", "incidents", ["closed_at"], unique=False)
    op.execute(sa.text(_ASLEEP))
