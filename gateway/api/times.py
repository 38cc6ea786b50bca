"""Moments as callers read them: in the time of Kazakhstan."""

from __future__ import annotations

from datetime import datetime
from typing import overload

from gateway.core.calendar import ALMATY


@overload
def at_home(moment: datetime) -> datetime: ...
@overload
def at_home(moment: None) -> None: ...
@overload
def at_home(moment: datetime | None) -> datetime | None: ...
def at_home(moment: datetime | None) -> datetime | None:
    return moment.astimezone(ALMATY) if moment is not None else None
