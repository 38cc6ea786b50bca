"""How the life of one ordinary person goes: school and study, jobs or business, disability, detention, until death."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from registries_mock.dice import Dice
from registries_mock.people.chance import YEAR, after, years_later
from registries_mock.people.facts import Bank, Registers
from registries_mock.people.occupations import PENSION_AGES, Business, Detention, Disability, Job, Study, stop
from registries_mock.people.ordinary.kin import Kin

Form = Literal["full_time", "part_time", "evening", "distance"]
_FORMS: Final[tuple[tuple[Form, float], ...]] = (
    ("full_time", 0.85), ("part_time", 0.08), ("distance", 0.05), ("evening", 0.02),
)  # fmt: skip
_REGIMES: Final = ("Упрощённая декларация", "Патент", "Общеустановленный режим")


def live(dice: Dice, kin: Kin, today: date) -> dict[str, Any]:
    """The occupations of a person, as keywords of `facts.Person`."""
    end = kin.died or date.max
    studies = tuple(study for study in _study(dice, kin.born) if study.since <= min(today, end))
    school_over = max((study.left_on or study.ends for study in studies if study.form == "full_time"), default=kin.born)
    jobs, business = _work(dice, kin, max(school_over, years_later(kin.born, 18)), min(today, end))
    detention = _detention(dice, kin, min(today, end))
    if detention:
        jobs = tuple(
            job for part in (stop(jobs, detention.since), _released(jobs, detention)) for job in part
        )  # no wages in detention
        business = replace(business, until=min(business.until or date.max, detention.since)) if business else None
        if business and business.until and business.until <= business.since:
            business = None
        studies = _leave(studies, detention.since)
    if kin.died:
        jobs = stop(jobs, kin.died)
        business = replace(business, until=min(business.until or date.max, kin.died)) if business else None
        studies = _leave(studies, kin.died)
    adult = years_later(kin.born, 18) <= today
    return {
        "studies": studies,
        "jobs": jobs,
        "business": business,
        "detention": detention,
        "disabilities": tuple(item for item in _disability(dice, kin.born) if item.since <= min(today, end)),
        "bank": Bank("563" if dice.happens("post", 0.35) else "601") if adult else None,
        "registers": _registers(dice) if dice.happens("registers", 0.01) else None,
    }


def _study(dice: Dice, born: date) -> tuple[Study, ...]:
    first = born.year + (7 if born.month >= 6 else 6)
    studies = [Study("school", date(first, 9, 1), date(first + 11, 5, 25), institution=dice.number("school", 900))]
    path = dice.weigh("path", (("bachelor", 0.42), ("tvet", 0.33), ("none", 0.25)))
    if path == "none":
        return tuple(studies)
    since = date(first + 11, 9, 1)
    form = dice.weigh("form", _FORMS)
    ends = date(since.year + (4 if path == "bachelor" else 3), 6, 30)
    left = after(since, dice.between("left on", 60, 900)) if dice.happens("left", 0.06) else None
    institution, speciality = 1000 + dice.number("institution", 60), dice.number("speciality", 12)
    stipend = form == "full_time" and dice.happens("stipend", 0.45)
    level: Literal["bachelor", "tvet"] = "bachelor" if path == "bachelor" else "tvet"
    studies.append(Study(level, since, ends, form, institution, speciality, stipend, left))
    if path == "bachelor" and not left and dice.happens("master", 0.12):
        since, ends = date(ends.year, 9, 1), date(ends.year + 2, 6, 30)
        studies.append(Study("master", since, ends, "full_time", institution, speciality, stipend))
        if dice.happens("doctor", 0.08):
            since, ends = date(ends.year, 9, 1), date(ends.year + 3, 6, 30)
            studies.append(Study("doctor", since, ends, "full_time", institution, speciality, stipend))
    return tuple(studies)


def _leave(studies: tuple[Study, ...], day: date) -> tuple[Study, ...]:
    begun = tuple(study for study in studies if study.since < day)
    return tuple(replace(study, left_on=day) if (study.left_on or study.ends) > day else study for study in begun)


def _work(dice: Dice, kin: Kin, ready: date, until: date) -> tuple[tuple[Job, ...], Business | None]:
    retires = years_later(kin.born, PENSION_AGES[kin.sex])
    start = after(ready, dice.between("first job", 30, 500))
    kind = dice.weigh("work", (("hired", 0.68), ("business", 0.2), ("none", 0.12)))
    if kind == "none" or start > until or start >= retires:
        return (), None
    if kind == "business":
        start = after(start, dice.between("own business", 200, 4000))
        closed = after(start, dice.between("closes", 400, 16000))
        income = Decimal(dice.between("income", 80, 700) * 1000)
        if start > until or start >= retires:
            return (), None
        return (), Business(start, income, min(closed, retires) if min(closed, retires) <= until else None,
                            dice.pick("regime", _REGIMES))  # fmt: skip
    jobs: list[Job] = []
    while start < retires and start <= until:
        number = len(jobs)
        end = min(after(start, dice.between(f"job{number}", 300, 5000)), retires)
        wage = Decimal(dice.between(f"wage{number}", 85, 520) * 1000)
        jobs.append(Job(start, wage, end if end <= until else None, dice.number(f"employer{number}", 5000)))
        start = after(end, dice.between(f"pause{number}", 1, 400))
    return tuple(jobs), None


def _detention(dice: Dice, kin: Kin, until: date) -> Detention | None:
    if kin.seat == "head" or kin.sex == "female" or not dice.happens("detained", 0.02):
        return None
    since = after(kin.born, dice.between("detained at", 19, 60) * YEAR)
    released = after(since, dice.between("detained for", 200, 2500))
    return Detention(since, released) if since <= until else None


def _released(jobs: tuple[Job, ...], detention: Detention) -> tuple[Job, ...]:
    return tuple(job for job in jobs if detention.until and job.since > detention.until)


def _disability(dice: Dice, born: date) -> tuple[Disability, ...]:
    grown = years_later(born, 18)
    adult = dice.weigh("group", (("3", 0.5), ("2", 0.38), ("1", 0.12)))
    group: Literal["1", "2", "3"] = "1" if adult == "1" else "2" if adult == "2" else "3"
    if dice.happens("child with a disability", 0.015):
        return (
            Disability("child", after(born, dice.between("since", 200, 4000)), grown, "birth"),
            Disability(group, grown, None, "birth"),
        )
    if dice.happens("disability", 0.07):
        since = after(born, dice.between("disabled at", 19, 70) * YEAR + dice.number("disabled on", 365))
        term = None if dice.happens("for life", 0.6) else years_later(since, dice.between("years", 1, 5))
        return (Disability(group, since, term, dice.pick("cause", ("illness", "injury"))),)
    return ()


def _registers(dice: Dice) -> Registers:
    kind = dice.pick("which register", ("narcology", "psychiatry", "tuberculosis"))
    return replace(Registers(), **{kind: "Состоит на учёте"})
