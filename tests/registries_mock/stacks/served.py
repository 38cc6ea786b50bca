"""The suite that all stacks ask: its people, its real timer, and what a program is told to ask it for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.tables import PACKAGED
from registries_mock.app import create_app
from registries_mock.consents import Consents
from registries_mock.settings import Settings
from registries_mock.suite import Suite, real_world
from tests.registries_mock.small_world import NOW, PASSWORD, SENDER, listening, suite_of

PERSONA = "family-of-five"
SYNCHRONOUS, ASYNCHRONOUS = "gbdfl-universal", "oop-labour-history"
"""One whose document stands in `data` as elements, and one whose document is a text there."""

PROMPT = Settings(reply_delay_seconds=0.0, today=NOW.date())
"""Late replies come at once; the people are as old as ever."""


@dataclass(frozen=True)
class Served:
    """A suite that listens."""

    url: str
    suite: Suite

    @property
    def catalogue(self) -> Catalogue:
        return self.suite.catalogue

    @property
    def applicant(self) -> dict[str, Any]:
        """As the control API describes the persona."""
        described: dict[str, Any] = self.suite.outside.people.describe_application(PERSONA)
        return described["applicant"]  # type: ignore[no-any-return]

    def arguments(self) -> list[str]:
        """What each program is told: where, as whom, and what to ask on either channel."""
        told = [self.url, SENDER, PASSWORD]
        for key in (SYNCHRONOUS, ASYNCHRONOUS):
            passport = self.catalogue.passports[key]
            told += [passport.service_id, self.document(passport)]
        return told

    def document(self, passport: Passport) -> str:
        """The request typed by hand in the samples, about the applicant and with a consent of theirs."""
        sample = etree.fromstring((PACKAGED / "samples" / passport.key / "request.xml").read_bytes())
        consents, iin = Consents(self.suite.settings.seed), self.applicant["iin"]
        token = consents.issue(iin, self.suite.outside.clock())
        for name, text in {"iin": iin, "kdpToken": token, "tokenKey": token, "publicKey": consents.public_key}.items():
            for element in sample.iter(name):
                element.text = text
        return etree.tostring(sample, encoding="unicode")


@contextmanager
def served(settings: Settings = PROMPT) -> Iterator[Served]:
    """A suite with its own people and the real timer."""
    app = create_app(settings, real_world(settings))
    with listening(app) as url:
        yield Served(url, suite_of(app))
