"""One row of the failures on demand: whom it fails, how, how often, when; read from what the control API is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args

from contracts.passport import Passport
from registries_mock.failure_kinds import KINDS, FailureKind, Half, can_happen, check_code
from registries_mock.failure_words import (
    COMMON,
    describe_window,
    is_within,
    read_probability,
    read_seconds,
    read_times,
    read_variant,
    read_window,
)

TEXTS: Final = ("kind", "passport", "service_id", "registry", "iin", "persona", "sender", "code", "variant", "half")
_NUMBERS: Final = frozenset({"probability"})


IinsOf = Callable[[str], frozenset[str]]
"""The IINs of a persona's people; LookupError where none is called so."""


@dataclass(frozen=True)
class Failure:
    """One row. An empty passport, service id, registry, iin, persona or sender fits all, an absent moment any time."""

    id: int
    kind: FailureKind
    passport: str = ""
    service_id: str = ""
    registry: str = ""
    iin: str = ""
    persona: str = ""
    """Any of the people of this one."""
    sender: str = ""
    """Who asks over the bus; services that know no senders are asked by nobody."""
    code: str = ""
    """Of the fault, or of the status."""
    seconds: float = 0.0
    variant: str = ""
    """Which of the ways that the kind knows."""
    half: Half = "reply"
    """Which half of an asynchronous exchange is spoiled; others have but one."""
    times: int | None = None
    """How many exchanges are left to fail; None: until it is taken away."""
    since: datetime | None = None
    until: datetime | None = None
    """By the suite's clock: from the first moment on, before the other."""
    probability: float = 1.0
    people: frozenset[str] = frozenset()
    """The persona's IINs."""
    dice: str = ""
    """The key of its draws: rows of one key fall alike."""
    entry: int = 0
    """Which entry of the scenario in force, from 1; 0 for a row that was put by itself."""

    def fits(self, passport: Passport, iin: str, sender: str, now: datetime) -> bool:
        return (
            self.iin in ("", iin)
            and (not self.persona or iin in self.people)
            and self.sender in ("", sender)
            and is_within(now, self.since, self.until)
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
        return can_happen(self.kind, self.variant, self.code, passport)

    def describe(self) -> dict[str, Any]:
        """The row in the words of the control API."""
        row = asdict(self)
        del row["people"], row["dice"]
        return describe_window(row)


def read_failure(wanted: Mapping[str, Any], number: int, passports: Iterable[Passport], iins_of: IinsOf) -> Failure:
    """The row with this number, for a suite of these passports and people; raises ValueError with a sentence."""
    unknown = set(wanted) - COMMON - set(TEXTS) - _NUMBERS
    if unknown:
        raise ValueError(f"{min(unknown)} is not a word of a failure")
    kinds = get_args(FailureKind)
    if wanted.get("kind") not in kinds:
        raise ValueError(f"kind is one of {', '.join(kinds)}")
    if not all(isinstance(wanted.get(name, ""), str) for name in TEXTS):
        raise ValueError(f"{', '.join(TEXTS)} are texts")
    texts = {name: cast(str, wanted[name]) for name in TEXTS if name in wanted}
    kind = cast(FailureKind, texts["kind"])
    rule = KINDS[kind]
    since, until = read_window(wanted)
    variant = read_variant(texts.get("variant", ""), rule.variants)
    given: dict[str, Any] = texts | {
        "variant": variant,
        "half": _read_half(texts.get("half", ""), rule.halves_of(variant)),
        "code": check_code(kind, texts.get("code", "")),
    }
    row = Failure(
        id=number,
        seconds=read_seconds(wanted, rule.seconds, rule.most),
        times=read_times(wanted),
        since=since,
        until=until,
        probability=read_probability(wanted),
        people=_find_people(texts.get("persona", ""), iins_of),
        **given,
    )
    _look_up(row, list(passports))
    return row


def _read_half(half: str, halves: tuple[Half, ...]) -> str:
    if half and half not in halves:
        raise ValueError(f"half is one of {', '.join(halves)}")
    return half or halves[0]


def _find_people(persona: str, iins_of: IinsOf) -> frozenset[str]:
    try:
        return iins_of(persona) if persona else frozenset()
    except LookupError as failure:
        raise ValueError("there is no such persona") from failure


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
