"""How an application reads before it is signed: everything that the signed bytes say, line by line, in a language.

What a person reads is what is signed: no field is left out, and none is said that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files

from contracts.application import Applicant, Application, Member, Person, Representative
from contracts.request import Service
from contracts.tables import Names, Row, read_row, read_toml
from gateway.account_statements import read_statement
from gateway.core.calendar import ALMATY
from gateway.documents.sheets import clean
from gateway.documents.texts import end_sentence, fill, say_date, speak


class DraftTexts(Row):
    line: dict[str, Names]
    relation: dict[str, Names]
    document: dict[str, Names]
    ground: dict[str, Names]
    declared: dict[str, Names]
    consent: dict[str, Names]
    code: dict[str, Names]


@cache
def load_draft_texts() -> DraftTexts:
    with as_file(files("gateway.documents") / "draft_texts.toml") as path:
        return read_row(DraftTexts, read_toml(path), path.name)


def write_draft_text(application: Application, service: Service, language: str) -> tuple[str, ...]:
    """The lines, the first of which is the title."""
    return tuple(clean(line) for line in _Writing(load_draft_texts(), service, language).lines(application))


def write_code_text(service: Service, language: str, code: str, minutes: int) -> str:
    """The message that carries a one-time code: what it signs, how long it is good, and that it is nobody else's."""
    places = {"code": code, "service": end_sentence(speak(service.name, language)), "minutes": str(minutes)}
    return fill(speak(load_draft_texts().code["sms"], language), places)


class _Writing:
    def __init__(self, texts: DraftTexts, service: Service, language: str) -> None:
        self._texts, self._service, self._language = texts, service, language

    def lines(self, application: Application) -> Iterator[str]:
        yield self._say("title", service=end_sentence(speak(self._service.name, self._language)))
        yield from self._applicant(application.applicant)
        if application.representative is not None:
            yield from self._representative(application.representative)
        yield self._say("family" if application.family else "no_family")
        for n, member in enumerate(application.family, start=1):
            yield f"{n}) {self._member(member)}"
        yield self._account(application.account.iban)
        if application.account.check is not None:
            told = read_statement(application.account.check)
            yield self._say(f"account_check_{told.owner}", at=f"{told.at.astimezone(ALMATY):%d.%m.%Y %H:%M}")
        yield from self._declared(application)
        for name, given in application.consents:
            yield self._word(self._texts.consent, name) if given else self._say("no_consent", name=name)
        yield self._say("language_of_answers_" + application.language)

    def _applicant(self, person: Applicant) -> Iterator[str]:
        yield self._say("applicant", who=self._who(person, person.iin))
        if person.phone is not None:
            yield self._say("phone", phone=person.phone)
        yield self._say("citizenship", code=person.citizenship)
        if person.document is not None:
            kind = self._word(self._texts.document, person.document.kind)
            issued = person.document.issued_on
            key = "document_issued" if issued else "document"
            yield self._say(key, kind=kind, number=person.document.number, day=say_date(issued) if issued else "")
        if person.address is not None:
            yield self._say("address", address=person.address)

    def _representative(self, person: Representative) -> Iterator[str]:
        yield self._say(
            "representative",
            who=self._who(person, person.iin),
            ground=self._word(self._texts.ground, person.ground),
            number=person.document_number,
            day=say_date(person.issued_on),
        )
        if person.valid_until is not None:
            yield self._say("representative_until", day=say_date(person.valid_until))
        if person.phone is not None:
            yield self._say("representative_phone", phone=person.phone)

    def _member(self, member: Member) -> str:
        facts = [f"{self._word(self._texts.relation, member.relation.value)}: {self._who(member, member.iin)}"]
        if member.birth_record is not None:
            record = member.birth_record
            facts.append(self._say("birth_record", number=record.number, day=say_date(record.date)))
        if member.occupation is not None:
            facts.append(self._say("occupation", occupation=member.occupation))
        return "; ".join(facts)

    def _account(self, iban: str) -> str:
        bank = next((one for one in self._service.banks if one.code == iban[4:7]), None)
        return self._say("account", iban=iban, bank=speak(bank.name, self._language) if bank else "–")

    def _declared(self, application: Application) -> Iterator[str]:
        declared = application.declared
        said = [self._word(self._texts.declared, name) for name, value in declared if value is True]
        if declared.alimony is not None:
            said.append(self._say("alimony" if declared.alimony.receives else "alimony_not_received"))
            if declared.alimony.debtor_iin is not None:
                said.append(self._say("alimony_debtor", iin=declared.alimony.debtor_iin))
        yield self._say("declared", declared="; ".join(said)) if said else self._say("nothing_declared")

    def _who(self, person: Person, iin: str | None) -> str:
        name = " ".join(part for part in (person.surname, person.name, person.patronymic) if part)
        key = "who" if iin else "who_without_iin"
        return self._say(key, name=name, iin=iin or "", born=say_date(person.birth_date))

    def _say(self, key: str, **places: str) -> str:
        return fill(speak(self._texts.line[key], self._language), places)

    def _word(self, words: Mapping[str, Names], key: str) -> str:
        return speak(words[key], self._language)
