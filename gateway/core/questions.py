"""What a source is asked: the words that its passport's request uses, filled from the subject, the row and the case."""

from __future__ import annotations

from datetime import date

from contracts.legal.rules import Rules
from contracts.passport import Passport
from contracts.request import RequestRow
from contracts.words import Period, QuestionWord
from gateway.core.calendar import local_day, quarter_before
from gateway.core.case import Case, Subject
from gateway.core.facts import evidence, find_other_parent
from gateway.core.known import once_for_each
from gateway.core.records import take_one
from gateway.core.subjects import APPLICANT

_PREFIX = "question."


Way = tuple[frozenset[QuestionWord], tuple[QuestionWord, ...]]
"""A set of search words, and the words that a request has which finds its subject by them."""
KNOWN = "known"
"""Among what a case remembers: by subject the words about it, whichever row asks."""


def words_used(passport: Passport) -> frozenset[QuestionWord]:
    return frozenset(
        QuestionWord(source.removeprefix(_PREFIX))
        for field in passport.request.fields
        for source in field.sources
        if source.startswith(_PREFIX)
    )


def build_question(
    case: Case, row: RequestRow, subject: Subject, passport: Passport, rules: Rules
) -> dict[QuestionWord, str] | None:
    """The question's words with their values, or None where the source cannot find this subject.

    A source finds its subject by one of its sets of search words; words that belong to the other sets alone stay out.
    """
    told_by_row = _know_row(case, row, subject, rules)
    known = _know_subject(case, subject)
    known = known | told_by_row if told_by_row else known
    for way, told in _list_ways(passport):
        if all(known.get(word) for word in way):
            return {word: value for word in told if (value := known.get(word))}
    return None


@once_for_each
def _list_ways(passport: Passport) -> tuple[Way, ...]:
    used = words_used(passport)
    ways = [frozenset(QuestionWord(word) for word in search) for search in passport.search]
    others = frozenset[QuestionWord]().union(*ways)
    return tuple((way, tuple(word for word in QuestionWord if word in used - (others - way))) for way in ways)


def _know_row(case: Case, row: RequestRow, subject: Subject, rules: Rules) -> dict[QuestionWord, str | None]:
    told: dict[QuestionWord, str | None] = {}
    if row.period is Period.QUARTER_BEFORE:
        start, end = quarter_before(day_of_quarter(case, rules))
        told |= {QuestionWord.PERIOD_FROM: start.isoformat(), QuestionWord.PERIOD_TO: end.isoformat()}
    if row.related:
        told[QuestionWord.RELATED_IIN] = _find_related(case, row, subject)
    return told


def _know_subject(case: Case, subject: Subject) -> dict[QuestionWord, str | None]:
    words: dict[str, dict[QuestionWord, str | None]] = case.memo.setdefault(KNOWN, {})
    known = words.get(subject.ref)
    if known is None:
        known = words[subject.ref] = _know(case, subject)
    return known


def _know(case: Case, subject: Subject) -> dict[QuestionWord, str | None]:
    return {
        QuestionWord.IIN: subject.iin,
        QuestionWord.SURNAME: subject.surname,
        QuestionWord.NAME: subject.name,
        QuestionWord.PATRONYMIC: subject.patronymic,
        QuestionWord.BIRTH_DATE: subject.birth_date.isoformat(),
        QuestionWord.ON_DATE: local_day(case.accepted_at).isoformat(),
        QuestionWord.IBAN: _normalise(case.application.account.iban) if subject.ref == APPLICANT else None,
        QuestionWord.AR_CODE: take_one(evidence(case, APPLICANT), "person.address.ar_code"),
        QuestionWord.PHONE: case.application.applicant.phone if subject.ref == APPLICANT else None,
    }


def day_of_quarter(case: Case, rules: Rules) -> date:
    """The day whose quarter counts (rule income.quarter_by): that of the filing (on the evening of 31 March it is one
    of March), or that of the acceptance, T0."""
    by_filing = rules.word("income.quarter_by") == "filing"
    return local_day(case.received_at if by_filing and case.received_at else case.accepted_at)


def _find_related(case: Case, row: RequestRow, subject: Subject) -> str | None:
    match row.related:
        case "applicant":
            return subject.guardian or case.application.applicant.iin
        case "other_parent":
            return find_other_parent(case)
        case _:
            return None


def _normalise(iban: str) -> str:
    return "".join(iban.split()).upper()
