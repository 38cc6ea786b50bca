"""Whether an account is one's own, over a real store: counted whatever becomes of it, said in a statement of ours."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.application import Application
from contracts.errors import CallerError, InvalidInput, RegistryTimedOut, TooManyRequests
from gateway.account_statements import AccountStatement, name_account, open_statement, write_statement
from gateway.intake.account_checks import NOT_TOLD, AccountAnswer, AccountChecks, AccountQuestion, CheckRules
from gateway.intake.submit import Submit, SubmitRequest
from gateway.store.account_checks import AccountCheckStore
from gateway.store.account_tables import account_checks
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import Client, ClientKind
from gateway.store.sealing import Sealer
from signing.verdict import Verdict
from tests.gateway.sample_case import (
    APPLICANT_IIN,
    NOW,
    SPOUSE_IIN,
    find_law,
    make_application,
    make_body,
    make_iban,
    make_service,
)
from tests.support.databases import POSTGRESQL, SQLITE, open_url
from tests.support.verdicts import passed

SEALER = Sealer(bytes(range(32)))
IBAN = make_iban()


@dataclass
class Desk:
    database: Database
    now: datetime = NOW
    says: str = "yes"
    silent: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = make_service()
        self.store = Applications(self.database, SEALER, {"asp": self.service}, self.clock)
        self.portal = self.store.add_client("Portal", ClientKind.PORTAL, "portal")[0]
        self.other = self.store.add_client("Other", ClientKind.PORTAL, "portal")[0]
        self.checks = self.open(CheckRules())

    def open(self, rules: CheckRules) -> AccountChecks:
        """As a program that begins anew: nothing but the database remembers."""
        return AccountChecks(self._ask, AccountCheckStore(self.database, SEALER), rules, self.clock)

    def clock(self) -> datetime:
        return self.now

    def _ask(self, question: str, service: Any, iin: str, iban: str) -> str:
        self.asked.append((iin, iban))
        if self.silent:
            raise RegistryTimedOut
        return self.says

    def check(self, client: Client | None = None, **changes: Any) -> AccountAnswer:
        question = AccountQuestion(self.service, APPLICANT_IIN, IBAN, consent=True)
        return self.checks(replace(question, **changes), client or self.portal)

    def submit(self, application: dict[str, Any]) -> Any:
        def verify(envelope: Any, at: datetime) -> Verdict:
            return passed(APPLICANT_IIN, envelope.content)

        services = {"asp": self.service}
        intake = Submit(self.store, services, find_law, verify, self.clock, find_more=self.checks.find_problems)
        return intake(SubmitRequest(make_body(application)), self.portal)


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with open_url(request.param, tmp_path) as url, Database(url) as database:
        yield Desk(database)


def with_check(statement: str, **account: Any) -> dict[str, Any]:
    application = make_application()
    application["account"] |= {"check": statement} | account
    return application


def codes_of(caught: pytest.ExceptionInfo[Any]) -> list[tuple[str, str]]:
    error: CallerError = caught.value
    return [(problem.code, problem.pointer) for problem in error.problems]


def test_a_yes_and_a_no_come_with_a_statement_and_name_nobody(desk: Desk) -> None:
    for said in ("yes", "no"):
        desk.says = said
        answer = desk.check(iban=f" {IBAN.lower()} ")
        assert (answer.owner, answer.cause, answer.until) == (said, "", NOW + timedelta(days=1))
        told = open_statement(answer.statement, SEALER.fingerprint)
        assert (told.owner, told.at) == (said, NOW)
        assert not any(secret in f"{answer}{told}" for secret in (APPLICANT_IIN, IBAN))
    assert desk.asked == [(APPLICANT_IIN, IBAN)] * 2


def test_no_answer_is_unknown_with_its_cause_and_never_a_no(desk: Desk) -> None:
    desk.silent = True
    answer = desk.check()
    assert (answer.owner, answer.cause, answer.retryable) == ("unknown", RegistryTimedOut.code, True)
    assert (answer.statement, answer.until) == ("", None)
    desk.silent, desk.says = False, ""
    answer = desk.check()
    assert (answer.owner, answer.cause, answer.retryable, answer.statement) == ("unknown", NOT_TOLD, False, "")


def test_all_faults_are_told_at_once_and_nobody_is_asked_or_counted(desk: Desk) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.check(iin=APPLICANT_IIN[:-1] + "x", iban="KZ1", consent=False)
    assert codes_of(caught) == [
        ("iin-format", "/iin"), ("iban-format", "/iban"), ("consent-missing", "/consent"),
    ]  # fmt: skip
    assert desk.asked == []
    for _ in range(5):
        desk.check()


def test_the_day_of_a_person_of_an_account_and_of_a_client_has_an_end_that_a_restart_does_not_move(desk: Desk) -> None:
    desk.silent = True
    for _ in range(5):
        desk.check()
    desk.silent = False
    desk.checks = desk.open(CheckRules())
    refusals: tuple[dict[str, Any], ...] = ({}, {"iban": make_iban(account="A000000000002")}, {"iin": SPOUSE_IIN})
    for refused in refusals:
        with pytest.raises(TooManyRequests) as caught:
            desk.check(desk.other, **refused)
        assert codes_of(caught) == [("account-check-limit", "")]
    assert len(desk.asked) == 5
    other: dict[str, Any] = {"iin": SPOUSE_IIN, "iban": make_iban(account="A000000000003")}
    assert desk.check(**other).owner == "yes"
    desk.checks = desk.open(CheckRules(of_client=6))
    with pytest.raises(TooManyRequests):
        desk.check(**other)
    assert desk.check(desk.other, **other).owner == "yes"
    desk.now += timedelta(days=1)
    assert desk.check().owner == "yes"


def test_at_once_no_more_are_asked_than_the_day_has(desk: Desk) -> None:
    def check(_: int) -> bool:
        try:
            desk.check()
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(check, range(16))) == 5
    assert len(desk.asked) == 5


def test_nothing_that_is_kept_names_the_person_or_the_account(desk: Desk) -> None:
    desk.check()
    with desk.database.read() as connection:
        kept = str(connection.execute(select(account_checks)).all())
    assert APPLICANT_IIN not in kept
    assert IBAN not in kept


def test_an_application_carries_a_sound_statement(desk: Desk) -> None:
    receipt = desk.submit(with_check(desk.check().statement))
    assert receipt.application.case.application.account.check


def test_a_forged_a_foreign_and_an_old_statement_are_refused_each_by_its_code(desk: Desk) -> None:
    sound = desk.check().statement
    desk.says = "no"
    body, seal = desk.check().statement.split(".")
    forged = [sound.split(".")[0] + "." + seal, body, "a.b", "Ж.", f"{body}.{'0' * 64}", f"{sound}0"]
    alien = Sealer(bytes(32)).fingerprint
    told = AccountStatement(name_account(APPLICANT_IIN, IBAN, alien), "yes", NOW, NOW + timedelta(days=1))
    for statement in (*forged, write_statement(told, alien)):
        with pytest.raises(InvalidInput) as caught:
            desk.submit(with_check(statement))
        assert codes_of(caught) == [("account-check-forged", "/account/check")], statement
    changes: tuple[dict[str, Any], ...] = ({"iin": SPOUSE_IIN}, {"iban": make_iban(account="A000000000002")})
    for change in changes:
        with pytest.raises(InvalidInput) as caught:
            desk.submit(with_check(desk.check(**change).statement))
        assert codes_of(caught) == [("account-check-foreign", "/account/check")]
    desk.now += timedelta(days=1, seconds=1)
    with pytest.raises(InvalidInput) as caught:
        desk.submit(with_check(sound))
    assert codes_of(caught) == [("account-check-expired", "/account/check")]


def test_where_no_accounts_are_checked_no_statement_is_taken(desk: Desk) -> None:
    sound = desk.check().statement
    submit = Submit(desk.store, {"asp": desk.service}, find_law, lambda *_: passed("", b""), desk.clock)
    with pytest.raises(InvalidInput) as caught:
        submit(SubmitRequest(make_body(with_check(sound))), desk.portal)
    assert codes_of(caught) == [("account-check-forged", "/account/check")]


def test_the_statement_is_additive_to_the_schema() -> None:
    assert Application.model_validate(make_application()).account.check is None
