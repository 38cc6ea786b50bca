"""One row of the failures on demand: whom it fails, how, how often, when; read from what the control API is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, cast, get_args

from contracts.passport import Passport
from contracts.words import Protocol

FailureKind = Literal[
    "silence", "fault", "status", "slow", "garbage", "no_record", "html_503", "truncated", "reset",
    "late", "duplicate", "reordered", "unknown_chain", "badly_signed", "unsigned",
]  # fmt: skip
HELD_SECONDS: Final = 60.0
"""The longest that a reply is held back on an open connection: nothing waits for ever."""
LATE_SECONDS: Final = 400 * 86_400.0
"""The longest that an asynchronous reply is late."""
_TEXTS: Final = ("kind", "passport", "service_id", "registry", "iin", "code", "variant")
_MOMENTS: Final = ("from", "until")


@dataclass(frozen=True)
class _Rule:
    """What a kind of failure takes and where it can happen."""

    channels: frozenset[Protocol] = frozenset(Protocol)
    interim: bool = False
    """Only where the service sends a message before its reply."""
    seconds: float | None = 0.0
    """Where the row says none; None: it must."""
    most: float = HELD_SECONDS
    variants: tuple[str, ...] = ()
    """The first where the row says none."""


_LATER: Final = frozenset({Protocol.SHEP_ASYNC})
_BUS: Final = frozenset({Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC})
_RULES: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "silence": _Rule(seconds=HELD_SECONDS),
        "late": _Rule(_LATER, seconds=None, most=LATE_SECONDS),
        "duplicate": _Rule(_LATER, most=LATE_SECONDS, variants=("same-id", "new-id")),
        "reordered": _Rule(_LATER, interim=True),
        "unknown_chain": _Rule(_LATER),
        "badly_signed": _Rule(_BUS, variants=("other-body", "untrusted-key")),
        "unsigned": _Rule(_BUS),
    }
)
_ANYWHERE: Final = _Rule()


@dataclass(frozen=True)
class Failure:
    """One row. An empty passport, service id, registry or iin fits all, an absent moment any time."""

    id: int
    kind: FailureKind
    passport: str = ""
    service_id: str = ""
    registry: str = ""
    iin: str = ""
    code: str = ""
    """Of the fault, or of the status."""
    seconds: float = 0.0
    variant: str = ""
    """Which of the ways that the kind knows."""
    times: int | None = None
    """How many exchanges are left to fail; None: until it is taken away."""
    since: datetime | None = None
    until: datetime | None = None
    """By the suite's clock: from the first moment on, before the other."""

    def fits(self, passport: Passport, iin: str, now: datetime) -> bool:
        return (
            self.iin in ("", iin)
            and (self.since is None or self.since <= now)
            and (self.until is None or now < self.until)
            and self.is_about(passport)
            and self.can_happen(passport)
        )

    def is_about(self, passport: Passport) -> bool:
        return (
            self.passport in ("", passport.key)
            and self.service_id in ("", passport.service_id)
            and self.registry in ("", passport.registry)
        )

    def can_happen(self, passport: Passport) -> bool:
        """Whether such a thing can happen to this service's exchanges at all."""
        rule = _RULES.get(self.kind, _ANYWHERE)
        return passport.protocol in rule.channels and (passport.interim is not None or not rule.interim)

    def describe(self) -> dict[str, Any]:
        """The row in the words of the control API."""
        row = asdict(self)
        since, until = row.pop("since"), row.pop("until")
        return row | {"from": since and since.isoformat(), "until": until and until.isoformat()}


def read_failure(wanted: Mapping[str, Any], number: int, passports: Iterable[Passport]) -> Failure:
    """The row with this number, for a suite of these passports; raises ValueError with a sentence."""
    unknown = set(wanted) - {*_TEXTS, *_MOMENTS, "seconds", "times"}
    if unknown:
        raise ValueError(f"{min(unknown)} is not a word of a failure")
    if wanted.get("kind") not in get_args(FailureKind):
        raise ValueError(f"kind is one of {', '.join(get_args(FailureKind))}")
    if not all(isinstance(wanted.get(name, ""), str) for name in _TEXTS):
        raise ValueError(f"{', '.join(_TEXTS)} are texts")
    texts = {name: cast(str, wanted[name]) for name in _TEXTS if name in wanted}
    rule = _RULES.get(texts["kind"], _ANYWHERE)
    since, until = (_read_moment(wanted, name) for name in _MOMENTS)
    if since is not None and until is not None and since >= until:
        raise ValueError("from is before until")
    given: dict[str, Any] = texts | {"variant": _read_variant(texts, rule)}
    row = Failure(
        id=number,
        seconds=_read_seconds(wanted, rule),
        times=_read_times(wanted),
        since=since,
        until=until,
        **given,
    )
    _look_up(row, list(passports))
    return row


def _look_up(row: Failure, passports: list[Passport]) -> None:
    if row.passport and row.passport not in {one.key for one in passports}:
        raise ValueError("there is no such passport")
    if row.service_id and row.service_id not in {one.service_id for one in passports}:
        raise ValueError("no passport has this service id")
    if row.registry and row.registry not in {one.registry for one in passports}:
        raise ValueError("no passport is of this registry")
    meant = [one for one in passports if row.is_about(one)]
    if not meant:
        raise ValueError("no service has this passport, service id and registry at once")
    if not any(row.can_happen(one) for one in meant):
        raise ValueError(f"{row.kind} cannot happen to the services that are meant")


def _read_variant(texts: Mapping[str, str], rule: _Rule) -> str:
    variant = texts.get("variant", "") or next(iter(rule.variants), "")
    if variant and variant not in rule.variants:
        raise ValueError(f"variant is one of {', '.join(rule.variants)}" if rule.variants else "there are no variants")
    return variant


def _read_seconds(wanted: Mapping[str, Any], rule: _Rule) -> float:
    seconds = wanted.get("seconds", rule.seconds)
    # Written so that NaN, which Python's JSON takes for a number, is none.
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= rule.most:
        raise ValueError(f"seconds is a number from 0 to {rule.most:.0f}")
    return seconds


def _read_times(wanted: Mapping[str, Any]) -> int | None:
    times = wanted.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError("times is a whole number from 1")
    return times


def _read_moment(wanted: Mapping[str, Any], name: str) -> datetime | None:
    if (text := wanted.get(name)) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{name} is a moment with its zone, like 2026-10-05T10:00:00+05:00")
    return moment
