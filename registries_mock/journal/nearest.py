"""What was probably meant: for a call that no service knew the services most like it, with the difference; for one that
its service could not read, that service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.addresses import ASYNC, REST, SOAP, SYNC
from registries_mock.errors import NotUnderstood
from registries_mock.journal.entry import Channel, Entry
from registries_mock.journal.misread import find_lacking

_MOST: Final = 3
_LEAST: Final = 0.4
"""What is less alike is not worth being named."""
_CHANNELS: Final[Mapping[Protocol, Channel]] = {
    Protocol.SHEP_SYNC: "sync",
    Protocol.SHEP_ASYNC: "async",
    Protocol.SOAP: "soap",
    Protocol.REST: "rest",
}
ADDRESSES: Final[Mapping[Protocol, str]] = {
    Protocol.SHEP_SYNC: SYNC,
    Protocol.SHEP_ASYNC: ASYNC,
    Protocol.SOAP: SOAP,
    Protocol.REST: REST,
}
"""Where services are, before the address of a passport."""


def find_nearest(entry: Entry, passports: Iterable[Passport]) -> list[dict[str, Any]]:
    """`{"passport", "likeness", "differs": {what: {"came", "known"}}}`, the likest first; [] where one was found."""
    if _is_misread(entry):
        known = [one for one in passports if one.key == entry.facts.passport]
        lacking = [(one.key, find_lacking(entry.request or b"", one)) for one in known]
        return [{"passport": key, "likeness": 1.0, "differs": differs} for key, differs in lacking if differs]
    if entry.facts.passport or entry.channel == "push" or _came_to_the_bus_unread(entry):
        return []
    found = [_compare(entry, one) for one in passports]
    likely = sorted((one for one in found if one["differs"]), key=lambda one: -one["likeness"])
    return [one for one in likely if one["likeness"] >= _LEAST][:_MOST]


def _is_misread(entry: Entry) -> bool:
    """Its service is known, and could not find whom it is about: of a failure on demand nothing is to be told."""
    facts = entry.facts
    return bool(facts.passport) and facts.refused == NotUnderstood.code and not (facts.iin or facts.failure)


def _came_to_the_bus_unread(entry: Entry) -> bool:
    """At the right address, and nothing in it was understood: nothing can be compared."""
    return entry.channel in ("sync", "async") and not (entry.facts.service_id or entry.facts.root)


def _compare(entry: Entry, passport: Passport) -> dict[str, Any]:
    came: dict[str, str] = {"address": entry.address}
    known: dict[str, str] = {"address": ADDRESSES[passport.protocol] + passport.address}
    if entry.facts.service_id:
        came, known = {"service_id": entry.facts.service_id}, {"service_id": passport.service_id}
        came["channel"], known["channel"] = entry.channel, _CHANNELS[passport.protocol]
    elif entry.facts.root:
        came["root"], known["root"] = entry.facts.root, passport.request.root.rpartition(":")[2]
    alike = [SequenceMatcher(None, came[name].lower(), known[name].lower()).ratio() for name in came]
    return {
        "passport": passport.key,
        "likeness": round(sum(alike) / len(alike), 2),
        "differs": {name: {"came": came[name], "known": known[name]} for name in came if came[name] != known[name]},
    }
