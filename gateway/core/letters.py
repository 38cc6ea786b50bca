"""Written requests: which gaps go into a letter to which owner, and what becomes of drafts when gaps close.

Service card pass166: where the information systems have no data, a written request goes to the body. Letters are drawn
up in working hours. A cell stands in one letter at a time; only when a letter was answered without closing it does it
go into the owner's next round.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime

from gateway.core.answers import read_all
from gateway.core.calendar import opens_at
from gateway.core.case import Case
from gateway.core.gaps import Gap, GapCause, GapCell, Move, find_gaps
from gateway.core.law import Law
from gateway.core.proceedings import Letter, LetterState
from gateway.core.steps import AmendLetter, DraftLetter, SignLetter, Step, Why, WithdrawLetter

AUTOMATIC = "automatic"


def keep_letters(case: Case, now: datetime, law: Law) -> tuple[Step, ...]:
    """Withdrawals at any hour; drafts and signatures in working hours; nothing once the package is registered."""
    if case.is_over:
        return tuple(_withdraw(case, (), law))
    if case.registered_at is not None:
        return ()
    missing = {cell.inquiry_id: (gap, cell) for gap in find_gaps(case, law, now) for cell in gap.cells}
    withdrawn = tuple(_withdraw(case, missing.keys(), law))
    if withdrawn or not _is_office_open(now, law):
        return withdrawn
    return tuple(_draft(case, missing, law)) or tuple(_sign(case, missing, law))


def opens_for_letters(case: Case, now: datetime, law: Law) -> datetime | None:
    """When a letter that waits for the office to open can be drawn up; None where none waits."""
    if _is_office_open(now, law):
        return None
    opening = opens_at(now, law.rules.hours("working_hours"), law.calendar)
    return opening if keep_letters(case, opening, law) else None


def _is_office_open(now: datetime, law: Law) -> bool:
    return opens_at(now, law.rules.hours("working_hours"), law.calendar) == now


def _withdraw(case: Case, missing: Container[str], law: Law) -> Iterator[WithdrawLetter]:
    for letter in case.proceedings.letters:
        if letter.is_under_way and not any(cell in missing for cell in letter.cells):
            yield WithdrawLetter(letter.n, law.why("letter.signing"))


def _draft(case: Case, missing: dict[str, tuple[Gap, GapCell]], law: Law) -> Iterator[DraftLetter | AmendLetter]:
    letters = case.proceedings.letters
    covered = {c for letter in letters if letter.state is not LetterState.ANSWERED for c in letter.cells}
    for gap in {gap.owner: gap for gap, _ in missing.values() if gap.move is Move.OWNER}.values():
        draft = _find_draft(letters, gap.owner)
        new = tuple(cell.inquiry_id for cell in gap.cells if cell.inquiry_id not in covered)
        if draft is not None:
            kept = tuple(cell for cell in draft.cells if cell in missing)
            if new or kept != draft.cells:
                yield AmendLetter(draft.n, kept + new, _why(case, gap, law))
        elif new:
            rounds = sum(1 for letter in letters if letter.owner == gap.owner)
            yield DraftLetter(gap.owner, rounds + 1, new, _why(case, gap, law))


def _find_draft(letters: tuple[Letter, ...], owner: str) -> Letter | None:
    return next((one for one in letters if one.owner == owner and one.state is LetterState.DRAFTED), None)


def _why(case: Case, gap: Gap, law: Law) -> Why:
    """The row's own fact that turns its gap into a letter."""
    cell = gap.cells[0]
    return law.why_row(case.row(cell.number), "absence" if cell.cause is GapCause.NO_RECORD else "no_answer")


def _sign(case: Case, missing: Container[str], law: Law) -> Iterator[SignLetter]:
    """With the organisation's key, once no other inquiry of the owner may still join the draft."""
    if law.rules.word("letter.signing") != AUTOMATIC:
        return
    open_still = {
        case.row(answer.inquiry.number).owner.key
        for answer in read_all(case)
        if answer.is_missing and answer.inquiry.id not in missing
    }
    for letter in case.proceedings.letters:
        if letter.state is LetterState.DRAFTED and letter.owner not in open_still:
            yield SignLetter(letter.n, law.why("letter.signing"))
