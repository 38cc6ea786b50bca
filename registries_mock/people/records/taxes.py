"""What the tax body knows: the sole proprietor, and incomes from business, rent and sales by month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from registries_mock.dice import Dice
from registries_mock.people.facts import Family, Person
from registries_mock.people.records.shape import Part, full_name, known, past

MONTHS_OF_INCOME: Final = 24
_FORMS: Final = {"business": "910.00", "rent": "240.00", "property_sale": "240.00"}


def tell(person: Person, family: Family, today: date) -> Part:
    incomes = _business(person, today) + _others(person, family, today)
    return known(
        entrepreneur=_entrepreneur(person, family, today), tax_incomes=sorted(incomes, key=lambda one: one["month"])
    )


def quarter_before(today: date) -> tuple[date, date]:
    """First days of the first and the last month of the quarter before the quarter of the day."""
    first = (today.year * 12 + today.month - 1) // 3 * 3 - 3
    return date(first // 12, first % 12 + 1, 1), date((first + 2) // 12, (first + 2) % 12 + 1, 1)


def _entrepreneur(person: Person, family: Family, today: date) -> Part | None:
    business = person.business
    if business is None:
        return None
    first, last = quarter_before(today)
    dice = Dice(family.key, person.key, "business")
    return known(
        name=f"ИП {full_name(person)}",
        registered_on=business.since,
        deregistered_on=past(business.until, today),
        certificate_series=dice.digits("series", 4),
        certificate_number=dice.digits("number", 7),
        regime=business.regime,
        period_income=sum(
            (income["amount"] for income in _business(person, today) if first <= income["month"] <= last), Decimal(0)
        ),
    )


def _business(person: Person, today: date) -> list[Part]:
    business = person.business
    if business is None:
        return []
    end = business.until or date.max
    return [
        {
            "month": month,
            "kind": "business",
            "object": "Предпринимательская деятельность",
            "form_code": _FORMS["business"],
            "amount": business.income,
        }
        for month in _months(today)
        if business.since <= month < end
    ]  # fmt: skip


def _others(person: Person, family: Family, today: date) -> list[Part]:
    return [
        {"month": month, "kind": income.kind, "object": income.object, "form_code": _FORMS[income.kind],
         "amount": income.amount}
        for income in family.incomes
        if income.owner == person.key
        for month in _months(today)
        if income.since.replace(day=1) <= month <= income.until
    ]  # fmt: skip


def _months(today: date) -> list[date]:
    """First days of the months that are over, oldest first."""
    now = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(now - MONTHS_OF_INCOME, now)]
