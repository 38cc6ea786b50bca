"""Intake joined: signatures, one-time codes over phone base and SMS gateway, portals' attestations, and the store."""

from __future__ import annotations

from datetime import timedelta

from adapters.assemble import Adapters
from adapters.ports import Deadline
from contracts.errors import SettingInvalid
from gateway.clock import Clock
from gateway.core.law import FindLaw
from gateway.documents.drafts import write_code_text
from gateway.gathering.account_bank import AccountBank
from gateway.intake.account_checks import AccountChecks, CheckRules
from gateway.intake.attestation import Attestations
from gateway.intake.code_rules import MOST_ODDS, CodeRules
from gateway.intake.code_signing import CodeSigning
from gateway.intake.submit import Submit
from gateway.settings import Settings
from gateway.signature_checks import make_verify, make_verify_statement
from gateway.signature_policy import MakePolicy
from gateway.store.account_checks import AccountCheckStore
from gateway.store.codes import CodeStore
from gateway.wiring.foundation import Foundation

_SECONDS = 15.0
"""Total time of an ask before there is an application, and of a message: somebody waits before a page."""


def build_account_checks(settings: Settings, base: Foundation, adapters: Adapters, clock: Clock) -> AccountChecks:
    bank = AccountBank(base.catalogue.passports, adapters.by_protocol())
    return AccountChecks(
        ask_owner=lambda question, service, iin, iban: bank.ask(question, service, iin, iban, Deadline(_SECONDS)),
        store=AccountCheckStore(base.database, base.sealer),
        rules=CheckRules(
            a_day=settings.account_checks_a_day,
            of_client=settings.account_checks_of_client,
            lasts=timedelta(seconds=settings.account_checks_seconds),
        ),
        clock=clock,
    )


def build_submit(
    settings: Settings,
    base: Foundation,
    adapters: Adapters,
    policy: MakePolicy,
    find_law: FindLaw,
    clock: Clock,
    checks: AccountChecks,
) -> Submit:
    attestations = Attestations(make_verify_statement(policy), timedelta(seconds=settings.attestation_seconds))
    return Submit(
        store=base.applications,
        services=base.catalogue.services,
        find_law=find_law,
        verify=make_verify(policy),
        clock=clock,
        judge_attestation=attestations.judge,
        codes=_build_code_signing(settings, base, adapters, clock),
        find_more=checks.find_problems,
    )


def _build_code_signing(settings: Settings, base: Foundation, adapters: Adapters, clock: Clock) -> CodeSigning:
    return CodeSigning(
        store=CodeStore(base.database, base.sealer),
        ask_phone=lambda question, iin, phone: adapters.phones.ask(question, iin, phone, deadline=Deadline(_SECONDS)),
        send_text=lambda message: adapters.sms.send(message, deadline=Deadline(_SECONDS)),
        write_text=write_code_text,
        rules=read_code_rules(settings),
        clock=clock,
    )


def read_code_rules(settings: Settings) -> CodeRules:
    """Raises SettingInvalid where a code could be guessed too easily."""
    rules = CodeRules(
        digits=settings.otp_digits,
        lasts=timedelta(seconds=settings.otp_seconds),
        tries=settings.otp_tries,
        resend_after=timedelta(seconds=settings.otp_resend_seconds),
        resends=settings.otp_resends,
        a_day=settings.otp_a_day,
    )
    if rules.odds >= MOST_ODDS:
        told = f"guessing a code would succeed {rules.odds:.1e} times a day; {MOST_ODDS:.0e} is the most"
        raise SettingInvalid(f"ASP_OTP_DIGITS, ASP_OTP_TRIES, ASP_OTP_RESENDS, ASP_OTP_A_DAY: {told}")
    return rules
