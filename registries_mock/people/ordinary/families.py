"""Ordinary families, put together: kinship, lives, homes and property of one place in the serial band."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from registries_mock.dice import Dice
from registries_mock.people.chance import after, age_on, years_later
from registries_mock.people.facts import Birth, Family, Marriage, Person, Writ
from registries_mock.people.occupations import Study
from registries_mock.people.ordinary.addressing import Addressing, Row, number_of
from registries_mock.people.ordinary.course import live
from registries_mock.people.ordinary.homestead import aid_of, drive, earn, farm_of, grown, own, settle
from registries_mock.people.ordinary.kin import Kin, Kinship, relate
from registries_mock.people.ordinary.plans import HEAD, PARENT
from registries_mock.people.places import pick_home, pick_region

_NATIONALITY = {"kazakh": "005", "russian": "001"}


def build_family(addressing: Addressing, row: Row, today: date) -> Family | None:
    """The family as it is on the day; None where there is none (see `relate`)."""
    kinship = relate(addressing, row, today)
    if kinship is None:
        return None
    dice = Dice(addressing.seed, *row)
    region = pick_region(dice)
    settled = settle(dice, region, kinship, today)
    people, homes = [], dict(settled.homes)
    for kin in kinship.members:
        own_dice = dice.of(kin.seat)
        home, since = settled.places[kin.seat]
        lives = live(own_dice, kin, today)
        stays = ""
        study = _studies_now(lives["studies"], today)
        if study and home == "family" and own_dice.happens("studies away", 0.3):
            stays = f"{kin.seat}/study"
            homes[stays] = pick_home(own_dice.of("study"), pick_region(own_dice), study.since, study.ends, 0)
        people.append(
            Person(
                kin.seat, kin.sex, kin.born, kin.surname, kin.name, kin.patronymic, kin.iin, kin.died,
                home, since, stays, _NATIONALITY[kinship.nation], birth_region=_born_in(own_dice, kin, region), **lives,
            )
        )  # fmt: skip
    family = Family(
        "/".join(map(str, (addressing.seed, *row))), tuple(people), homes, number_of(row),
        _marriages(dice, kinship), _births(row, kinship),
    )  # fmt: skip
    return _settle_property(dice, family, kinship, today)


def _settle_property(dice: Dice, family: Family, kinship: Kinship, today: date) -> Family:
    together = {person.key for person in family.household()}
    couple = [seat for seat in (kinship.wife, kinship.husband) if seat in together]
    adults = couple or [seat for seat in grown(kinship.members, today) if seat in together]
    home = family.homes["family"]
    since = (home.since or today) if couple else _inherits(family, adults, kinship, today)
    estates = own(dice, home, adults, since, today)
    return replace(
        family,
        estates=estates,
        cars=drive(dice, adults, since, today),
        incomes=earn(dice, estates, family.homes, today),
        farm=farm_of(dice, home, adults),
        aid=aid_of(dice, home.since or today, today),
        writs=_writs(dice, kinship, today),
        applicant=adults[0] if adults else "",
    )


def _inherits(family: Family, heirs: list[str], kinship: Kinship, today: date) -> date:
    """The day since which grown children who have stayed at home may own: all are of age, and the parents have died."""
    days = [years_later(family.person(heir).born, 18) for heir in heirs]
    days += [kin.died for kin in kinship.members if kin.seat in (kinship.wife, kinship.husband) and kin.died]
    return max([family.homes["family"].since or today, *days])


def _marriages(dice: Dice, kinship: Kinship) -> tuple[Marriage, ...]:
    if kinship.wed is None:
        return ()
    return (Marriage(kinship.husband, kinship.wife, kinship.wed, kinship.divorced, dice.happens("by court", 0.5)),)


def _births(row: Row, kinship: Kinship) -> tuple[Birth, ...]:
    seats = {kin.seat: kin for kin in kinship.members}
    found = []
    for seat in seats:
        if not seat.startswith("child"):
            continue
        if row.plan.mother_alone:
            found.append(Birth(seat, HEAD, None, kinship.stated_father))
        else:
            found.append(Birth(seat, kinship.wife, kinship.husband))
    if PARENT in seats:
        found.append(Birth(HEAD, PARENT) if seats[PARENT].sex == "female" else Birth(HEAD, None, PARENT))
    return tuple(found)


def _writs(dice: Dice, kinship: Kinship, today: date) -> tuple[Writ, ...]:
    """Alimony after a divorce, while a child is under 18 and the father lives."""
    if kinship.divorced is None or not dice.happens("alimony", 0.5):
        return ()
    alive = {kin.seat: kin for kin in kinship.members if kin.died is None}
    minors = [kin for kin in alive.values() if kin.seat.startswith("child") and age_on(kin.born, today) < 18]
    issued = after(kinship.divorced, 60)
    if not minors or kinship.husband not in alive or kinship.wife not in alive or issued > today:
        return ()
    return (Writ(kinship.husband, kinship.wife, issued, Decimal(dice.between("debt", 30, 900) * 1000)),)


def _studies_now(studies: tuple[Study, ...], today: date) -> Study | None:
    return next(
        (
            study for study in studies
            if study.level != "school" and study.form == "full_time"
            and study.since <= today <= (study.left_on or study.ends)
        ),
        None,
    )  # fmt: skip


def _born_in(dice: Dice, kin: Kin, region: str) -> str:
    if kin.seat.startswith("child") or dice.happens("born here", 0.7):
        return region
    return pick_region(dice.of("birth"))
