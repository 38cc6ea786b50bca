"""The person's base register (ГБД ФЛ): names, citizenship, documents, kandas status, detention."""

from __future__ import annotations

from datetime import date

from registries_mock.dice import Dice
from registries_mock.people.chance import age_on, years_later
from registries_mock.people.facts import Family, Paper, Person
from registries_mock.people.records.shape import Part, known, past

_PREFIX = {
    "identity_card": "0", "passport": "N", "residence_permit": "0", "stateless_certificate": "0",
    "refugee_certificate": "R", "foreign_passport": "F", "birth_certificate": "",
}  # fmt: skip
_SERIES = {"birth_certificate": "АА", "refugee_certificate": "БЖ"}


def tell(person: Person, family: Family, today: date) -> Part:
    return known(
        iin=person.iin,
        declarant_iin=person.iin,
        surname=person.surname,
        name=person.name,
        patronymic=person.patronymic,
        birth_date=person.born,
        death_date=person.died,
        sex=person.sex,
        nationality=person.nationality,
        citizenship=person.citizenship,
        life_status="dead" if person.died else "alive",
        birth_country=person.birth_country,
        birth_district=person.birth_region if person.birth_country == "398" else None,
        documents=[
            _document(paper, person, family, today) for paper in person.papers or _usual_papers(person, family, today)
        ],
        repatriation=_repatriation(person, family, today),
        detention=_detention(person, today),
    )


def document_number(kind: str, issued_on: date, person: Person, family: Family) -> str:
    """The number of a document: nine signs, the first tells the kind."""
    digits = Dice(family.key, person.key, kind, issued_on).digits("number", 9)
    return _PREFIX[kind] + digits[len(_PREFIX[kind]) :]


def _usual_papers(person: Person, family: Family, today: date) -> tuple[Paper, ...]:
    """A certificate of birth for children; from 16 an identity card, renewed each ten years; for some a passport."""
    dice = Dice(family.key, person.key, "papers")
    end = person.died or today
    first = years_later(person.born, 16)
    if first > end:
        return (Paper("birth_certificate", min(years_later(person.born, 0), end), issuer="003"),)
    renewals = (age_on(person.born, end) - 16) // 10
    issued = years_later(person.born, 16 + 10 * renewals)
    papers = [Paper("identity_card", issued, years_later(issued, 10))]
    if renewals:
        before = years_later(person.born, 6 + 10 * renewals)
        papers.append(Paper("identity_card", before, issued, invalid_since=issued))
    if person.citizenship == "398" and dice.happens("passport", 0.4):
        papers.append(Paper("passport", issued, years_later(issued, 10)))
    return tuple(papers)


def _document(paper: Paper, person: Person, family: Family, today: date) -> Part:
    invalid_since = past(min(filter(None, (paper.invalid_since, person.died)), default=None), today)
    replaced = paper.invalid_since and paper.invalid_since == paper.valid_until
    return known(
        type=paper.kind,
        number=document_number(paper.kind, paper.issued_on, person, family),
        series=_SERIES.get(paper.kind),
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
        issuer=paper.issuer,
        status="valid" if invalid_since is None else "replaced" if replaced else "invalid",
        invalid_since=invalid_since,
        surname=person.surname,
        name=person.name,
        patronymic=person.patronymic,
        birth_date=person.born,
    )


def _repatriation(person: Person, family: Family, today: date) -> Part | None:
    if person.kandas is None:
        return None
    ended = past(person.kandas.ended_on, today)
    return known(
        status="ended" if ended else "granted",
        granted_on=person.kandas.granted_on,
        ended_on=ended,
        number="К" + Dice(family.key, person.key, "kandas").digits("number", 8),
        body="01",
        reason=person.kandas.reason,
    )


def _detention(person: Person, today: date) -> Part | None:
    if person.detention is None:
        return None
    until = person.detention.until
    if person.died and not past(until, person.died):
        until = person.died
    return known(status="released" if past(until, today) else "detained", since=person.detention.since, until=until)
