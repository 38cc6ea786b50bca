"""Breakers whose time is moved by hand, and what an ask does with them."""

from dataclasses import dataclass, field

from adapters.breakers import BreakerRule, Breakers, Entry
from contracts.errors import RegistryError, RegistryResting, RegistryUnavailable

RULE = BreakerRule(failures=3, first_rest=5.0, longest_rest=15.0)


@dataclass
class Desk:
    """Breakers whose time is moved by hand."""

    now: float = 100.0
    told: list[str] = field(default_factory=list)
    crashes: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breakers = Breakers(RULE, monotonic=lambda: self.now, report_crash=self.crashes.append)
        self.breakers.listen(self.told.append)

    def ask(self, error: RegistryError | None = None, registry: str = "small", *, in_time: bool = True) -> Entry:
        entry = self.breakers.enter(registry)
        entry.hear(error, in_time=in_time)
        self.breakers.leave(registry, entry)
        return entry

    def fail(self, times: int = RULE.failures) -> None:
        for _ in range(times):
            self.ask(RegistryUnavailable())

    def is_refused(self) -> bool:
        try:
            entry = self.breakers.enter("small")
        except RegistryResting:
            return True
        self.breakers.leave("small", entry)
        return False
