"""Acts of civil status: whose child, whose spouse, and what became of the marriage; read out of one tree of evidence.

Old acts lack IINs and a newborn has none: where one side has no IIN, people are told apart by birth date and name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.vocabulary.terms import Record
from gateway.core.case import Subject
from gateway.core.records import take

_ENDED_BY_DIVORCE = ("divorce_act_number", "divorce_act_date", "divorce_court_number", "divorce_court_date")
_ENDED_BY_DEATH = ("death_act_number", "death_act_date")
_DEAD = "1"
"""The life status of a child in an act of birth: a bare code, which the vocabulary keeps as text."""


@dataclass(frozen=True)
class Partner:
    """The other side of a marriage, as the act names it."""

    iin: str | None = field(repr=False)
    surname: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)

    @property
    def words(self) -> str:
        """The IIN, or the name where the act has no IIN (a foreigner)."""
        return self.iin or f"{self.surname} {self.name}".strip()


def own_births(record: Record, subject: Subject) -> Iterator[Record]:
    """The acts of birth in which the subject is the child."""
    for birth in take(record, "person.births[]"):
        told = birth.get("child_iin")
        if told == subject.iin if told and subject.iin else birth.get("child_birth_date") == subject.birth_date:
            yield birth


def is_dead(birth: Record) -> bool:
    return birth.get("child_life_status") == _DEAD


def birth_parents(record: Record, subject: Subject) -> frozenset[str]:
    """IINs of the parents by the subject's own acts of birth."""
    return frozenset(
        str(birth[leaf])
        for birth in own_births(record, subject)
        for leaf in ("mother_iin", "father_iin")
        if birth.get(leaf)
    )


def open_marriages(record: Record, me: Subject) -> Iterator[Partner]:
    """The other sides of the subject's marriages that nothing has ended."""
    divorces = take(record, "person.divorces[]")
    for marriage in take(record, "person.marriages[]"):
        if _how_ended(marriage, divorces):
            continue
        partner = _other_side(marriage, me)
        if partner is not None:
            yield partner


def marital_status(record: Record, me: Subject) -> str:
    """`married`, else how the last marriage ended (`widowed`, `divorced`), else `single`."""
    if next(open_marriages(record, me), None) is not None:
        return "married"
    divorces = take(record, "person.divorces[]")
    marriages = sorted(take(record, "person.marriages[]"), key=lambda m: m.get("act_date") or date.min)
    if marriages:
        return _how_ended(marriages[-1], divorces) or "single"
    return "divorced" if divorces else "single"


def is_same_person(partner: Partner, subject: Subject) -> bool:
    """By IIN where both have one, else by birth date, else by name."""
    if partner.iin and subject.iin:
        return partner.iin == subject.iin
    if partner.birth_date is not None:
        return partner.birth_date == subject.birth_date
    names = (partner.surname.casefold(), partner.name.casefold())
    return names == (subject.surname.casefold(), subject.name.casefold())


def _how_ended(marriage: dict[str, Any], divorces: Iterable[dict[str, Any]]) -> str:
    """`widowed`, `divorced`, or "" while it lasts; a divorce may be told by an act of its own."""
    if any(marriage.get(leaf) for leaf in _ENDED_BY_DEATH):
        return "widowed"
    if any(marriage.get(leaf) for leaf in _ENDED_BY_DIVORCE) or any(_ends(divorce, marriage) for divorce in divorces):
        return "divorced"
    return ""


def _ends(divorce: dict[str, Any], marriage: dict[str, Any]) -> bool:
    """By the number of the marriage's act, else by the pair; two acts of other people never match."""
    sides = [(divorce.get(leaf), marriage.get(leaf)) for leaf in ("husband_iin", "wife_iin")]
    if any(one and other and one != other for one, other in sides):
        return False
    number = divorce.get("marriage_act_number")
    if number and marriage.get("act_number"):
        return bool(number == marriage["act_number"])
    same_pair = all(one and other for one, other in sides)
    wed, parted = marriage.get("act_date"), divorce.get("act_date")
    return same_pair and (wed is None or parted is None or parted >= wed)


def _other_side(marriage: dict[str, Any], me: Subject) -> Partner | None:
    """None for a marriage of two others."""
    sides = {side: marriage.get(f"{side}_iin") for side in ("husband", "wife")}
    mine = next((side for side, iin in sides.items() if iin and iin == me.iin), None)
    if mine is None:
        nameless = [side for side, iin in sides.items() if not iin]
        by_sex = {"male": "husband", "female": "wife"}.get(me.sex or "")
        mine = by_sex if by_sex in nameless else next(iter(nameless), None)
    if mine is None:
        return None
    other = "wife" if mine == "husband" else "husband"
    leaves = {leaf: marriage.get(f"{other}_{leaf}") for leaf in ("iin", "surname", "name", "birth_date")}
    return Partner(leaves["iin"], leaves["surname"] or "", leaves["name"] or "", leaves["birth_date"])
