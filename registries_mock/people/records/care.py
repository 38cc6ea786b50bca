"""Guardianship, adoption and alimony: decisions that name two people are told alike to both."""

from __future__ import annotations

from datetime import date

from registries_mock.dice import Dice
from registries_mock.people.facts import Adoption, Family, Person, Ward, Writ
from registries_mock.people.places import region_of
from registries_mock.people.records.shape import Part, known, past

_REASONS = {
    "died": ("Смерть родителей", "Ата-анасының қайтыс болуы"),
    "deprived": ("Лишение родительских прав", "Ата-ана құқығынан айыру"),
}


def tell(person: Person, family: Family, today: date) -> Part:
    ward = next((one for one in family.wards if person.key in (one.child, one.guardian)), None)
    adoption = next((one for one in family.adoptions if person.key in (one.child, *one.parents)), None)
    return known(
        guardianship=_guardianship(ward, family, today) if ward else None,
        adoption=_adoption(adoption, family, today) if adoption else None,
        enforcements=[
            _enforcement(writ, family) for writ in family.writs if person.key in (writ.debtor, writ.creditor)
        ],
    )


def _guardianship(ward: Ward, family: Family, today: date) -> Part:
    guardian, region = family.person(ward.guardian), family.homes["family"].region
    dice, place = Dice(family.key, "ward", ward.child), region_of(region)
    ended = past(ward.ended_on, today)
    return known(
        child_iin=family.person(ward.child).iin,
        guardian_iin=guardian.iin,
        guardian_surname=guardian.surname,
        guardian_name=guardian.name,
        decision_number=f"О-{dice.digits('decision', 5)}",
        decision_date=ward.decided_on,
        reason_ru=_REASONS[ward.reason][0],
        reason_kk=_REASONS[ward.reason][1],
        body_ru=f"Орган опеки: {place['ru']}",
        body_kk=f"Қорғаншылық органы: {place['kk']}",
        region_code=region,
        end_number=f"П-{dice.digits('end', 5)}" if ended else None,
        ended_on=ended,
    )


def _adoption(adoption: Adoption, family: Family, today: date) -> Part:
    dice, cancelled = Dice(family.key, "adoption", adoption.child), past(adoption.cancelled_on, today)
    return known(
        child_iin=family.person(adoption.child).iin,
        adopted=cancelled is None,
        parents=[{"iin": family.person(parent).iin} for parent in adoption.parents],
        court_number=f"2-{dice.digits('court', 4)}",
        court_date=adoption.decided_on,
        act_date=adoption.decided_on,
        cancelled_on=cancelled,
    )


def _enforcement(writ: Writ, family: Family) -> Part:
    debtor, creditor = family.person(writ.debtor), family.person(writ.creditor)
    place = region_of(family.homes["family"].region)
    return known(
        court=f"Районный суд: {place['ru']}",
        writ_date=writ.issued_on,
        debtor_name=debtor.name,
        debtor_patronymic=debtor.patronymic,
        creditor=f"{creditor.surname} {creditor.name[0]}.",
        creditor_kind="физическое лицо",
        amount=writ.amount,
        office=f"Отдел исполнения: {place['ru']}",
        officer_surname="ҮЛГІЕВ",
        officer_name="ҮЛГІ",
    )
