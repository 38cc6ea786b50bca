"""What every adapter can do: ask a source, as its passport says, and what must be there before anything is sent."""

from __future__ import annotations

from typing import Protocol

from adapters.ports import Deadline
from contracts.errors import ConsentMissing
from contracts.exchange import Pending, Question, RecordAttempt, Reply
from contracts.passport import Passport


class Adapter(Protocol):
    """Port: one a protocol. Raises RegistryError where no answer came, after recording every attempt."""

    def ask(
        self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt
    ) -> Reply | Pending: ...


def refuse_without_consent(passport: Passport, question: Question) -> None:
    """Raise ConsentMissing where the source wants a token of the person's consent and the question brings none."""
    if passport.consent == "kdp" and question.consent is None:
        raise ConsentMissing(f"{passport.key} is asked only with the subject's consent")
