"""Rules of intake that need more than one field, the service's row or the day: all are judged, all faults are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from contracts import iban as ibans
from contracts import iin as iins
from contracts.application import Application, Member, Person, Relation
from contracts.errors import Problem
from contracts.request import Service
from gateway.intake.model import sort_problems

IIN_FAULTS = {
    "iin-format": "an IIN has 12 digits",
    "iin-check-digit": "the last digit of the IIN does not fit: a digit is mistyped",
    "iin-birth-date": "the IIN does not begin with a date of birth",
}


@dataclass(frozen=True)
class Look:
    """What a rule looks at; `on` is the day of filing in Kazakhstan, `adult_age` in years."""

    application: Application
    service: Service
    on: date
    adult_age: int
    phone_needed: bool

    def people(self) -> Iterator[tuple[str, Person, str | None]]:
        """Pointer, person and IIN of the applicant, of the representative and of each member."""
        yield "/applicant", self.application.applicant, self.application.applicant.iin
        representative = self.application.representative
        if representative is not None:
            yield "/representative", representative, representative.iin
        for n, member in enumerate(self.application.family):
            yield f"/family/{n}", member, member.iin


Rule = Callable[[Look], Iterator[Problem]]


def find_problems(
    application: Application, service: Service | None, on: date, adult_age: int, *, phone_needed: bool = True
) -> tuple[Problem, ...]:
    """Everything that is wrong, by pointer; without a service only that: the other rules hang on its row.

    `adult_age` is that of the law in force on the day, in full years. `phone_needed` is False for an application that
    came in a form without a place for a phone.
    """
    if service is None:
        return (Problem("service-unknown", "/service", "there is no such service here"),)
    look = Look(application, service, on, adult_age, phone_needed)
    return sort_problems(problem for rule in RULES for problem in rule(look))


def _check_iins(look: Look) -> Iterator[Problem]:
    alimony = look.application.declared.alimony
    given = [(f"{pointer}/iin", iin) for pointer, _, iin in look.people()]
    given.append(("/declared/alimony/debtor_iin", alimony.debtor_iin if alimony else None))
    for pointer, iin in given:
        fault = iins.find_fault(iin) if iin is not None else ""
        if fault:
            yield Problem(fault, pointer, IIN_FAULTS[fault])


def _check_birth_dates(look: Look) -> Iterator[Problem]:
    """A foreigner's IIN (seventh digit 0) carries no birth date to compare with."""
    for pointer, person, iin in look.people():
        if person.birth_date > look.on:
            yield Problem("birth-date-in-future", f"{pointer}/birth_date", "the date of birth is still to come")
        elif iin and not iins.find_fault(iin) and iins.birth_date(iin) not in (None, person.birth_date):
            detail = "the date of birth is not the one that the IIN carries"
            yield Problem("iin-birth-date-mismatch", f"{pointer}/birth_date", detail)


def _check_other_dates(look: Look) -> Iterator[Problem]:
    document = look.application.applicant.document
    representative = look.application.representative
    given = [("/applicant/document/issued_on", document.issued_on if document else None)]
    given.append(("/representative/issued_on", representative.issued_on if representative else None))
    for n, member in enumerate(look.application.family):
        given.append((f"/family/{n}/birth_record/date", member.birth_record.date if member.birth_record else None))
    for pointer, day in given:
        if day is not None and day > look.on:
            yield Problem("date-in-future", pointer, "the date is still to come")


def _check_representative(look: Look) -> Iterator[Problem]:
    """Another person than the applicant, and of full age."""
    representative = look.application.representative
    if representative is None:
        return
    if representative.iin == look.application.applicant.iin:
        detail = "the applicant is declared as the applicant's own representative"
        yield Problem("representative-is-applicant", "/representative/iin", detail)
    born = representative.birth_date
    if (born.year + look.adult_age, born.month, born.day) > (look.on.year, look.on.month, look.on.day):
        yield Problem("representative-minor", "/representative/birth_date", "a representative is of full age")


def _check_phone(look: Look) -> Iterator[Problem]:
    if look.phone_needed and look.application.applicant.phone is None:
        yield Problem("phone-missing", "/applicant/phone", "the applicant's phone must be given")


def _check_mandate(look: Look) -> Iterator[Problem]:
    """What the representative acts by is in force on the day of filing."""
    representative = look.application.representative
    if representative is not None and representative.valid_until and representative.valid_until < look.on:
        detail = "what the representative acts by is not in force any more"
        yield Problem("representative-expired", "/representative/valid_until", detail)


def _check_account(look: Look) -> Iterator[Problem]:
    verdict = ibans.check_iban(look.application.account.iban, [bank.code for bank in look.service.banks])
    if verdict.code:
        yield Problem(verdict.code, "/account/iban", verdict.detail)


def _check_consents(look: Look) -> Iterator[Problem]:
    for name, given in look.application.consents:
        if not given:
            yield Problem("consent-missing", f"/consents/{name}", "the applicant's consent must be given")


def _check_members_without_iin(look: Look) -> Iterator[Problem]:
    for n, member in enumerate(look.application.family):
        if member.iin is None and member.birth_record is None:
            detail = "a member without an IIN needs the record of birth"
            yield Problem("member-without-iin", f"/family/{n}/iin", detail)


def _check_duplicates(look: Look) -> Iterator[Problem]:
    seen: list[tuple[Person, str | None]] = [(look.application.applicant, look.application.applicant.iin)]
    spouses = 0
    for n, member in enumerate(look.application.family):
        if member.iin and any(member.iin == iin for _, iin in seen):
            yield Problem("duplicate-member", f"/family/{n}/iin", "the same IIN is declared twice")
        elif any(_is_same(member, person, iin) for person, iin in seen):
            yield Problem("duplicate-member", f"/family/{n}", "the same name and date of birth are declared twice")
        spouses += member.relation is Relation.SPOUSE
        if member.relation is Relation.SPOUSE and spouses > 1:
            yield Problem("duplicate-member", f"/family/{n}/relation", "a second spouse is declared")
        seen.append((member, member.iin))


def _is_same(member: Member, other: Person, other_iin: str | None) -> bool:
    """By name and birth date, where one of the two has no IIN that would tell them apart."""
    if member.iin and other_iin:
        return False
    return _name_of(member) == _name_of(other) and member.birth_date == other.birth_date


def _name_of(person: Person) -> tuple[str, str]:
    return " ".join(person.surname.split()).casefold(), " ".join(person.name.split()).casefold()


RULES: tuple[Rule, ...] = (
    _check_iins,
    _check_birth_dates,
    _check_other_dates,
    _check_representative,
    _check_phone,
    _check_mandate,
    _check_account,
    _check_consents,
    _check_members_without_iin,
    _check_duplicates,
)
