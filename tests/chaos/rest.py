"""The rest after a run: what is still under way, or due soon, is waited for; what stays so is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.chaos.scene import Scene
from tests.support.waiting import wait_until

_QUIET_LOOKS = 5
_TOLD_AT_MOST = 5
_UNDER_WAY = """
SELECT 'a wake-up of ' || w.application_id AS what FROM wakeups w JOIN applications a ON a.id = w.application_id
WHERE w.leased_until IS NOT NULL OR (a.registered_at IS NULL AND w.due_at < :until)
UNION ALL SELECT 'a lease of ' || name FROM leases WHERE held_until IS NOT NULL AND name LIKE 'app%'
UNION ALL SELECT 'an exchange of ' || b.id FROM exchanges x JOIN applications b ON b.id = x.application_id
WHERE x.state = 'pending' AND b.registered_at IS NULL
UNION ALL SELECT 'the date of ' || d.id FROM applications d WHERE d.registered_at IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM legal_dates l WHERE l.application_id = d.id AND l.kind = 'due')
UNION ALL SELECT 'a call to a portal' FROM webhook_cursors WHERE due_at IS NOT NULL"""
Look = Callable[[], Sequence[str] | None]
"""What is under way; None while the database is away."""


def list_under_way(scene: Scene, soon_seconds: float) -> list[str] | None:
    rows = scene.look(_UNDER_WAY, until=scene.read_moment(seconds=-soon_seconds))
    return None if rows is None else [row.what for row in rows]


def wait_for_rest(look: Look, seconds: float) -> str:
    """Until nothing is under way, several times one after the other; what still was where that did not come in time."""
    quiet, last = 0, list[str]()

    def rests() -> bool:
        nonlocal quiet, last
        found = look()
        last = ["a database that cannot be asked"] if found is None else sorted(set(found))
        quiet = 0 if last else quiet + 1
        return quiet >= _QUIET_LOOKS

    try:
        wait_until(rests, seconds)
    except AssertionError:
        more = f", and {len(last) - _TOLD_AT_MOST} more" if len(last) > _TOLD_AT_MOST else ""
        left = ", ".join(last[:_TOLD_AT_MOST]) or "nothing, but not for long enough"
        return f"there was no rest within {seconds:.0f} s; still under way: {left}{more}"
    return ""
