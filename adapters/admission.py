"""Whether a registry may be asked now: its kill switch, its hours of maintenance, its breaker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta, timezone

from adapters.breakers import Breakers, Entry
from adapters.ports import Clock, IsSwitchedOff, never_switched_off
from contracts.errors import RegistryInMaintenance, RegistrySwitchedOff
from contracts.passport import Passport

_ALMATY = timezone(timedelta(hours=5))


@dataclass(frozen=True)
class Admission:
    """Lets asks in, or refuses them without touching the wire. Safe for threads where its ports are."""

    breakers: Breakers
    clock: Clock
    is_switched_off: IsSwitchedOff = never_switched_off

    @contextmanager
    def admit(self, passport: Passport) -> Iterator[Entry]:
        """Hold an ask's entry, and take note of what it heard as it leaves.

        Raises RegistrySwitchedOff, RegistryInMaintenance, RegistryResting, and what the kill switch's port raises: an
        ask is not let in on a guess.
        """
        if self.is_switched_off(passport.registry):
            raise RegistrySwitchedOff(f"asking {passport.registry} is switched off")
        self._refuse_in_maintenance(passport)
        entry = self.breakers.enter(passport.registry)
        try:
            yield entry
        finally:
            self.breakers.leave(passport.registry, entry)

    def _refuse_in_maintenance(self, passport: Passport) -> None:
        if not passport.limits.maintenance:
            return
        local = self.clock().astimezone(_ALMATY).time()
        for hours in passport.limits.maintenance:
            if hours.hold(local):
                raise RegistryInMaintenance(f"{passport.key} is in maintenance until {hours.end:%H:%M}")
