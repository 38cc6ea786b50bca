"""Numbers of persons in texts that others wrote: every run of so many digits that an IIN may stand in it is masked."""

from __future__ import annotations

import re

from contracts import iin as iins

_DIGITS = re.compile(r"\d{12,}")


def mask_digits(text: str) -> str:
    """The text with each run of 12 digits as `contracts.iin.mask` has it, and each longer run wholly masked."""
    return _DIGITS.sub(lambda run: iins.mask(run.group()), text)
