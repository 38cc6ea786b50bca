"""The ministry's message of 2014 as a form: what it submits, and in what words its sender is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.errors import CallerError, Problem
from contracts.intakes import IntakeProfile
from gateway.pushed import messages
from gateway.pushed.forms.ministry_2014 import derive_application
from gateway.pushed.forms.ministry_2014_carried import read_carried
from gateway.pushed.forms.ministry_2014_reply import write_response
from gateway.pushed.messages import ChainIds, ToldEvent
from gateway.pushed.submission import Submission

_ACCEPTED = "application_accepted"


def read_submission(document: bytes, profile: IntakeProfile) -> Submission:
    """Raises MalformedInput or InvalidInput, with places in the message."""

    def derive(signed: bytes) -> bytes:
        try:
            return derive_application(signed, profile.service)
        except CallerError as error:
            raise ValueError("the signed bytes make no application") from error

    return Submission(derive_application(document, profile.service), document, derive, note=_note)


def write_event(told: ToldEvent, chain: ChainIds) -> bytes:
    """The acceptance in the words of 2014; what comes later they had no message for."""
    if told.kind != _ACCEPTED:
        return messages.write_event(told, chain)
    return _respond(chain, "accepted", told.applicant_iin, told.number)


def write_refusal(code: str, problems: Sequence[Problem], chain: ChainIds) -> bytes:
    """Whom it was about is not known any more: nothing is kept of what is refused."""
    return _respond(chain, "refused", "", " ".join(dict.fromkeys((code, *(one.code for one in problems)))))


def _note(signed: bytes) -> dict[str, Any]:
    return {
        "carried": [
            {
                "kind": answer.kind,
                "title": answer.title.model_dump(),
                "iin": answer.iin,
                "values": [{"label": one.label.model_dump(), "text": one.text} for one in answer.values],
            }
            for answer in read_carried(signed)
        ]
    }


def _respond(chain: ChainIds, outcome: Any, iin: str, detail: str) -> bytes:
    return write_response(
        iin, outcome, message_id=chain.message_id, chain_id=chain.correlation_id, at=chain.at, detail=detail
    )
