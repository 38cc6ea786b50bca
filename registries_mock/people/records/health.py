"""Disability records and the dispensary registers."""

from __future__ import annotations

from datetime import date

from registries_mock.dice import Dice
from registries_mock.people.chance import years_later
from registries_mock.people.facts import Family, Person
from registries_mock.people.occupations import Disability
from registries_mock.people.records.shape import Part, known

_CAUSES = {
    "illness": ("Общее заболевание", "Жалпы ауру"),
    "birth": ("Инвалидность с детства", "Бала кезінен мүгедектік"),
    "injury": ("Трудовое увечье", "Еңбек мертігуі"),
}


def tell(person: Person, family: Family, today: date) -> Part:
    registers = person.registers
    return known(
        disabilities=[_disability(disability, person, family) for disability in person.disabilities],
        dispensary=known(
            iin=person.iin,
            narcology=registers.narcology,
            psychiatry=registers.psychiatry,
            tuberculosis=registers.tuberculosis,
        )
        if registers
        else None,
    )


def _disability(disability: Disability, person: Person, family: Family) -> Part:
    dice = Dice(family.key, person.key, "disability", disability.since)
    until = disability.until
    return known(
        group=disability.group,
        cause_ru=_CAUSES[disability.cause][0],
        cause_kk=_CAUSES[disability.cause][1],
        since=disability.since,
        until=until,
        period="бессрочно" if until is None else f"до {until:%d.%m.%Y}",
        expert_opinion_on=disability.since,
        reexamination_on=until or years_later(disability.since, 5) if disability.group == "child" else until,
        document_number=dice.digits("certificate", 7),
        issuer_ru=f"Отдел МСЭ № {dice.number('issuer', 20) + 1}",
        issuer_kk=f"№ {dice.number('issuer', 20) + 1} МӘС бөлімі",
    )
