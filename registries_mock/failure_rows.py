"""One row of the failures on demand: whom it fails, how, how often, when; read from what the control API is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, cast, get_args

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.failure_words import (
    COMMON,
    HELD_SECONDS,
    LATE_SECONDS,
    describe_window,
    is_within,
    read_probability,
    read_seconds,
    read_times,
    read_variant,
    read_window,
)

FailureKind = Literal[
    "silence", "fault", "status", "slow", "garbage", "no_record", "html_503", "truncated", "reset", "close",
    "http_error", "soap_fault", "drip", "stall", "oversized", "bom", "wrong_charset", "dtd", "entity_bomb",
    "wrong_namespace", "empty", "another_person",
    "late", "duplicate", "reordered", "unknown_chain", "badly_signed", "unsigned",
]  # fmt: skip
TEXTS: Final = ("kind", "passport", "service_id", "registry", "iin", "persona", "sender", "code", "variant")
_NUMBERS: Final = frozenset({"probability"})


IinsOf = Callable[[str], frozenset[str]]
"""The IINs of a persona's people; LookupError where none is called so."""


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
    codes: str = ""
    """What a code looks like, where the kind takes but some."""


_LATER: Final = frozenset({Protocol.SHEP_ASYNC})
_XML_AT_ONCE: Final = frozenset({Protocol.SHEP_SYNC, Protocol.SOAP})
AT_ONCE: Final = _XML_AT_ONCE | {Protocol.REST}
_BUS: Final = frozenset({Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC})
_RULES: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "silence": _Rule(seconds=HELD_SECONDS),
        "slow": _Rule(variants=("fixed", "uniform", "lognormal")),
        "http_error": _Rule(codes=r"[45]\d\d"),
        "soap_fault": _Rule(_XML_AT_ONCE, variants=("server", "client")),
        "drip": _Rule(AT_ONCE, seconds=None),
        "stall": _Rule(AT_ONCE, seconds=HELD_SECONDS),
        "oversized": _Rule(AT_ONCE),
        "bom": _Rule(AT_ONCE),
        "wrong_charset": _Rule(AT_ONCE),
        "dtd": _Rule(_XML_AT_ONCE),
        "entity_bomb": _Rule(_XML_AT_ONCE),
        "wrong_namespace": _Rule(_XML_AT_ONCE, variants=("envelope", "payload")),
        "empty": _Rule(AT_ONCE),
        "another_person": _Rule(AT_ONCE),
        "late": _Rule(_LATER, seconds=None, most=LATE_SECONDS),
        "duplicate": _Rule(_LATER, most=LATE_SECONDS, variants=("same-id", "new-id")),
        "reordered": _Rule(_LATER, interim=True),
        "unknown_chain": _Rule(_LATER),
        "badly_signed": _Rule(_BUS, variants=("other-body", "untrusted-key")),
        "unsigned": _Rule(_BUS),
    }
)
_ANYWHERE: Final = _Rule()


def list_kinds() -> dict[str, tuple[frozenset[Protocol], tuple[str, ...]]]:
    """Every kind: where it can happen, and its variants."""
    rules = {kind: _RULES.get(kind, _ANYWHERE) for kind in get_args(FailureKind)}
    return {kind: (rule.channels, rule.variants) for kind, rule in rules.items()}


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
        rule = _RULES.get(self.kind, _ANYWHERE)
        return passport.protocol in rule.channels and (passport.interim is not None or not rule.interim)

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
    if wanted.get("kind") not in get_args(FailureKind):
        raise ValueError(f"kind is one of {', '.join(get_args(FailureKind))}")
    if not all(isinstance(wanted.get(name, ""), str) for name in TEXTS):
        raise ValueError(f"{', '.join(TEXTS)} are texts")
    texts = {name: cast(str, wanted[name]) for name in TEXTS if name in wanted}
    rule = _RULES.get(texts["kind"], _ANYWHERE)
    if rule.codes and not re.fullmatch(rule.codes, texts.setdefault("code", "500")):
        raise ValueError("code is an HTTP status from 400 to 599")
    since, until = read_window(wanted)
    given: dict[str, Any] = texts | {"variant": read_variant(texts.get("variant", ""), rule.variants)}
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
