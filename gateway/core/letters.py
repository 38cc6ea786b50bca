"""Written requests: which gaps go into a letter to which owner, and what becomes of drafts when gaps close.

Service card pass166: where the information systems have no data, a written request goes to the body. Letters are drawn
up in working hours. A cell stands in one letter at a time. It goes into the owner's next round when a letter was
answered without closing it, or when a registry has said something new since its letter was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gateway.core.answers import read_answer, read_missing
from gateway.core.calendar import opens_at
from gateway.core.case import Case, Exchange
from gateway.core.gaps import Gap, Move, find_gaps
from gateway.core.law import Law
from gateway.core.patience import patience_ends
from gateway.core.proceedings import Letter, LetterState
from gateway.core.steps import AmendLetter, DraftLetter, SignLetter, Step, Why, WithdrawLetter

AUTOMATIC = "automatic"
NO_CELLS: frozenset[str] = frozenset()


def keep_letters(case: Case, now: datetime, law: Law) -> tuple[Step, ...]:
    """Withdrawals at any hour; drafts and signatures in working hours; after the registration nothing goes out."""
    if case.is_over:
        return tuple(_withdraw(case, NO_CELLS, NO_CELLS, law))
    if case.registered_at is not None:
        return tuple(_withdraw_unsent(case, law))
    if not case.proceedings.letters and not read_missing(case):
        return ()
    gaps = find_gaps(case, law, now)
    missing = frozenset(answer.inquiry.id for answer in read_missing(case))
    owners = missing - {cell.inquiry_id for gap in gaps if gap.move is not Move.OWNER for cell in gap.cells}
    withdrawn = tuple(_withdraw(case, missing, owners, law))
    if withdrawn or not _is_office_open(now, law):
        return withdrawn
    return tuple(_draft(case, gaps, owners, law)) or tuple(_sign(case, now, law))


def opens_for_letters(case: Case, now: datetime, law: Law) -> datetime | None:
    """When a letter that waits for the office to open can be drawn up; None where none waits."""
    if _is_office_open(now, law):
        return None
    opening = opens_at(now, law.rules.hours("working_hours"), law.calendar)
    return opening if keep_letters(case, opening, law) else None


def _is_office_open(now: datetime, law: Law) -> bool:
    return opens_at(now, law.rules.hours("working_hours"), law.calendar) == now


def _withdraw(case: Case, missing: frozenset[str], owners: frozenset[str], law: Law) -> Iterator[WithdrawLetter]:
    """A letter that went out stands as long as anything it asks for is missing, whoever else may bring it; a draft
    only for what is its owner's move."""
    for letter in case.proceedings.letters:
        needed = owners if letter.state is LetterState.DRAFTED else missing
        if letter.is_under_way and needed.isdisjoint(letter.cells):
            yield WithdrawLetter(letter.n, law.why("letter.signing"))


def _withdraw_unsent(case: Case, law: Law) -> Iterator[WithdrawLetter]:
    for letter in case.proceedings.letters:
        if letter.is_under_way and letter.state is not LetterState.SENT:
            yield WithdrawLetter(letter.n, law.why("package.registered_by"))


def _draft(case: Case, gaps: tuple[Gap, ...], owners: frozenset[str], law: Law) -> Iterator[DraftLetter | AmendLetter]:
    letters = case.proceedings.letters
    covered = {cell for letter in letters for cell in letter.cells if _covers(case, letter, cell)}
    drafts = {letter.owner: letter for letter in letters if letter.state is LetterState.DRAFTED}
    gaps_of = {gap.owner: gap.cells for gap in gaps if gap.move is Move.OWNER}
    for owner in gaps_of | drafts:
        new = tuple(cell.inquiry_id for cell in gaps_of.get(owner, ()) if cell.inquiry_id not in covered)
        draft = drafts.get(owner)
        if draft is not None:
            cells = tuple(cell for cell in draft.cells if cell in owners) + new
            if cells != draft.cells:
                yield AmendLetter(draft.n, cells, _why(case, cells[0], law))
        elif new:
            rounds = sum(1 for letter in letters if letter.owner == owner)
            yield DraftLetter(owner, rounds + 1, new, _why(case, new[0], law))


def _covers(case: Case, letter: Letter, inquiry_id: str) -> bool:
    """True where a letter leaves no room for another one about a cell."""
    since = letter.withdrawn_at
    if letter.state is LetterState.WITHDRAWN and letter.sent_at is None and not letter.by_hand:
        # Nobody asked for it, as it was not the owner's move for a while: now it may be again.
        return False
    if letter.state is not LetterState.WITHDRAWN or since is None:
        return letter.state is not LetterState.ANSWERED
    return all(x.answered_at is None or x.answered_at <= since for x in case.exchanges_of(inquiry_id))


def _why(case: Case, inquiry_id: str, law: Law) -> Why:
    """The row's own fact that turns its gap into a letter."""
    answer = read_answer(case, case.inquiry(inquiry_id))
    return law.why_row(case.row(answer.inquiry.number), "absence" if answer.gap else "no_answer")


def _sign(case: Case, now: datetime, law: Law) -> Iterator[SignLetter]:
    """With the organisation's key, once no other inquiry of the owner may still join the draft."""
    if law.rules.word("letter.signing") != AUTOMATIC:
        return
    awaited = {
        case.row(answer.inquiry.number).owner.key
        for answer in read_missing(case)
        if any(_is_awaited(x, now, law) for x in case.exchanges_of(answer.inquiry.id))
    }
    for letter in case.proceedings.letters:
        if letter.state is LetterState.DRAFTED and letter.owner not in awaited:
            yield SignLetter(letter.n, law.why("letter.signing"))


def _is_awaited(exchange: Exchange, now: datetime, law: Law) -> bool:
    """True while patience with a silent source is not over: its inquiry may yet become a gap."""
    ends = patience_ends(exchange, law)
    return not exchange.is_over and (ends is None or ends > now)
