"""Opening of cells (row × subject): as soon as their predicates can be judged, wave by wave.

Rows of wave 2 are judged only once all of wave 1 is open. A fact that stays undetermined after patience does not hold
the family up: the row says whether it is then asked all the same or left to the specialist. Patience is per cell: a
silent source holds back only what rests on it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from contracts.legal.rules import Rules
from contracts.request import RequestRow
from contracts.words import IfUndetermined, Outcome, Predicate
from gateway.core.applicability import Judgement, judge
from gateway.core.case import CELLS, Case, Exchange, ExchangeState, Inquiry, Subject
from gateway.core.facts import EVERYONE, find_silent
from gateway.core.law import Law
from gateway.core.patience import count_ended, patience_ends
from gateway.core.questions import build_question
from gateway.core.steps import OpenInquiry, PlannedPart
from gateway.core.subjects import pick_subjects

NO_SUBJECT = "no_subject"
PAPER_PREDICATES = frozenset({Predicate.NOT_MARRIED_ABROAD})
"""Where one of these is false the data exists, but outside the registries: it comes on paper."""
LEFT_TO_SPECIALIST = "facts_undetermined"
Looked = tuple[tuple[OpenInquiry, ...], bool]
"""The cells to open, and whether some cell cannot be judged yet."""
Waves = tuple[tuple[int, tuple[tuple[RequestRow, Subject | None], ...]], ...]
"""Cells of the table, wave by wave."""
Undecided = dict[tuple[int, str], tuple[Rules, Judgement]]
"""By cell."""
LOOKED, ALL_OPEN, LEFT, CLOSED, UNDECIDED = "looked", "all open", "left", "closed", "undecided"
"""Among what a case remembers: one look asks for it several times; that nothing is to be opened any more; what was
left to the specialist; the cells that are not open yet; and those that could not be judged."""


def open_cells(case: Case, now: datetime, law: Law) -> tuple[OpenInquiry, ...]:
    """The cells to open now."""
    return _look(case, now, law)[0]


def judge_anew(case: Case, now: datetime, law: Law) -> tuple[OpenInquiry, ...]:
    """Cells that were left to the specialist for want of facts, and whose facts have come since."""
    steps = []
    for inquiry in _list_left(case):
        if case.proceedings.find_closing(inquiry.id) is not None:
            continue
        row, subject = case.row(inquiry.number), case.subject(inquiry.subject_ref)
        if judge(case, row, subject, law.rules).applies is not None:
            step = _open(case, row, subject, now, law)
            steps.extend([replace(step, inquiry_id=inquiry.id)] if step else [])
    return tuple(steps)


def _list_left(case: Case) -> tuple[Inquiry, ...]:
    known: tuple[Inquiry, ...] | None = case.memo.get(LEFT)
    if known is None:
        left = [one for one in case.inquiries if one.outcome is Outcome.NO_ANSWER and one.reason == LEFT_TO_SPECIALIST]
        known = case.memo[LEFT] = tuple(left)
    return known


def has_undecided(case: Case, now: datetime, law: Law) -> bool:
    """True while some cell cannot be judged yet."""
    return _look(case, now, law)[1]


def are_all_open(case: Case, now: datetime, law: Law) -> bool:
    """True where every cell is open: nothing is to be opened now, or later."""
    steps, undecided = _look(case, now, law)
    return not steps and not undecided


def _look(case: Case, now: datetime, law: Law) -> Looked:
    ended = count_ended(case, law, now)
    known: tuple[Law, int, Looked] | None = case.memo.get(LOOKED)
    if known is None or known[0] is not law or known[1] != ended:
        known = case.memo[LOOKED] = law, ended, _look_anew(case, now, law)
    return known[2]


def _look_anew(case: Case, now: datetime, law: Law) -> Looked:
    adult_age = law.rules.number("ages.adult")
    if case.memo.get(ALL_OPEN) == adult_age:
        return (), False
    steps: list[OpenInquiry] = []
    undecided = False
    for wave, cells in _list_closed(case, adult_age):
        for row, subject in cells:
            step = _open(case, row, subject, now, law)
            undecided = undecided or step is None
            steps.extend([step] if step else [])
        if wave == 1 and (steps or undecided):
            return tuple(steps), True
    if not steps and not undecided:
        case.memo[ALL_OPEN] = adult_age
    return tuple(steps), undecided


def _list_closed(case: Case, adult_age: int) -> Waves:
    known: tuple[int, Waves] | None = case.memo.get(CLOSED)
    if known is None or known[0] != adult_age:
        opened = {(inquiry.number, inquiry.subject_ref) for inquiry in case.inquiries}
        closed = [
            (wave, tuple([(row, one) for row, one in cells if (row.number, one.ref if one else "") not in opened]))
            for wave, cells in _list_cells(case, adult_age)
        ]
        known = case.memo[CLOSED] = adult_age, tuple(closed)
    return known[1]


def _list_cells(case: Case, adult_age: int) -> Waves:
    known: tuple[int, Waves] | None = case.memo.get(CELLS)
    if known is None or known[0] != adult_age:
        known = case.memo[CELLS] = (
            adult_age,
            tuple(
                (
                    wave,
                    tuple(
                        (row, subject)
                        for row in case.service.requests
                        if row.wave == wave
                        for subject in pick_subjects(row.subject, case.subjects, adult_age) or (None,)
                    ),
                )
                for wave in (1, 2)
            ),
        )
    return known[1]


def _open(case: Case, row: RequestRow, subject: Subject | None, now: datetime, law: Law) -> OpenInquiry | None:
    """The step that opens a cell, or None while its facts are undetermined and patience runs."""
    if subject is None:
        return OpenInquiry(row.number, "", outcome=Outcome.NOT_APPLICABLE, reason=NO_SUBJECT)
    judgement = _judge(case, row, subject, law.rules)
    if judgement.applies is False:
        on_paper = judgement.reason in PAPER_PREDICATES
        outcome = Outcome.ON_PAPER if on_paper else Outcome.NOT_APPLICABLE
        return OpenInquiry(row.number, subject.ref, outcome=outcome, reason=judgement.reason)
    if judgement.applies is None:
        if _is_worth_waiting(case, judgement, subject, now, law):
            return None
        if row.if_undetermined is IfUndetermined.ASK_SPECIALIST:
            return OpenInquiry(row.number, subject.ref, outcome=Outcome.NO_ANSWER, reason=LEFT_TO_SPECIALIST)
    parts = tuple(
        PlannedPart(
            part.key, part.passport, build_question(case, row, subject, law.passports[part.passport], law.rules)
        )
        for part in row.parts
    )
    return OpenInquiry(row.number, subject.ref, parts)


def _judge(case: Case, row: RequestRow, subject: Subject, rules: Rules) -> Judgement:
    """A cell that cannot be judged yet is looked at again and again, and is so until its answers come."""
    undecided: Undecided = case.memo.setdefault(UNDECIDED, {})
    known = undecided.get((row.number, subject.ref))
    if known is not None and known[0] is rules:
        return known[1]
    judgement = judge(case, row, subject, rules)
    if judgement.applies is None:
        undecided[row.number, subject.ref] = rules, judgement
    return judgement


def carry_undecided(before: Case, after: Case, touched: Collection[str]) -> None:
    """What rests on no answer about the touched subjects cannot be judged yet for the case after either; the inquiries
    of both are the same."""
    undecided: Undecided = before.memo.get(UNDECIDED, {})
    stirred = {EVERYONE, *touched}
    after.memo[UNDECIDED] = {cell: known for cell, known in undecided.items() if stirred.isdisjoint(known[1].about)}


def _is_worth_waiting(case: Case, judgement: Judgement, subject: Subject, now: datetime, law: Law) -> bool:
    """True while a source of a missing fact may still answer of itself and has patience left."""
    silent = (x for fact in judgement.missing for x in find_silent(case, fact, subject))
    return any(x.state is not ExchangeState.STOPPED and _has_patience(x, now, law) for x in silent)


def _has_patience(exchange: Exchange, now: datetime, law: Law) -> bool:
    ends = patience_ends(exchange, law)
    return exchange.state is ExchangeState.WAITING if ends is None else now < ends
