"""The dates of a case as they were told: of each kind the last, with its clause; what was not told yet is counted."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.proceedings import DateKind
from gateway.core.terms import LegalDate, Terms
from gateway.store.course_rows import Course, DateRow


@dataclass(frozen=True)
class ToldDates:
    extension_until: LegalDate | None
    no_later_than: LegalDate | None
    """The result at the latest; None once the package is registered, for then there is `due`."""
    due: LegalDate | None


def read_told(course: Course, terms: Terms) -> ToldDates:
    """`terms` are the dates as they are counted now."""
    told = {row.kind: row for row in course.dates}
    due, latest = told.get(DateKind.DUE.value), told.get(DateKind.NO_LATER_THAN.value)
    # An extension may move a term that was told as due: of the two the one that was told last counts.
    moved = terms.registered_on is None and due is not None and latest is not None and latest.batch > due.batch
    counted = terms.due if latest is None else None
    open_still = terms.registered_on is None and (due is None or moved)
    return ToldDates(
        extension_until=_legal(told.get(DateKind.EXTENSION_UNTIL.value)),
        no_later_than=_legal(latest) if open_still else None,
        due=_legal(due) if due is not None and not moved else counted,
    )


def _legal(row: DateRow | None) -> LegalDate | None:
    return LegalDate(row.on, row.clause, row.assumed, row.provisional) if row else None
