"""The bank's registry, asked before there is an application: whether an account is the person's own.

It is asked by the passport of the service's own row, the one whose source is found by an IBAN; where that passport
wants a token of consent (КДП), the consent service is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.asking import Adapter
from adapters.ports import Deadline
from adapters.sms import unkept
from contracts.errors import AnswerOfAnother, ConsentMissing, ContractBroken, SettingInvalid
from contracts.exchange import ConsentToken, Pending, Question, Reply
from contracts.passport import Passport
from contracts.request import Service
from contracts.words import Protocol, QuestionWord
from gateway.core.echoes import is_about_subject
from gateway.core.records import take_one, word_of
from gateway.gathering.asking import find_consent_passport, read_token

_SEARCH = frozenset({QuestionWord.IIN.value, QuestionWord.IBAN.value})
_OWN, _EXISTS = "account.belongs_to_holder", "account.exists"
_GRANTED = "granted"


@dataclass(frozen=True)
class AccountBank:
    """Asks through the adapters, with their retries and trust. Safe for threads."""

    passports: Mapping[str, Passport]
    adapters: Mapping[Protocol, Adapter]

    def ask(
        self, question_id: str, service: Service, iin: str, iban: str, deadline: Deadline
    ) -> Literal["", "yes", "no"]:
        """Whether the account is the person's own; "" where the source knows the account but does not say whose it is.

        No record is a no. Raises RegistryError where no answer came, SettingInvalid where nobody can be asked at once.
        """
        passport = find_account_passport(service, self.passports)
        if passport is None:
            raise SettingInvalid("the service has no source that is found by an IBAN and answers at once")
        token = self._ask_consent(question_id, iin, deadline) if passport.consent != "none" else None
        values = {QuestionWord.IIN: iin, QuestionWord.IBAN: iban}
        reply = self._ask(passport, Question(question_id, values, token), deadline)
        if reply.outcome != "answered":
            return "no"
        if not is_about_subject(passport, values, reply.record):
            raise AnswerOfAnother
        own, exists = take_one(reply.record, _OWN), take_one(reply.record, _EXISTS)
        if own is False or exists is False:
            return "no"
        return "yes" if own is True else ""

    def _ask_consent(self, question_id: str, iin: str, deadline: Deadline) -> ConsentToken:
        passport = find_consent_passport(self.passports)
        if passport is None:
            raise ConsentMissing("no service gives out consents")
        reply = self._ask(passport, Question(f"{question_id}-c", {QuestionWord.IIN: iin}), deadline)
        if reply.outcome != "answered" or word_of(take_one(reply.record, "consent.status")) != _GRANTED:
            raise ConsentMissing("the consent was not granted")
        return read_token(reply.record)

    def _ask(self, passport: Passport, question: Question, deadline: Deadline) -> Reply:
        adapter = self.adapters[passport.protocol]
        within = deadline.within(passport.limits.timeout_seconds)
        reply = adapter.ask(passport, question, deadline=within, record=unkept)
        if isinstance(reply, Pending):
            raise ContractBroken("the answer was put off")
        return reply


def find_account_passport(service: Service, passports: Mapping[str, Passport]) -> Passport | None:
    """Of the source that finds its subject by IIN and IBAN and answers at once."""
    asked = (passports[part.passport] for row in service.requests for part in row.parts)
    return next((one for one in asked if _finds_account(one)), None)


def _finds_account(passport: Passport) -> bool:
    at_once = passport.protocol is not Protocol.SHEP_ASYNC
    return at_once and any(QuestionWord.IBAN.value in way and set(way) <= _SEARCH for way in passport.search)
