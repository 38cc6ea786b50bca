"""Study, work and wages: employment and the monthly contributions are told from the same jobs (10 % of the wage)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from registries_mock.dice import Dice
from registries_mock.people.chance import after
from registries_mock.people.facts import Family, Person
from registries_mock.people.numbers import write_bin
from registries_mock.people.occupations import Job, Study
from registries_mock.people.records.shape import Part, known, past
from registries_mock.people.stock import read_stock

CONTRIBUTION_RATE: Final = Decimal("0.10")
"""Compulsory pension contributions (ОПВ)."""
MONTHS_OF_WAGES: Final = 36
"""How far back contributions are told, the longest that is asked for (DEDUCTION36)."""
_CONTRIBUTION_DAY = 25
_INSTITUTION_BINS = {"school": 10_000, "tvet": 20_000}
"""Where the BINs of a kind begin; all others are of universities. A college and a university of one number are two."""
_UNIVERSITY_BINS = 30_000


def tell(person: Person, family: Family, today: date) -> Part:
    employers = {job.employer: _employer(job.employer) for job in person.jobs}
    return known(
        studies=[_study(study, person, family, today) for study in person.studies],
        employments=[
            known(**employers[job.employer], since=job.since, until=past(job.until, today)) for job in person.jobs
        ],
        wages=[
            {"month": paid, **employers[job.employer], "contribution": job.wage * CONTRIBUTION_RATE}
            for paid in _paydays(today)
            for job in person.jobs
            if _earned(job, paid)
        ],
    )


def _employer(number: int) -> Part:
    return {"employer_bin": write_bin(number), "employer_name": employer_name(number)}


def employer_name(number: int) -> str:
    stock, dice = read_stock("work"), Dice("employer", number)
    kind, word = dice.pick("kind", stock["employer_kinds"]), dice.pick("word", stock["employer_words"])
    return f"{kind} «{word} {number}»"


def _paydays(today: date) -> list[date]:
    """The day of the contribution in each month, oldest first, up to today."""
    months = today.year * 12 + today.month - 1
    days = [
        date(month // 12, month % 12 + 1, _CONTRIBUTION_DAY) for month in range(months - MONTHS_OF_WAGES, months + 1)
    ]
    return [day for day in days if day <= today]


def _earned(job: Job, paid: date) -> bool:
    return job.since <= paid and (job.until is None or job.until >= paid)


def _study(study: Study, person: Person, family: Family, today: date) -> Part:
    left, over = past(study.left_on, today), past(study.ends, today)
    name_ru, name_kk = _institution(study)
    graduated = bool(over and not left)
    dice = Dice(family.key, person.key, study.level, study.since)
    return known(
        iin=person.iin,
        institution_bin=write_bin(_INSTITUTION_BINS.get(study.level, _UNIVERSITY_BINS) + study.institution),
        institution_ru=name_ru,
        institution_kk=name_kk,
        status="left" if left else "graduated" if over else "studying",
        moved_on=left or over or study.since,
        level=study.level,
        form=study.form,
        course=None if graduated or left else (after(today, 122).year - study.since.year),
        planned_end=study.ends,
        speciality=None if study.level == "school" else read_stock("work")["specialities"][study.speciality],
        diploma_number="ЖБ-" + dice.digits("diploma", 8) if graduated else None,
        diploma_date=study.ends if graduated else None,
    )


def _institution(study: Study) -> tuple[str, str]:
    if study.level == "school":
        return f"Школа № {study.institution + 1}", f"№ {study.institution + 1} мектеп"
    places = read_stock("work")["institutions"]
    half = len(places) // 2
    place = places[study.institution % half + (half if study.level == "tvet" else 0)]
    return place["ru"], place["kk"]
