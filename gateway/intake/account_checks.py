"""Whether an account is the applicant's own, asked before signing: the one registry answer that a portal may see.

The answer may travel inside the application as our own statement; then it is judged here again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from contracts import iban as ibans
from contracts import iin as iins
from contracts.application import Application
from contracts.errors import InvalidInput, Problem, RegistryError
from contracts.request import Service
from gateway.account_statements import (
    AccountStatement,
    Fingerprint,
    NoStatement,
    Owner,
    name_account,
    open_statement,
    write_statement,
)
from gateway.clock import Clock
from gateway.intake.rules import IIN_FAULTS
from gateway.store.rows import Client

NOT_TOLD = "owner-not-told"
"""The cause of an unknown owner where the bank's registry answered, but not that."""
_POINTER = "/account/check"

AskOwner = Callable[[str, Service, str, str], str]
"""Port: (id of the question, service, IIN, IBAN) -> "yes", "no", or "" where the source does not say; raises
GatewayError."""


class CountChecks(Protocol):
    """Port: the checks of a day."""

    def fingerprint(self, plain: bytes) -> str: ...
    def count(self, client_id: str, iin: str, iban: str, now: datetime, *, a_day: int, of_client: int) -> None: ...


@dataclass(frozen=True)
class CheckRules:
    """How often, and how long an answer counts; no public source has such numbers, so they are settings."""

    a_day: int = 5
    """Checks of one IIN, and of one IBAN, on one day."""
    of_client: int = 1000
    """Checks of one client on one day."""
    lasts: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class AccountQuestion:
    service: Service
    iin: str = field(repr=False)
    iban: str = field(repr=False)
    consent: bool


@dataclass(frozen=True)
class AccountAnswer:
    """`owner` is yes, no or unknown; of an unknown one `cause` says why, and `retryable` whether to ask again."""

    owner: str
    at: datetime
    cause: str = ""
    retryable: bool = False
    statement: str = field(default="", repr=False)
    until: datetime | None = None


@dataclass(frozen=True)
class AccountChecks:
    ask_owner: AskOwner
    store: CountChecks
    rules: CheckRules
    clock: Clock

    def __call__(self, question: AccountQuestion, client: Client) -> AccountAnswer:
        """Raises InvalidInput with every fault, TooManyRequests, and what a set-up without a bank's registry raises."""
        problems = tuple(_find_faults(question))
        if problems:
            raise InvalidInput(problems=problems)
        iban = ibans.check_iban(question.iban, [bank.code for bank in question.service.banks]).iban
        # Counted before anybody is asked: whose an account is may not be tried out.
        limits = self.rules
        now = self.clock()
        self.store.count(client.id, question.iin, iban, now, a_day=limits.a_day, of_client=limits.of_client)
        try:
            said = self.ask_owner(f"chk-{secrets.token_hex(12)}", question.service, question.iin, iban)
        except RegistryError as error:
            return AccountAnswer("unknown", now, error.code, error.retryable)
        if said not in ("yes", "no"):
            return AccountAnswer("unknown", now, NOT_TOLD)
        owner: Owner = "yes" if said == "yes" else "no"
        about, at = name_account(question.iin, iban, self.store.fingerprint), self.clock()
        statement = AccountStatement(about, owner, at, at + self.rules.lasts)
        return AccountAnswer(
            owner, at, statement=write_statement(statement, self.store.fingerprint), until=statement.until
        )  # fmt: skip

    def find_problems(self, application: Application, at: datetime) -> Iterable[Problem]:
        """What is wrong with the statement inside an application; nothing where it carries none."""
        return find_statement_problems(application, at, self.store.fingerprint)


def find_statement_problems(application: Application, at: datetime, fingerprint: Fingerprint) -> Iterable[Problem]:
    account = application.account
    if account.check is None:
        return
    try:
        statement = open_statement(account.check, fingerprint)
    except NoStatement:
        yield Problem("account-check-forged", _POINTER, "this is no statement that was given out here")
        return
    if statement.about != name_account(application.applicant.iin, account.iban, fingerprint):
        yield Problem("account-check-foreign", _POINTER, "the statement is about another person or account")
    elif not statement.at <= at <= statement.until:
        yield Problem("account-check-expired", _POINTER, "the statement is too old: check the account again")


def refuse_statements(application: Application, at: datetime) -> Iterable[Problem]:
    """Where no account is checked, no statement can be ours."""
    if application.account.check is not None:
        yield Problem("account-check-forged", _POINTER, "no statements are given out here")


def _find_faults(question: AccountQuestion) -> Iterable[Problem]:
    fault = iins.find_fault(question.iin)
    if fault:
        yield Problem(fault, "/iin", IIN_FAULTS[fault])
    verdict = ibans.check_iban(question.iban, [bank.code for bank in question.service.banks])
    if verdict.code:
        yield Problem(verdict.code, "/iban", verdict.detail)
    if not question.consent:
        yield Problem("consent-missing", "/consent", "the person's consent must be given")
