"""Acts of civil status: each act is written once from the family's facts, so all who are named in it see the same."""

from __future__ import annotations

from datetime import date

from registries_mock.dice import Dice
from registries_mock.people.chance import after
from registries_mock.people.facts import Birth, Family, Marriage, Person
from registries_mock.people.places import region_of
from registries_mock.people.records.shape import Part, known


def tell(person: Person, family: Family, today: date) -> Part:
    marriages = [act for act in family.marriages if person.key in (act.husband, act.wife)]
    return known(
        births=[
            write_birth(act, family, today)
            for act in family.births
            if person.key in (act.child, act.mother, act.father)
        ],
        marriages=[_write_marriage(act, family) for act in marriages],
        divorces=[_write_divorce(act, family) for act in marriages if act.divorced_on],
    )


def write_birth(act: Birth, family: Family, today: date) -> Part:
    child = family.person(act.child)
    mother = family.person(act.mother) if act.mother else None
    father = family.person(act.father) if act.father else None
    dice = Dice(family.key, "birth", act.child)
    stated = act.stated_father
    return known(
        act_number=_number(dice, child.birth_region, child.born),
        act_date=min(after(child.born, dice.between("registered", 3, 40)), today),
        **_office(child.birth_region),
        child_iin=child.iin,
        child_surname=child.surname,
        child_name=child.name,
        child_patronymic=child.patronymic,
        child_birth_date=child.born,
        child_life_status="1" if child.died else "0",
        **(_parent("mother", mother) if mother else {}),
        **(_parent("father", father) if father else {}),
        **({"father_surname": child.surname.removesuffix("А") if child.sex == "female" else child.surname,
            "father_name": stated} if stated else {}),
        by_mother_statement=1 if stated else 0,
    )  # fmt: skip


def marriage_number(act: Marriage, family: Family) -> str:
    return _number(Dice(family.key, "marriage", act.husband, act.wife), _region(family), act.registered_on)


def _write_marriage(act: Marriage, family: Family) -> Part:
    husband, wife = family.person(act.husband), family.person(act.wife)
    dice = Dice(family.key, "divorce", act.husband, act.wife)
    deaths = [person for person in (husband, wife) if person.died]
    first = min(deaths, key=lambda person: person.died or date.max) if deaths and not act.divorced_on else None
    return known(
        act_number=marriage_number(act, family),
        act_date=act.registered_on,
        **_office(_region(family)),
        husband_iin=husband.iin,
        husband_surname=husband.surname,
        husband_name=husband.name,
        husband_birth_date=husband.born,
        wife_iin=wife.iin,
        wife_surname=wife.surname,
        wife_name=wife.name,
        wife_birth_date=wife.born,
        divorce_act_number=_divorce_number(act, family) if act.divorced_on else None,
        divorce_act_date=act.divorced_on,
        divorce_court_number=f"2-{dice.number('case', 9000) + 1000}" if act.divorced_on and act.by_court else None,
        divorce_court_date=act.divorced_on if act.by_court else None,
        death_act_number=_number(Dice(family.key, "death", first.key), _region(family), first.died or date.max)
        if first else None,
        death_act_date=first.died if first else None,
    )  # fmt: skip


def _write_divorce(act: Marriage, family: Family) -> Part:
    husband, wife = family.person(act.husband), family.person(act.wife)
    return known(
        act_number=_divorce_number(act, family),
        act_date=act.divorced_on,
        office_code=_office(_region(family))["office_code"],
        husband_iin=husband.iin,
        husband_birth_date=husband.born,
        wife_iin=wife.iin,
        wife_birth_date=wife.born,
        marriage_act_number=marriage_number(act, family),
        marriage_act_date=act.registered_on,
    )


def _parent(role: str, person: Person) -> Part:
    leaves = {
        "iin": person.iin, "surname": person.surname, "name": person.name,
        "patronymic": person.patronymic, "birth_date": person.born,
    }  # fmt: skip
    return known(**{f"{role}_{leaf}": value for leaf, value in leaves.items()})


def _divorce_number(act: Marriage, family: Family) -> str:
    return _number(Dice(family.key, "divorce", act.husband, act.wife), _region(family), act.divorced_on or date.max)


def _region(family: Family) -> str:
    return family.homes["family"].region


def _number(dice: Dice, region: str, day: date) -> str:
    """Region, year and six digits, as long as the real ones are."""
    return f"{region[:2]}-{day:%y}-{dice.digits('act', 6)}"


def _office(region: str) -> Part:
    place = region_of(region)
    return {
        "office_code": region[:4],
        "office_ru": f"Отдел РАГС: {place['ru']}",
        "office_kk": f"АХАТ бөлімі: {place['kk']}",
    }
