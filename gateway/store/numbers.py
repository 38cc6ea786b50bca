"""The number of an application that people read: the year of its acceptance, and its place in the register."""

from __future__ import annotations

from datetime import datetime

from gateway.core.calendar import ALMATY


def write_number(accepted_at: datetime, seq: int) -> str:
    return f"{accepted_at.astimezone(ALMATY).year}-{seq:07d}"
