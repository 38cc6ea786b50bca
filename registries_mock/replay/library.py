"""The exchanges of a recording by what they answer: channel, service, and the person who was asked about."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from registries_mock.record.storing import Exchange

Service = tuple[str, str, str]
"""Channel, address, and service id (over SHEP) or the body's element (plain SOAP)."""


@dataclass
class _Shelf:
    """The exchanges about one person (or several) with one service, and how many were given out."""

    exchanges: list[Exchange] = field(default_factory=list)
    given: int = 0


class NotThere(Exception):
    """Nothing was recorded that answers this; the text says what comes nearest."""


class Library:
    """Gives out what was recorded: in its order, and the last one again and again."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._lock = threading.Lock()
        self._shelves: dict[Service, dict[frozenset[str], _Shelf]] = {}
        for one in exchanges:
            about = self._shelves.setdefault(service_of(one), {})
            about.setdefault(frozenset(one.iins), _Shelf()).exchanges.append(one)

    def take(self, service: Service, subjects: Iterable[str]) -> Exchange:
        """The next exchange with the service about these people; raises NotThere."""
        wanted = frozenset(subjects)
        with self._lock:
            about = self._shelves.get(service)
            shelf = about.get(wanted) if about else None
            if shelf is None:
                raise NotThere(self._explain(service, wanted))
            found = shelf.exchanges[min(shelf.given, len(shelf.exchanges) - 1)]
            shelf.given += 1
            return found

    def list(self) -> list[dict[str, object]]:
        """What is there, one object a service and person, for whoever looks for it."""
        with self._lock:
            return [
                {
                    "channel": service[0],
                    "address": service[1],
                    "service": service[2],
                    "about": sorted(who),
                    "exchanges": len(shelf.exchanges),
                    "given": shelf.given,
                }
                for service, about in sorted(self._shelves.items())
                for who, shelf in about.items()
            ]

    def reset(self) -> None:
        """Begin anew with the first of each."""
        with self._lock:
            for about in self._shelves.values():
                for shelf in about.values():
                    shelf.given = 0

    def _explain(self, service: Service, wanted: frozenset[str]) -> str:
        name = service[2] or service[1]
        others = self._shelves.get(service)
        if others is None:
            near = sorted({one[2] or one[1] for one in self._shelves if one[0] == service[0]})
            told = f"; recorded on this channel: {', '.join(near[:5])}" if near else ""
            return f"nothing was recorded of {name}{told}"
        elsewhere = sorted(
            {one[2] or one[1] for one, about in self._shelves.items() if any(wanted & who for who in about) and wanted}
        )
        told = f"; about this person there are {', '.join(elsewhere[:5])}" if elsewhere else ""
        whom = "these people together" if len(wanted) > 1 else "this person" if wanted else "nobody in particular"
        return f"of {name} nothing was recorded about {whom}, but about {len(others)} others{told}"


def service_of(exchange: Exchange) -> Service:
    """Where an exchange stands."""
    if exchange.channel in ("sync", "async"):
        return exchange.channel, exchange.operation if exchange.channel == "async" else "", exchange.service_id
    return exchange.channel, exchange.address, exchange.operation
