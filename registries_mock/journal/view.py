"""Exchanges as they are shown: in words, with the personas they were about, and messages without their secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from contracts.passport import Passport
from registries_mock.journal.entry import Entry
from registries_mock.journal.journal import Journal
from registries_mock.journal.nearest import find_nearest
from registries_mock.journal.redaction import Redaction, secret_names
from registries_mock.journal.wishes import HowMany, Wanted
from registries_mock.ports import People

_NEAREST: Final = 3


class JournalView:
    """Looks into a journal for those who ask over HTTP, or in a test."""

    def __init__(self, journal: Journal, passports: Mapping[str, Passport], people: People) -> None:
        self.journal = journal
        self.people = people
        self._passports = passports
        self._redaction = Redaction(secret_names(passports.values()))
        self._personas: dict[str, list[str]] | None = None

    def find(self, wanted: Wanted) -> list[Entry]:
        """Those that are meant, the oldest first."""
        return self._among(self.journal.entries(), wanted)

    def verify(self, wanted: Wanted, how_many: HowMany, seconds: float = 0.0) -> dict[str, Any]:
        """`{"holds", "found", "entries", "nearest"}`, as soon as it holds or after so many real seconds.

        `at_most` is judged when the time is over: before, one more may come.
        """

        def enough(entries: list[Entry]) -> bool:
            count = len(self._among(entries, wanted))
            return count >= how_many.at_least if how_many.at_most is None else count > how_many.at_most

        entries = self.journal.wait(enough, seconds)
        found = self._among(entries, wanted)
        verdict: dict[str, Any] = {
            "holds": how_many.holds(len(found)),
            "found": len(found),
            "entries": [one.number for one in found],
        }
        if len(found) < how_many.at_least:
            verdict["nearest"] = self._nearest(entries, wanted)
        return verdict

    def describe(self, entry: Entry, *, whole: bool = False) -> dict[str, Any]:
        """The exchange in words; with its messages, and what was probably meant, where it is shown whole."""
        words = dict(entry.words())
        words |= {
            "at": entry.at.isoformat(timespec="milliseconds"),
            "took_ms": entry.took_ms,
            "held_ms": entry.held_ms,
            "personas": self._personas_of(entry.facts.iin),
            "request_digest": entry.request_digest,
            "request_bytes": entry.request_size,
            "reply_bytes": entry.reply_size,
        }
        if whole:
            words["request"], words["reply"] = self._text(entry, entry.request), self._text(entry, entry.reply)
            words["nearest"] = find_nearest(entry, self._passports.values())
        return {name: value for name, value in words.items() if value not in ("", None) or whole}

    def _among(self, entries: Iterable[Entry], wanted: Wanted) -> list[Entry]:
        return [one for one in entries if not wanted.differences(one, self._shown)]

    def _nearest(self, entries: Sequence[Entry], wanted: Wanted) -> list[dict[str, Any]]:
        """Exchanges that differ least from what is wanted, the youngest first of equal ones."""
        differing = [(one.number, wanted.differences(one, self._shown)) for one in reversed(entries)]
        differing = sorted((one for one in differing if one[1]), key=lambda one: len(one[1]))
        return [{"number": number, "differs": differs} for number, differs in differing[:_NEAREST]]

    def _shown(self, entry: Entry) -> str:
        return "\n".join(self._text(entry, one) or "" for one in (entry.request, entry.reply))

    def _text(self, entry: Entry, message: bytes | None) -> str | None:
        return None if message is None else self._redaction.show(message, entry.secrets)

    def _personas_of(self, iin: str) -> list[str]:
        if not iin:
            return []
        if self._personas is None:
            self._personas = {}
            for persona in self.people.personas():
                for one in self.people.iins_of(persona.name):
                    self._personas.setdefault(one, []).append(persona.name)
        return self._personas.get(iin, [])
