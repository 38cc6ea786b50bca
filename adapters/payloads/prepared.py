"""A passport made ready: plans, reader and judges, built at first use and kept for as long as the passport lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.payloads.plans import Plan, make_plan
from adapters.payloads.reading import RecordReader
from adapters.payloads.verdicts import Heard, Judge
from adapters.payloads.writing import Written, fill
from adapters.words import Words
from contracts.catalogue import Catalogue
from contracts.errors import ContractBroken
from contracts.exchange import Reply
from contracts.passport import DictionaryEntry, Passport
from contracts.vocabulary.terms import Record


@dataclass(frozen=True)
class Prepared:
    """What of a passport does not change between two questions."""

    passport: Passport
    catalogue: Catalogue
    request: Plan
    reply: Plan
    reader: RecordReader
    judge: Judge
    interim: Plan | None
    interim_judge: Judge | None

    def fill_request(self, words: Words) -> tuple[Written, ...]:
        """Return the request payload's content; raises CatalogueInvalid where a mandatory field stays empty."""
        return fill(self.request, words, self.entries)

    def entries(self, name: str) -> Sequence[DictionaryEntry]:
        return self.catalogue.dictionary(self.passport, name)

    def lists_http(self, status: int) -> bool:
        """Whether a reading says what this HTTP status means."""
        return self.judge.lists_http(str(status))

    def understand(self, heard: Heard, *, message_id: str = "") -> Reply:
        """Return the reply in the vocabulary; raises the RegistryError that it stands for."""
        verdict = self.judge.judge(heard)
        if verdict.outcome == "no_record":
            return Reply("no_record", self._read_what_is_there(heard), verdict.code, message_id)
        if heard.payload is None:
            raise ContractBroken("the reply holds no data")
        record = self.reader.read(heard.payload)
        if not record:
            raise ContractBroken("the reply says success and holds nothing that was agreed on")
        return Reply("answered", record, verdict.code, message_id)

    def _read_what_is_there(self, heard: Heard) -> Record:
        """Of a "no record": whom it names, to be compared with the question; nothing where it cannot be read."""
        try:
            return self.reader.read(heard.payload) if heard.payload is not None else {}
        except ContractBroken:
            return {}

    def understand_without(self, heard: Heard, broken: ContractBroken, *, message_id: str = "") -> Reply:
        """Return what the codes outside the payload say alone; raises `broken` where they leave it to the payload."""
        try:
            verdict = self.judge.judge(heard)
        except ContractBroken:
            raise broken from None
        if verdict.outcome == "no_record":
            return Reply("no_record", {}, verdict.code, message_id)
        raise broken


class Preparations:
    """Prepared passports by key; safe for threads (two that meet at the first use both prepare, and agree)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, Prepared] = {}

    def of(self, passport: Passport) -> Prepared:
        known = self._known.get(passport.key)
        if known is None or known.passport is not passport:
            known = self._known[passport.key] = self._prepare(passport)
        return known

    def _prepare(self, passport: Passport) -> Prepared:
        def entries(name: str) -> Sequence[DictionaryEntry]:
            return self._catalogue.dictionary(passport, name)

        reply = make_plan(passport, passport.reply)
        interim = make_plan(passport, passport.interim) if passport.interim else None
        return Prepared(
            passport=passport,
            catalogue=self._catalogue,
            request=make_plan(passport, passport.request),
            reply=reply,
            reader=RecordReader(reply, self._catalogue.vocabulary, entries),
            judge=Judge(passport.readings, reply),
            interim=interim,
            interim_judge=Judge(passport.interim_readings, interim) if interim else None,
        )
