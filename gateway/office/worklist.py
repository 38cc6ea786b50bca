"""The worklist: what waits for a person, over all applications of a provider: drafts, terms, notices, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gateway.core.case import Case
from gateway.core.consents import holder_of
from gateway.core.gaps import GapCell, Move, find_gaps
from gateway.core.law import Law
from gateway.core.notices import must_hand_over
from gateway.core.proceedings import DateKind, LetterState
from gateway.core.watch import Term, list_terms


class TaskKind(StrEnum):
    SIGN_LETTER = "sign_letter"
    SEND_LETTER = "send_letter"
    AWAIT_LETTER = "await_letter"
    CLOSE_GAP = "close_gap"
    """A gap that no letter asks for: the specialist's own."""
    AWAIT_CONSENT = "await_consent"
    """A person's consent is not there: the applicant is told, and the specialist may have it asked for again."""
    MIND_TERM = "mind_term"
    """A term of an open package is near its end, or has passed: whoever must move, the specialist sees to it."""
    LOOK_INTO = "look_into"
    """The case cannot be worked on: the operator's log says why."""
    HAND_OVER_NOTICE = "hand_over_notice"
    DECIDE = "decide"
    HOLD_HEARING = "hold_hearing"
    ANSWER_COMPLAINT = "answer_complaint"


@dataclass(frozen=True)
class Task:
    application_id: str
    kind: TaskKind
    subject: str
    """`letter-1`, `notice-2`, the number of a request …"""
    due: date | None
    overdue: bool


def list_tasks(case: Case, law: Law, now: datetime) -> Iterator[Task]:
    """Pure: everything of one case that a person must do, or wait for."""
    terms = {term.key: term for term in list_terms(case, law)}
    course = case.proceedings
    if not case.is_over:
        for letter in course.letters:
            kind = _OF_LETTER.get(letter.state)
            if kind is not None:
                own = terms.get(f"letter-{letter.n}") or terms.get(f"letter-{letter.n}-sending")
                ending = own or terms.get("extension")
                yield _task(case, kind, f"letter-{letter.n}", ending, now)
        asked = {cell for letter in course.letters if letter.is_under_way for cell in letter.cells}
        for gap in find_gaps(case, law, now):
            if gap.move is Move.APPLICANT:
                for subject in sorted({_name_consent(case, cell, law) for cell in gap.cells if cell.consent}):
                    ending = terms.get("extension") or terms.get("promised")
                    yield _task(case, TaskKind.AWAIT_CONSENT, subject, ending, now)
            else:
                # An owner's gap that no letter asks for any more (it was withdrawn by hand) is a person's too.
                for cell in (one for one in gap.cells if one.inquiry_id not in asked):
                    subject = f"request-{cell.number}:{cell.subject_ref}"
                    yield _task(case, TaskKind.CLOSE_GAP, subject, terms.get("extension") or terms.get("promised"), now)
        if case.registered_at is None:
            for key in _OF_COURSE & terms.keys():
                if terms[key].warn_at <= now:
                    yield _task(case, TaskKind.MIND_TERM, key, terms[key], now)
        if course.decision.hearing_on is not None and course.decision.hearing_held_at is None:
            yield _task(case, TaskKind.HOLD_HEARING, "hearing", terms.get("hearing"), now)
        elif case.registered_at is not None:
            yield _task(case, TaskKind.DECIDE, "decision", terms.get("due"), now)
    for notice in course.notices:
        key = f"notice-{notice.n}"
        late = key in terms and terms[key].warn_at <= now
        if must_hand_over(notice, law) or late:
            yield _task(case, TaskKind.HAND_OVER_NOTICE, key, terms.get(key), now)
    for complaint in course.complaints:
        if complaint.answered_at is None:
            key = f"complaint-{complaint.n}"
            yield _task(case, TaskKind.ANSWER_COMPLAINT, key, terms.get(key), now)


_OF_COURSE = {"promised", "extension", *(kind.value for kind in DateKind)}
_OF_LETTER = {
    LetterState.DRAFTED: TaskKind.SIGN_LETTER,
    LetterState.SIGNED: TaskKind.SEND_LETTER,
    LetterState.SENT: TaskKind.AWAIT_LETTER,
}


def sort_tasks(tasks: Iterable[Task]) -> list[Task]:
    """Overdue first, then by day; what has no day last."""
    return sorted(tasks, key=lambda task: (not task.overdue, task.due or date.max, task.application_id, task.subject))


def _name_consent(case: Case, cell: GapCell, law: Law) -> str:
    """How it stands with whose consent: `consent-refused:member-1`."""
    return f"{cell.consent}:{holder_of(case.subject(cell.subject_ref), law.rules.number('ages.adult'))}"


def _task(case: Case, kind: TaskKind, subject: str, term: Term | None, now: datetime) -> Task:
    return Task(case.id, kind, subject, term.on if term else None, term is not None and term.passes_at <= now)
