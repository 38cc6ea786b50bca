"""Durations as ISO 8601 writes them, of units that are always equally long: weeks, days, hours, minutes, seconds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_NUMBER: Final = "[0-9]{1,9}"
_DURATION: Final = re.compile(
    rf"P(?=[0-9T])(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER}(?:\.[0-9]{{1,6}})?)S)?)?"
)


def read_duration(text: str) -> timedelta:
    """What PT1H, P3D or P1W2DT30M say; raises ValueError for all else, months and years too: they vary in length."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("a duration is written like PT1H, P3D or P1DT12H30M, without months and years")
    try:
        return timedelta(**{unit: float(number) for unit, number in found.groupdict().items() if number})
    except OverflowError as failure:
        raise ValueError("the duration is longer than any that can be counted") from failure
