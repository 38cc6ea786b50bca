"""The application that a family would sign: who and what is declared, in the words of contracts/application.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from registries_mock.people.chance import age_on
from registries_mock.people.facts import Family, Person
from registries_mock.people.numbers import iban_of, phone_of
from registries_mock.people.places import write_address
from registries_mock.people.records.acts import write_birth
from registries_mock.people.records.identity import tell as tell_identity

Relation = Literal["spouse", "child", "adopted_child", "ward", "parent", "other"]

_ALPHA: Final = {
    "398": "KAZ", "643": "RUS", "860": "UZB", "417": "KGZ", "156": "CHN", "496": "MNG", "004": "AFG", "990": "XXA",
}  # fmt: skip
_POST: Final = "563"
_PAPERS_OF_AN_APPLICANT: Final = (
    "identity_card",
    "passport",
    "residence_permit",
    "refugee_certificate",
    "stateless_certificate",
)


@dataclass(frozen=True)
class Declares:
    """What a persona declares where it differs from its family's facts."""

    members: tuple[str, ...] | None = None
    """Keys of the declared members; None: the spouse, children under 18, and to 23 those in full-time study."""
    married_abroad: bool = False
    marriage: bool | None = None
    kandas_certificate: bool = False
    guardianship: bool = False
    adoption: bool = False
    employment_measures: bool = False
    receives_alimony: bool | None = None
    relations: Mapping[str, Relation] = field(default_factory=dict)
    """By key of a member: what is declared where no act in force says so."""


def describe_application(family: Family, today: date, declares: Declares | None = None) -> dict[str, Any]:
    """Keys applicant, family, account, declared, consents; dates as `date`. LookupError where nobody can apply."""
    said = declares or Declares(employment_measures=_out_of_work(family, today))
    if not family.applicant:
        raise LookupError("nobody of this family can apply")
    applicant = family.person(family.applicant)
    if said.members is None:
        members = [
            one for one in family.household() if one is not applicant and _belongs(applicant, one, family, today)
        ]
    else:
        present = {one.key for one in family.people}
        members = [family.person(key) for key in said.members if key in present]
    return {
        "applicant": _describe_applicant(applicant, family, today),
        "family": [_describe_member(one, said, applicant, family, today) for one in members],
        "account": {"iban": _iban(applicant)},
        "declared": _declare(said, applicant, members, family, today),
        "consents": {"personal_data": True, "verification": True},
    }


def relate_to(applicant: Person, other: Person, family: Family) -> Relation:
    """What the other is to the applicant."""
    pair = {applicant.key, other.key}
    if any({act.husband, act.wife} == pair and act.divorced_on is None for act in family.marriages):
        return "spouse"
    couple = {applicant.key} | {
        key for act in family.marriages if applicant.key in (act.husband, act.wife) and act.divorced_on is None
        for key in (act.husband, act.wife)
    }  # fmt: skip
    if any(one.child == other.key and couple & set(one.parents) and not one.cancelled_on for one in family.adoptions):
        return "adopted_child"
    if any(one.child == other.key and one.guardian in couple and not one.ended_on for one in family.wards):
        return "ward"
    if any(act.child == other.key and couple & {act.mother, act.father} for act in family.births):
        return "child"
    if any(act.child == applicant.key and other.key in (act.mother, act.father) for act in family.births):
        return "parent"
    return "other"


def _belongs(applicant: Person, one: Person, family: Family, today: date) -> bool:
    relation = relate_to(applicant, one, family)
    if relation in ("child", "adopted_child", "ward"):
        age = age_on(one.born, today)
        return age < 18 or (age <= 23 and _studies(one, today))
    return relation == "spouse"


def _studies(one: Person, today: date) -> bool:
    return any(
        study.form == "full_time" and study.since <= today <= (study.left_on or study.ends) for study in one.studies
    )


def _out_of_work(family: Family, today: date) -> bool:
    return any(
        18 <= age_on(one.born, today) < 60
        and one.business is None
        and not one.disabilities
        and not any(job.until is None or job.until > today for job in one.jobs)
        and not _studies(one, today)
        for one in family.household()
    )


def _describe_applicant(one: Person, family: Family, today: date) -> dict[str, Any]:
    document = next(
        (
            {"kind": paper["type"], "number": paper["number"], "issued_on": paper["issued_on"]}
            for paper in tell_identity(one, family, today)["documents"]
            if paper["type"] in _PAPERS_OF_AN_APPLICANT and paper["status"] == "valid"
        ),
        None,
    )
    described = {
        **_names(one),
        "iin": one.iin,
        "phone": phone_of(one.iin or ""),
        "citizenship": _ALPHA[one.citizenship],
        "document": document,
        "address": write_address(family.homes[one.home or "family"]),
    }
    return {key: value for key, value in described.items() if value is not None}


def _describe_member(one: Person, said: Declares, applicant: Person, family: Family, today: date) -> dict[str, Any]:
    described = _names(one) | {"relation": said.relations.get(one.key) or relate_to(applicant, one, family)}
    if one.iin:
        return described | {"iin": one.iin}
    act = next((write_birth(birth, family, today) for birth in family.births if birth.child == one.key), None)
    return described | ({"birth_record": {"number": act["act_number"], "date": act["act_date"]}} if act else {})


def _names(one: Person) -> dict[str, Any]:
    names = {"surname": one.surname, "name": one.name, "patronymic": one.patronymic, "birth_date": one.born}
    return {key: value for key, value in names.items() if value is not None}


def _iban(applicant: Person) -> str:
    """Who has no account names the number of one that the post would have given: no bank knows it."""
    if applicant.iin is None:
        raise LookupError("the applicant has no account")
    return iban_of(applicant.iin, applicant.bank.code if applicant.bank else _POST)


def _declare(said: Declares, applicant: Person, members: list[Person], family: Family, today: date) -> dict[str, Any]:
    writ = next((writ for writ in family.writs if writ.creditor == applicant.key), None)
    receives = writ is not None if said.receives_alimony is None else said.receives_alimony
    declared: dict[str, Any] = {
        "married_abroad": said.married_abroad,
        "marriage": any(relate_to(applicant, one, family) == "spouse" for one in members)
        if said.marriage is None
        else said.marriage,
        "kandas_certificate": said.kandas_certificate,
        "guardianship": said.guardianship,
        "adoption": said.adoption,
        "full_time_study": any(age_on(one.born, today) >= 18 and _studies(one, today) for one in members),
        "employment_measures": said.employment_measures,
        "private_farm": family.farm is not None,
    }
    if receives:
        debtor = family.person(writ.debtor).iin if writ else None
        declared["alimony"] = {"receives": True} | ({"debtor_iin": debtor} if debtor else {})
    return declared
