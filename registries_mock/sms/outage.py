"""The SMS gateway's outage: rows of failures for the services that send SMS, put into force and taken away together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from registries_mock.failures import Failures

KINDS: Final[Mapping[str, str]] = MappingProxyType({"silence": "silence", "refuse": "fault", "html_503": "html_503"})
"""Kinds of failures by kind of outage; `refuse`: what is switched off answers by the fault 999 (attested)."""


class Outage:
    """On or off; a reset of the failures ends it too."""

    def __init__(self, failures: Failures, passports: Iterable[str]) -> None:
        self._failures = failures
        self._passports = tuple(passports)
        self._rows: dict[int, str] = {}

    def begin(self, kind: str) -> None:
        """Let every message fail in this way from now on, whatever the way was before."""
        self.end()
        for passport in self._passports:
            row = self._failures.add({"kind": KINDS[kind], "passport": passport})
            self._rows[row.id] = kind

    def end(self) -> None:
        for number in self._rows:
            self._failures.remove(number)
        self._rows = {}

    def kind(self) -> str:
        """The kind in force, "" where messages are taken."""
        in_force = {row.id for row in self._failures.rows()}
        return next((kind for number, kind in self._rows.items() if number in in_force), "")
