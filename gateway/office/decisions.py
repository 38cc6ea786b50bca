"""Decisions: the package registered by hand, and what the rules ask before a decision is kept - hearing, reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.errors import Conflict, InvalidInput, Problem
from gateway.core.answers import read_all
from gateway.core.calendar import is_working_day, local_day
from gateway.core.proceedings import DecisionOutcome
from gateway.core.refusals import FURTHEST, earliest_hearing, earliest_holding, may_refuse, may_set_anew
from gateway.core.registration import find_hindrance
from gateway.documents.composing import CaseFile
from gateway.office.files import Files
from gateway.store.acting import Actor
from gateway.store.decision_acts import DecisionActs


@dataclass(frozen=True)
class DecisionDesk:
    files: Files
    acts: DecisionActs
    clock: Callable[[], datetime]

    def register(self, application_id: str, actor: Actor) -> None:
        """The package is registered with the gaps that it has. Raises Conflict where it is already, or still asks."""
        file = self.files.open(application_id)
        hindrance = find_hindrance(file.case, self.clock(), file.law)
        if hindrance and file.case.registered_at is None:
            raise Conflict(problems=(Problem("package-forming", "", hindrance),))
        complete = not any(answer.is_missing for answer in read_all(file.case))
        self.acts.register(application_id, file.law.why("package.without_extension"), actor, complete=complete)

    def decide(
        self, application_id: str, outcome: DecisionOutcome, reasons: Sequence[str], number: str, actor: Actor
    ) -> None:
        """Approve, or refuse finally. Raises Conflict where a refusal needs a hearing that was not held."""
        file = self.files.open(application_id)
        self._check_reasons(file, outcome, reasons)
        if outcome is DecisionOutcome.REFUSED and not may_refuse(file.case.proceedings.decision, file.law):
            detail = f"before a refusal: a preliminary decision and a hearing ({self._clause(file, 'refusal.hearing')})"
            raise Conflict(problems=(Problem("hearing-required", "/outcome", detail),))
        self.acts.decide(application_id, outcome, reasons, actor, number=number, hearing_on=None)

    def decide_preliminarily(
        self, application_id: str, reasons: Sequence[str], number: str, hearing_on: date | None, actor: Actor
    ) -> date:
        """A preliminary refusal with the day of the hearing; the earliest day that the rule allows where none is named.

        The day of the hearing. Raises InvalidInput where it is too early, or is not worked.
        """
        file = self.files.open(application_id)
        self._check_reasons(file, DecisionOutcome.REFUSED, reasons)
        earliest = earliest_hearing(local_day(self.clock()), file.law)
        day = hearing_on or earliest
        self._check_day(file, day, earliest)
        self.acts.decide(application_id, DecisionOutcome.REFUSED, reasons, actor, number=number, hearing_on=day)
        return day

    def set_hearing_anew(self, application_id: str, on: date, actor: Actor) -> None:
        """Another day for a hearing that was missed, or that the applicant was told of too late.

        Raises Conflict where there is none such, InvalidInput where the day is too early, or is not worked.
        """
        file = self.files.open(application_id)
        course, today = file.case.proceedings, local_day(self.clock())
        before = self._day_of_hearing(file)
        if not may_set_anew(course, today, file.law):
            raise Conflict(
                problems=(Problem("hearing-stands", "", f"the hearing is on {before}, which has not passed"),)
            )
        self._check_day(file, on, earliest_hearing(today, file.law))
        self.acts.set_hearing(application_id, before, on, actor)

    def hold_hearing(self, application_id: str, record: str, actor: Actor) -> None:
        """The hearing was held. Raises Conflict where it cannot have been: before its day, or nobody told in time."""
        file = self.files.open(application_id)
        self._day_of_hearing(file)
        earliest, clause = earliest_holding(file.case.proceedings, file.law), self._clause(file, "hearing.working_days")
        if earliest is None:
            detail = f"no notice of the hearing has reached the applicant yet ({clause})"
            raise Conflict(problems=(Problem("hearing-untold", "", detail),))
        if local_day(self.clock()) < earliest:
            detail = f"the applicant was told too late: {earliest} at the earliest ({clause}); set another day"
            raise Conflict(problems=(Problem("hearing-too-early", "", detail),))
        self.acts.hold_hearing(application_id, record, actor)

    def _day_of_hearing(self, file: CaseFile) -> date:
        decision = file.case.proceedings.decision
        if decision.hearing_on is None or decision.hearing_held_at is not None:
            raise Conflict(problems=(Problem("hearing-none", "", "there is no hearing to be held"),))
        return decision.hearing_on

    def _check_day(self, file: CaseFile, day: date, earliest: date) -> None:
        if day < earliest or not is_working_day(day, file.law.calendar):
            detail = f"a working day, {earliest} at the earliest ({self._clause(file, 'hearing.working_days')})"
            raise InvalidInput(problems=(Problem("hearing-too-early", "/hearing_on", detail),))
        latest = local_day(self.clock()) + FURTHEST
        if day > latest:
            detail = f"{latest} at the latest"
            raise InvalidInput(problems=(Problem("hearing-too-late", "/hearing_on", detail),))

    def _check_reasons(self, file: CaseFile, outcome: DecisionOutcome, reasons: Sequence[str]) -> None:
        known = self.files.find_reasons(file.case.service.code, local_day(self.clock()))
        if outcome is DecisionOutcome.REFUSED and not reasons:
            raise InvalidInput(problems=(Problem("reason-missing", "/reasons", "a refusal names its reasons"),))
        if outcome is DecisionOutcome.APPROVED and reasons:
            raise InvalidInput(problems=(Problem("reason-misplaced", "/reasons", "an appointment has no reasons"),))
        for n, code in enumerate(reasons):
            if code not in known:
                detail = f"one of {', '.join(sorted(known))}"
                raise InvalidInput(problems=(Problem("reason-unknown", f"/reasons/{n}", detail),))

    def _clause(self, file: CaseFile, rule: str) -> str:
        return file.law.rules.rule(rule).clause
