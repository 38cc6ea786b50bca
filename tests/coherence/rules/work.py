"""Work and study: wages by jobs, jobs between school and pension, no work in detention, diplomas of graduates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.coherence.family import TODAY, Family, age
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import ADULT, Rule, of_each, years_after

_PENSION = {"male": 63, "female": 61}


def _jobs(person: Told) -> list[tuple[str, str, str]]:
    """(first day, last day, BIN)."""
    return sorted((one["since"], one["until"], one["employer_bin"]) for one in person.get("employments", []))


@of_each
def wages_are_of_the_jobs_of_the_time(family: Family, iin: str, person: Told) -> Iterator[str]:
    for wage in person.get("wages", []):
        if not any(job[0] <= wage["month"] <= job[1] and job[2] == wage["employer_bin"] for job in _jobs(person)):
            yield f"{iin} has a wage of {wage['month']} from {wage['employer_bin']} and no such job"


@of_each
def a_job_of_the_last_months_has_wages(family: Family, iin: str, person: Told) -> Iterator[str]:
    paid = {(wage["month"], wage["employer_bin"]) for wage in person.get("wages", [])}
    year, month = int(TODAY[:4]), int(TODAY[5:7])
    for back in range(1, 7):
        day = f"{year - (month <= back)}-{(month - back - 1) % 12 + 1:02}-25"
        for since, until, employer in _jobs(person):
            if since <= day <= until and (day, employer) not in paid:
                yield f"{iin} works for {employer} and has no wage on {day}"


@of_each
def jobs_follow_one_another(family: Family, iin: str, person: Told) -> Iterator[str]:
    for one, other in pairwise(_jobs(person)):
        if one[1] > other[0]:
            yield f"{iin} works to {one[1]} and from {other[0]}"


@of_each
def work_lies_between_eighteen_and_the_pension(family: Family, iin: str, person: Told) -> Iterator[str]:
    pension = years_after(person["birth_date"], _PENSION[person["sex"]])
    last = min(pension, person.get("death_date", pension))
    for since, until, _ in _jobs(person):
        if since < years_after(person["birth_date"], ADULT) or until > max(last, since):
            yield f"{iin} works from {since} to {until}"
    for wage in person.get("wages", []):
        if wage["month"] > last:
            yield f"{iin} has a wage of {wage['month']}"


def one_employer_or_place_of_study_has_one_name(family: Family) -> Iterator[str]:
    names: dict[str, set[str]] = defaultdict(set)
    for _, person in family.persons():
        for word, bin_, name in (
            ("employments", "employer_bin", "employer_name"),
            ("wages", "employer_bin", "employer_name"),
            ("studies", "institution_bin", "institution_ru"),
        ):
            for one in person.get(word, []):
                names[one[bin_]].add(one[name])
    yield from (f"{number} is called {sorted(said)}" for number, said in names.items() if len(said) > 1)


@of_each
def detention_ends_work_and_study(family: Family, iin: str, person: Told) -> Iterator[str]:
    held = person.get("detention")
    if held is None:
        return
    since, until = held["since"], held.get("until", "9")
    if (held["status"] == "released") != (until <= TODAY):
        yield f"{iin} is {held['status']}, detained until {until}"
    yield from (f"{iin} works in detention: {job[0]} to {job[1]}" for job in _jobs(person)
                if job[0] < until and job[1] > since and held["status"] == "released")  # fmt: skip
    yield from (f"{iin} has a wage in detention: {wage['month']}" for wage in person.get("wages", [])
                if since < wage["month"] < until)  # fmt: skip
    if held["status"] == "detained" and any(one["status"] == "studying" for one in person.get("studies", [])):
        yield f"{iin} studies in detention"


@of_each
def graduates_have_diplomas_and_nobody_else(family: Family, iin: str, person: Told) -> Iterator[str]:
    for one in person.get("studies", []):
        if (one["status"] == "graduated") != ("diploma_number" in one):
            yield f"{iin}: {one['level']}, {one['status']}, diploma {one.get('diploma_number')}"
        if one.get("diploma_date", one["planned_end"]) != one["planned_end"]:
            yield f"{iin}: {one['level']} ends on {one['planned_end']}, the diploma is of {one['diploma_date']}"
        if one["status"] == "studying" and one["planned_end"] < TODAY:
            yield f"{iin}: {one['level']} was over on {one['planned_end']}"


@of_each
def study_fits_the_age_and_ends_with_life(family: Family, iin: str, person: Told) -> Iterator[str]:
    for one in person.get("studies", []):
        years = age(person["birth_date"], one["planned_end"])
        if not (16 <= years <= 18 if one["level"] == "school" else 19 <= years <= 30):
            yield f"{iin}: {one['level']} ends at {years}"
        if "death_date" in person and (one["status"] == "studying" or one["moved_on"] > person["death_date"]):
            yield f"{iin}: {one['level']} goes on after death"


RULES: tuple[Rule, ...] = (
    wages_are_of_the_jobs_of_the_time,
    a_job_of_the_last_months_has_wages,
    jobs_follow_one_another,
    work_lies_between_eighteen_and_the_pension,
    one_employer_or_place_of_study_has_one_name,
    detention_ends_work_and_study,
    graduates_have_diplomas_and_nobody_else,
    study_fits_the_age_and_ends_with_life,
)
