"""The failures on the page: the rows in force told in words, and what can be chosen for a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.catalogue import Catalogue
from contracts.words import Protocol
from registries_mock.failure_kinds import KINDS
from registries_mock.failure_rows import Failure
from registries_mock.page.words import Speech
from registries_mock.suite import Suite


@dataclass(frozen=True)
class FailureRow:
    id: int
    kind: str
    does: str
    """What the kind does, in words."""
    where: tuple[str, ...]
    """Which services and people it is narrowed down to; () for all."""
    how: tuple[str, ...]
    """Variant, code, seconds, probability, how often, when: where they are said."""


@dataclass(frozen=True)
class KindChoice:
    name: str
    does: str
    variants: tuple[str, ...]
    channels: tuple[str, ...]
    """The protocols over which it can happen; () for all."""


def list_failures(suite: Suite, speech: Speech) -> list[FailureRow]:
    """The oldest first, as they are tried."""
    return [_row(one, suite.catalogue, speech) for one in suite.failures.rows()]


def list_choices(speech: Speech) -> list[KindChoice]:
    """Every kind of failure there is."""
    return [
        KindChoice(kind, speech.name_kind(kind), row.variants, _narrower(row.channels)) for kind, row in KINDS.items()
    ]


def _narrower(channels: frozenset[Protocol]) -> tuple[str, ...]:
    return () if channels == frozenset(Protocol) else tuple(str(one) for one in Protocol if one in channels)


def _row(row: Failure, catalogue: Catalogue, speech: Speech) -> FailureRow:
    passport = catalogue.passports.get(row.passport)
    where = (
        speech.pick(passport.title) if passport else "",
        row.service_id,
        _labelled(speech, "registry", row.registry),
        row.persona,
        row.iin,
        _labelled(speech, "sender", row.sender),
    )
    how = (
        row.variant,
        row.code,
        f"{row.seconds:g} s" if row.seconds else "",
        f"{row.probability:.0%}" if row.probability < 1 else "",
        _labelled(speech, "times_left", row.times, ""),
        _labelled(speech, "from", row.since and row.since.isoformat(timespec="minutes"), ""),
        _labelled(speech, "until", row.until and row.until.isoformat(timespec="minutes"), ""),
    )
    return FailureRow(
        row.id, row.kind, speech.name_kind(row.kind), tuple(filter(None, where)), tuple(filter(None, how))
    )


def _labelled(speech: Speech, word: str, value: Any, colon: str = ":") -> str:
    return f"{speech.say(word)}{colon} {value}" if value else ""
