"""The base of mobile citizens: whether a phone is the person's, asked of the catalogue's service that knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.asking import Adapter
from adapters.ports import Deadline
from adapters.sms import unkept
from contracts.errors import ContractBroken, SettingInvalid
from contracts.exchange import Pending, Question, RecordAttempt
from contracts.passport import Passport
from contracts.words import Protocol, QuestionWord

_BELONGS = "phone.belongs"


@dataclass(frozen=True)
class PhoneAnswer:
    belongs: bool
    message_id: str
    """Of the exchange that it stands on."""


@dataclass(frozen=True)
class PhoneBase:
    """Asks through the adapter of the service's protocol, with its deadline, retries and trust. Safe for threads."""

    passport: Passport | None
    """Of the service that knows whose a phone is; None where the catalogue has none."""
    adapters: Mapping[Protocol, Adapter]

    def ask(
        self, question_id: str, iin: str, phone: str, *, deadline: Deadline, record: RecordAttempt = unkept
    ) -> PhoneAnswer:
        """Raises RegistryError where there is no answer, SettingInvalid where nobody can be asked.

        `phone` is +7 and ten digits. A person whom the base does not know has no phone there: `belongs` is False.
        """
        passport = self.passport
        if passport is None or passport.protocol not in self.adapters:
            raise SettingInvalid("the catalogue has no service that knows whose a phone is and answers at once")
        question = Question(question_id, {QuestionWord.IIN: iin, QuestionWord.PHONE: phone})
        reply = self.adapters[passport.protocol].ask(passport, question, deadline=deadline, record=record)
        if isinstance(reply, Pending):
            raise ContractBroken("the phone base put its answer off")
        told = reply.record.get("phone")
        belongs = told.get("belongs") if isinstance(told, dict) else None
        if reply.outcome == "answered" and not isinstance(belongs, bool):
            raise ContractBroken("the phone base answered without a verdict")
        return PhoneAnswer(belongs is True, reply.message_id)


def find_phone_passport(passports: Mapping[str, Passport]) -> Passport | None:
    """The auxiliary service whose reply says whether a phone is the person's."""
    return next((one for one in passports.values() if one.auxiliary and _BELONGS in one.binds), None)
