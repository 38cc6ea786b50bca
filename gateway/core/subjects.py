"""Who is asked about: the family as declared at T0, and the subjects that a row's rule picks from it."""

from __future__ import annotations

from datetime import datetime

from contracts import iin as iins
from contracts.application import CHILDREN, Application, Relation
from contracts.request import Subject as SubjectRow
from contracts.words import SubjectRule
from gateway.core.calendar import full_years, local_day
from gateway.core.case import Subject

APPLICANT = "applicant"
HOUSEHOLD = "household"
GUARDIANSHIP = "guardianship"
"""What a guardian acts by, of the grounds of a representative."""


def freeze_subjects(application: Application, accepted_at: datetime) -> tuple[Subject, ...]:
    """The applicant, the members in the order declared, and the household; ages on the day of acceptance."""
    on = local_day(accepted_at)
    head = application.applicant
    applicant = Subject(
        APPLICANT, None, head.iin, head.surname, head.name, head.patronymic, head.birth_date,
        full_years(head.birth_date, on), iins.sex(head.iin), _guardian_of(application),
    )  # fmt: skip
    members = tuple(
        Subject(
            f"member-{n}", m.relation, m.iin, m.surname, m.name, m.patronymic, m.birth_date,
            full_years(m.birth_date, on), iins.sex(m.iin) if m.iin else None,
        )
        for n, m in enumerate(application.family, start=1)
    )  # fmt: skip
    household = Subject(
        HOUSEHOLD, None, applicant.iin, applicant.surname, applicant.name, applicant.patronymic, applicant.birth_date,
        applicant.age, applicant.sex,
    )  # fmt: skip
    return (applicant, *members, household)


def pick_subjects(rule: SubjectRow, subjects: tuple[Subject, ...], adult_age: int) -> tuple[Subject, ...]:
    """The subjects of a row; `able_bodied_members` gives every member, whom the predicates then judge by facts."""
    people = tuple(s for s in subjects if s.ref != HOUSEHOLD)
    children = tuple(s for s in people if s.relation in CHILDREN)
    match rule.rule:
        case SubjectRule.APPLICANT:
            return people[:1]
        case SubjectRule.SPOUSE:
            return tuple(s for s in people if s.relation is Relation.SPOUSE)
        case SubjectRule.EACH_MEMBER | SubjectRule.ABLE_BODIED_MEMBERS:
            return _of_age(rule, people)
        case SubjectRule.MEMBERS_OF_AGE:
            return _of_age(rule, people)
        case SubjectRule.EACH_CHILD:
            # A ward who applies through a guardian is a child that is asked about like any other.
            return tuple(s for s in people if (s.relation in CHILDREN or s.guardian) and s.age < adult_age)
        case SubjectRule.DEPENDANTS_OF_AGE:
            return _of_age(rule, children)
        case SubjectRule.HOUSEHOLD:
            return tuple(s for s in subjects if s.ref == HOUSEHOLD)


def _guardian_of(application: Application) -> str | None:
    representative = application.representative
    return representative.iin if representative is not None and representative.ground == GUARDIANSHIP else None


def _of_age(rule: SubjectRow, people: tuple[Subject, ...]) -> tuple[Subject, ...]:
    low, high = rule.age_from or 0, rule.age_to if rule.age_to is not None else 200
    return tuple(s for s in people if low <= s.age <= high)
