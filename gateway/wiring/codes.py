"""Signing by one-time code, joined over the phone base, the SMS gateway and the store."""

from __future__ import annotations

from datetime import timedelta

from adapters.assemble import Adapters
from adapters.ports import Deadline
from gateway.clock import Clock
from gateway.documents.drafts import write_code_text
from gateway.intake.code_rules import CodeRules
from gateway.intake.code_signing import CodeSigning
from gateway.settings import Settings
from gateway.store.codes import CodeStore
from gateway.wiring.foundation import Foundation

_SECONDS = 15.0
"""Total time of an ask of the phone base, and of a message: somebody waits before a page."""


def build_code_signing(settings: Settings, base: Foundation, adapters: Adapters, clock: Clock) -> CodeSigning:
    return CodeSigning(
        store=CodeStore(base.database, base.sealer),
        ask_phone=lambda question, iin, phone: adapters.phones.ask(question, iin, phone, deadline=Deadline(_SECONDS)),
        send_text=lambda message: adapters.sms.send(message, deadline=Deadline(_SECONDS)),
        write_text=write_code_text,
        rules=read_code_rules(settings),
        clock=clock,
    )


def read_code_rules(settings: Settings) -> CodeRules:
    return CodeRules(
        digits=settings.otp_digits,
        lasts=timedelta(seconds=settings.otp_seconds),
        tries=settings.otp_tries,
        resend_after=timedelta(seconds=settings.otp_resend_seconds),
        resends=settings.otp_resends,
        a_day=settings.otp_a_day,
    )
