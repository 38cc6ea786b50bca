"""SMS: a message put to the catalogue's service that sends it, and what comes back as taken, failed or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.asking import Adapter
from adapters.ports import Deadline
from contracts.errors import DeliveryFailed, DeliveryRefused, RegistryError, RegistryRefused, SettingInvalid
from contracts.exchange import Attempt, Pending, Question, RecordAttempt
from contracts.passport import Passport
from contracts.sms import Receipt, SmsMessage
from contracts.words import Protocol, QuestionWord


def unkept(attempt: Attempt) -> None:
    """Keep nothing of an attempt: what was sent is kept with the notice."""


@dataclass(frozen=True)
class SmsGateway:
    """Sends through the adapter of the service's protocol, with its deadline, retries and trust. Safe for threads."""

    passport: Passport | None
    """Of the service that sends; None where the catalogue has none."""
    adapters: Mapping[Protocol, Adapter]

    def send(self, message: SmsMessage, *, deadline: Deadline, record: RecordAttempt = unkept) -> Receipt:
        """Return the gateway's receipt. All tries carry the message's id, by which the gateway sends it once.

        Raises DeliveryRefused where the gateway understood and refused; DeliveryFailed for all else that is no receipt
        (silence, an outage, an unreadable or untrusted answer): the message may have been taken, and sending it again
        with the same id is safe. Raises OperatorError where our own set-up keeps it from being sent.
        """
        passport = self.passport
        if passport is None or passport.protocol not in self.adapters:
            raise SettingInvalid("the catalogue has no service that sends SMS and answers at once")
        question = Question(
            message.id,
            {
                QuestionWord.PHONE: message.phone,
                QuestionWord.SMS_TEXT: message.text,
                QuestionWord.SMS_ID: message.id,
            },
        )
        try:
            reply = self.adapters[passport.protocol].ask(passport, question, deadline=deadline, record=record)
        except RegistryRefused as error:
            raise DeliveryRefused(f"the SMS gateway refused it: {error.detail}") from error
        except RegistryError as error:
            raise DeliveryFailed(f"{error.code}: {error.detail}") from error
        if isinstance(reply, Pending) or reply.outcome != "answered":
            raise DeliveryFailed("the SMS gateway did not say that it took the message")
        sms = reply.record.get("sms")
        taken = sms.get("id") if isinstance(sms, dict) else None
        return Receipt(str(taken or reply.message_id))


def find_sms_passport(passports: Mapping[str, Passport]) -> Passport | None:
    """The auxiliary service that sends SMS: the one whose reply says what became of a message (`sms.status`)."""
    return next((one for one in passports.values() if one.auxiliary and "sms.status" in one.binds), None)
