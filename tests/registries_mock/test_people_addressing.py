"""From any member's IIN the family follows by arithmetic; nothing is stored, and the seed alone decides."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registries_mock.people import Population
from registries_mock.people.numbers import read_iin
from registries_mock.people.ordinary.addressing import FIRST_DAY, LAST_DAY, Addressing, Row, family_at, number_of
from registries_mock.people.ordinary.plans import COHORTS, PLANS, SEATS, plan_of
from tests.registries_mock.people_of_tests import SEED, TODAY, families, population
from tests.repository.files import ROOT

_ADDRESSING = Addressing(SEED)
_INDICES = number_of(Row(LAST_DAY + 1, "male", 0))


@given(st.integers(0, _INDICES - 1))
def test_every_member_leads_back_to_the_family(index: int) -> None:
    row = family_at(index)
    assert number_of(row) == index
    if row.plan.mother_alone and row.sex == "male":
        return
    for seat in row.plan.seats:
        iin = _ADDRESSING.iin(row, seat)
        assert iin is None or _ADDRESSING.find_seat(iin) == (row, seat)


def test_indices_run_on_where_cohorts_meet() -> None:
    for cohort in COHORTS[1:]:
        first = number_of(Row(cohort.since, "male", 0))
        assert family_at(first) == Row(cohort.since, "male", 0)
        before = family_at(first - 1)
        assert (before.day, before.sex, number_of(before)) == (cohort.since - 1, "female", first - 1)


def test_a_seat_that_is_empty_in_a_cohort_leads_to_nobody() -> None:
    """The first children of old heads: their numbers are of the band, and borne by nobody."""
    empty = 0
    for row, plan in enumerate(PLANS):
        for day in (COHORTS[0].since + 500, COHORTS[1].since + 500, COHORTS[2].since + 500):
            here = plan_of(day, row)
            for seat in set(plan.seats) - set(here.seats if here else ()):
                iin = _ADDRESSING.iin(Row(day, "female", row), seat)
                assert iin is None or _ADDRESSING.find_seat(iin) is None
                empty += iin is not None
    assert empty > 100


@given(days=st.integers(0, 29_000), male=st.booleans(), serial=st.integers(9000, 8999 + len(SEATS)))
def test_every_place_of_the_band_is_one_seat_of_one_family(days: int, male: bool, serial: int) -> None:
    born = date(1945, 1, 1) + timedelta(days)
    place = _ADDRESSING.trace(born, "male" if male else "female", serial)
    if place is not None:
        row, seat = place
        assert _ADDRESSING.birth_day(row, seat) == born
        assert _ADDRESSING.sex(row, seat) == ("male" if male else "female")


@given(st.integers(0, _INDICES - 1))
def test_parents_are_eighteen_years_older_and_children_a_year_apart(index: int) -> None:
    row = family_at(index)
    born = {seat: _ADDRESSING.birth_day(row, seat) for seat in row.plan.seats}
    children = [born[seat] for seat in row.plan.seats if seat.startswith("child")]
    for child in children:
        for parent in ("head", "spouse"):
            assert parent not in born or 18.5 * 365.25 < (child - born[parent]).days < 49 * 365.25
    assert all((later - earlier).days > 300 for earlier, later in pairwise(children))
    if "parent" in born:
        assert 18 * 365.25 < (born["head"] - born["parent"]).days < 45 * 365.25


def test_no_row_has_a_day_on_which_a_parent_is_too_young() -> None:
    """Every row, on enough days to come near the least gap of its permutations."""
    for row in range(len(PLANS)):
        for day in range(FIRST_DAY, LAST_DAY, 401):
            family, plan = Row(day, "female", row), plan_of(day, row)
            if plan is not None and plan.born:
                child = _ADDRESSING.birth_day(family, plan.born[0])
                for seat in {"head", "spouse"} & set(family.plan.seats):
                    assert (child - _ADDRESSING.birth_day(family, seat)).days > 19.5 * 365.25


def test_every_member_is_found_and_told_as_the_family_has_it() -> None:
    for family in families():
        for person in family.people:
            if person.iin is None:
                continue
            (found,) = population().find({"iin": person.iin})
            assert found.seat == person.key
            told = population().record(found)["person"]
            read = read_iin(person.iin)
            assert read is not None
            assert read[:2] == (person.born, person.sex) == (told["birth_date"], told["sex"])
            assert 9000 <= read[2] <= 9999


def test_names_and_birth_date_find_the_same_person() -> None:
    for family in (*families()[:12], population().persona("newborn-without-iin").family):
        person = family.people[-1]
        words = {"surname": person.surname, "name": person.name.lower(), "birth_date": person.born.isoformat()}
        found = population().find(words)
        assert person.key in [population().person(one).key for one in found if population().family_of(one) == family]
        assert all(population().person(one).born == person.born for one in found)


def test_nobody_is_found_by_what_does_not_fit() -> None:
    person = families()[0].people[0]
    assert person.iin
    wrong = person.iin[:-1] + str((int(person.iin[-1]) + 1) % 10)
    for words in (
        {"iin": wrong}, {"iin": "900101300017"}, {"iin": "x"}, {"surname": person.surname}, {},
        {"surname": "НИКТО", "birth_date": person.born.isoformat()},
        {"surname": person.surname, "birth_date": "1990-02-31"},
    ):  # fmt: skip
        assert population().find(words) == ()
    assert population().record(wrong) == {}


def test_who_is_not_born_yet_is_not_there() -> None:
    later, sooner = Population(SEED, date(2040, 1, 1)), population()
    unborn = [
        person.iin for family in later.sample(150) for person in family.people if person.iin and person.born > TODAY
    ]
    assert unborn
    assert not any(sooner.find({"iin": iin}) for iin in unborn)


def test_a_later_day_has_the_same_people_older() -> None:
    """A wedding may change a surname, nothing else changes."""
    later = Population(SEED, date(2031, 5, 5))
    for family in population().sample(60, seed=4):
        for person in family.people:
            assert person.iin
            same = later.person(person.iin)
            assert (same.key, same.name, same.born, same.patronymic) == (
                person.key,
                person.name,
                person.born,
                person.patronymic,
            )


def test_a_fresh_process_has_the_same_people() -> None:
    code = (
        "from datetime import date; from hashlib import sha256; from registries_mock.people import Population\n"
        f"people = Population({SEED}, date.fromisoformat('{TODAY}'))\n"
        "told = [people.record(one.iin) for family in people.sample(20, seed=7) for one in family.people]\n"
        "print(sha256(repr(told).encode()).hexdigest())"
    )
    runs = set()
    for hash_seed in ("1", "2"):
        command, environment = [sys.executable, "-c", code], {"PYTHONHASHSEED": hash_seed}
        run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT)
        runs.add(run.stdout)
    assert len(runs) == 1


def test_another_seed_has_other_people_but_the_same_personas() -> None:
    other = Population(SEED + 1, TODAY)
    assert population().sample(5) != other.sample(5)
    assert [one.family for one in population().personas()] == [one.family for one in other.personas()]
    row = Row(FIRST_DAY + 20_000, "female", 40)
    assert Addressing(1).birth_day(row, "child1") != Addressing(2).birth_day(row, "child1")


def _look_up(people: Population, iins: list[str]) -> int:
    """The memory held in the end, in bytes."""
    for iin in iins:
        people.find({"iin": iin})
    for iin in iins[:200]:
        people.record(iin)
    return tracemalloc.get_traced_memory()[0]


def test_lookups_take_little_time_and_no_memory() -> None:
    """2 000 random lookups under a second (of this process), and nothing that grows with them."""
    people = Population(SEED, TODAY)
    iins = [iin for index in range(3000) if (iin := _ADDRESSING.iin(family_at(index * 2003), "head"))][:2000]
    people.find({"iin": iins[0]})
    begun = time.process_time()
    found = sum(bool(people.find({"iin": iin})) for iin in iins)
    assert time.process_time() - begun < 1
    assert found > 1900
    tracemalloc.start()
    held = [_look_up(people, iins[half * 500 :][:500]) for half in range(2)]
    tracemalloc.stop()
    # What is kept at hand is full by then, and its places are taken by others: two hundred records kept would be 6 MB.
    assert held[1] - held[0] < 1_000_000
