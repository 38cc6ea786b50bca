"""The package registered by a person: only with gaps that nothing of the law's course still works on.

A letter, its extension and the patience with a source go before: whoever registers by hand cuts none of them short.
"""

from __future__ import annotations

from datetime import datetime

from contracts.words import NoAnswer
from gateway.core.answers import read_all
from gateway.core.case import Case
from gateway.core.gaps import Move, find_gaps
from gateway.core.law import Law
from gateway.core.opening import are_all_open
from gateway.core.proceedings import DateKind, Letter, LetterState

FORMING = "not everything is asked yet: a package is registered with what was asked, not without"
LETTER = "a written request is owed, or under way: it goes out first"
PATIENCE = "a registry may still answer of itself: its time is not over"
EXTENSION = "the forming of the package is extended: it is registered at the end of the extension"


def find_hindrance(case: Case, now: datetime, law: Law) -> str:
    """Why the package cannot be registered by hand now; "" where it can."""
    if not are_all_open(case, now, law) or any(x.asked_at is None and not x.is_over for x in case.gather()):
        return FORMING
    gaps, extended = find_gaps(case, law, now), _is_extended(case)
    asked = {cell for letter in case.proceedings.letters if _is_enough(letter) for cell in letter.cells}
    if not extended and any(c.inquiry_id not in asked for g in gaps if g.move is Move.OWNER for c in g.cells):
        return LETTER
    explained = {cell.inquiry_id for gap in gaps for cell in gap.cells}
    missing = [answer.inquiry for answer in read_all(case) if answer.is_missing]
    kept = [one for one in missing if case.row(one.number).no_answer is NoAnswer.KEEP_TRYING]
    if any(one.id not in explained and one not in kept for one in missing):
        return PATIENCE
    return EXTENSION if extended else ""


def _is_enough(letter: Letter) -> bool:
    """Sent, or not wanted by the person who answers for it."""
    return letter.state is LetterState.SENT or (letter.state is LetterState.WITHDRAWN and letter.by_hand)


def _is_extended(case: Case) -> bool:
    """Not where the result is due before the extension ends: a term that it does not move is kept by a person."""
    until, due = case.proceedings.date(DateKind.EXTENSION_UNTIL), case.proceedings.date(DateKind.DUE)
    return until is not None and (due is None or due.on > until.on)
