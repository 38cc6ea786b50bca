"""Letters that are signed automatically need the organisation's key: without one the gateway does not start."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contracts.errors import SettingInvalid
from gateway.core.law import FindLaw
from gateway.core.letters import AUTOMATIC

_RULE = "letter.signing"


def find_automatic(services: Iterable[str], find_law: FindLaw, on: date) -> tuple[str, ...]:
    """The services whose letters are signed automatically where they are accepted on a day."""
    return tuple(service for service in services if find_law(service, on).rules.word(_RULE) == AUTOMATIC)


def check_signing(services: Iterable[str], find_law: FindLaw, on: date, *, has_key: bool) -> None:
    """Raises SettingInvalid where letters are to be signed with a key that is not there."""
    automatic = find_automatic(services, find_law, on)
    if automatic and not has_key:
        detail = (
            f"rule {_RULE} is {AUTOMATIC} for {', '.join(automatic)}, and ASP_PAYLOAD_KEY_FILE does not name a file"
        )
        raise SettingInvalid(detail)
