"""Signing by one-time code: the phone is looked up in the citizens' base, a code goes there, and the code signs.

The application waits with the code and becomes one when it is signed: until then nothing but this file knows it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from contracts.application import Application
from contracts.errors import Conflict, InvalidInput, NotFound, Problem, SignatureRefused
from contracts.request import Service
from contracts.sms import Receipt, SmsMessage
from gateway.clock import Clock
from gateway.intake.code_rules import Binding, CodeRules, bind_code, is_same, make_code, mask_phone, may_resend
from gateway.intake.envelope import BY_CODE, Envelope
from gateway.intake.model import read_application
from gateway.intake.signers import find_code_signer
from gateway.store.codes import CodeStore, WaitingCode
from gateway.store.rows import Client


class PhoneVerdict(Protocol):
    @property
    def belongs(self) -> bool: ...
    @property
    def message_id(self) -> str: ...


AskPhone = Callable[[str, str, str], PhoneVerdict]
"""Port: (id of the question, IIN, phone) -> whether the phone is the person's; raises GatewayError."""
SendText = Callable[[SmsMessage], Receipt]
"""Port: raises GatewayError where it was not sent."""
ReadContent = Callable[[bytes], tuple[Application, Service]]
WriteText = Callable[[Service, str, str, int], str]
"""Port: (service, language, code, minutes) -> the words of the message."""


@dataclass(frozen=True)
class Waiting:
    """An application that waits for its code."""

    application_id: str
    phone: str = field(repr=False)
    """Masked."""
    expires_at: datetime
    resend_at: datetime
    resends_left: int


@dataclass(frozen=True)
class SignedByCode:
    """What a right code has signed."""

    waiting: WaitingCode
    verdict: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class CodeSigning:
    store: CodeStore
    ask_phone: AskPhone
    send_text: SendText
    write_text: WriteText
    rules: CodeRules
    clock: Clock

    def begin(
        self, envelope: Envelope, application: Application, service: Service, client: Client, key: str, sha256: str
    ) -> Waiting:
        """Send the first code. Raises InvalidInput for a phone that is not the applicant's, TooManyRequests,
        Conflict for an idempotency key of another body, and what the phone base and the SMS gateway raise."""
        earlier = self.store.find_waiting(client.id, key, sha256, self.clock()) if key else None
        if earlier is not None:
            return self._describe(earlier)
        signer = find_code_signer(application)
        application_id = f"app_{secrets.token_hex(12)}"
        # Counted before anybody is asked: whose a phone is may not be tried out.
        self.store.count(application_id, signer.iin, signer.phone, self.clock(), self.rules.a_day)
        verdict = self.ask_phone(_name(application_id, 0), signer.iin, signer.phone)
        if not verdict.belongs:
            detail = (
                f"the base of mobile citizens does not have this phone for the {signer.role}: "
                "register it there (bmg.gov.kz, or a service center), or sign with an EDS"
            )
            raise InvalidInput(problems=(Problem("otp-phone-not-bound", signer.pointer, detail),))
        now = self.clock()
        waiting = WaitingCode(
            application_id=application_id,
            client_id=client.id,
            idempotency_key=key,
            request_sha256=sha256,
            content=envelope.content,
            phone=signer.phone,
            accepted_by=envelope.accepted_by,
            codes=1,
            sent_at=now,
            expires_at=now + self.rules.lasts,
            phone_answer=verdict.message_id,
        )
        code = make_code(self.rules)
        try:
            self.store.add(waiting, self._bind(waiting, code))
        except Conflict:
            # The same request twice at once: the quicker one sends the code, and both are told of it.
            earlier = self.store.find_waiting(client.id, key, sha256, now)
            if earlier is None:
                raise
            return self._describe(earlier)
        try:
            self._send(waiting, code, service, application.language)
        except Exception:
            # Nobody has the code: what waits for it would wait in vain.
            self.store.drop(application_id)
            raise
        return self._describe(waiting)

    def resend(self, application_id: str, client: Client, read: ReadContent) -> Waiting:
        """Send another code; the one before is good for nothing any more. Raises NotFound, TooManyRequests."""
        before = self.find(application_id, client)
        application, service = read(before.content)
        now, code = self.clock(), make_code(self.rules)
        waiting = before.resent(now, now + self.rules.lasts)
        self.store.replace(
            waiting,
            self._bind(waiting, code),
            find_code_signer(application).iin,
            may_resend=lambda sent_at, codes: may_resend(sent_at, codes, now, self.rules),
            a_day=self.rules.a_day,
        )
        self._send(waiting, code, service, application.language)
        return self._describe(waiting)

    def confirm(self, application_id: str, code: str, client: Client) -> SignedByCode:
        """What the code signs. Raises NotFound, and SignatureRefused in the same words for a code that is wrong, late,
        burned, or of an earlier message."""
        waiting = self.find(application_id, client)
        now = self.clock()
        if not self.store.try_code(application_id, self._bind(waiting, code), now, self.rules.tries, is_same):
            detail = "the code is not the one that was sent last, or it is not good any more"
            raise SignatureRefused(problems=(Problem("otp-refused", "/code", detail),))
        return SignedByCode(waiting, self._prove(waiting, now))

    def finish(self, application_id: str) -> None:
        """The application is committed: what waited is forgotten."""
        self.store.drop(application_id)

    def forget_old(self) -> None:
        """What nobody signed in time, and is known to nobody any more."""
        self.store.forget(self.clock())

    def find(self, application_id: str, client: Client) -> WaitingCode:
        """Raises NotFound where nothing of the client waits under the id."""
        waiting = self.store.find(application_id, self.clock())
        if waiting is None or waiting.client_id != client.id:
            raise NotFound(problems=(Problem("application-not-found", "", "there is no such application"),))
        return waiting

    def _bind(self, waiting: WaitingCode, code: str) -> str:
        binding = Binding(waiting.application_id, waiting.content, waiting.phone, waiting.codes)
        return bind_code(binding, code, self.store.fingerprint)

    def _send(self, waiting: WaitingCode, code: str, service: Service, language: str) -> None:
        minutes = max(1, int(self.rules.lasts.total_seconds() // 60))
        text = self.write_text(service, language, code, minutes)
        receipt = self.send_text(SmsMessage(_name(waiting.application_id, waiting.codes), waiting.phone, text))
        self.store.note_receipt(waiting.application_id, waiting.codes, receipt.provider_id)

    def _describe(self, waiting: WaitingCode) -> Waiting:
        return Waiting(
            application_id=waiting.application_id,
            phone=mask_phone(waiting.phone),
            expires_at=waiting.expires_at,
            resend_at=waiting.sent_at + self.rules.resend_after,
            resends_left=max(0, self.rules.resends + 1 - waiting.codes),
        )

    def _prove(self, waiting: WaitingCode, now: datetime) -> dict[str, Any]:
        """The evidence that the dossier shows."""
        return {
            "method": BY_CODE,
            "signed_by": find_code_signer(read_application(waiting.content)).role,
            "indication": "TOTAL_PASSED",
            "application_sha256": hashlib.sha256(waiting.content).hexdigest(),
            "phone": mask_phone(waiting.phone),
            "phone_base_answer": waiting.phone_answer,
            "code_sent_at": waiting.sent_at.isoformat(),
            "code_number": waiting.codes,
            "message_receipt": self.store.read_receipt(waiting.application_id, waiting.codes),
            "signed_at": now.isoformat(),
        }


def _name(application_id: str, n: int) -> str:
    """The id of a message: of at most 36 letters, digits and hyphens."""
    return f"{application_id.removeprefix('app_')}-c{n}"
