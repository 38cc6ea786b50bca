"""The table of forms: how each is read, and how its chain is told of an event or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from contracts.errors import Problem
from contracts.intakes import IntakeForm, IntakeProfile
from gateway.pushed.forms import ministry_2014_form as ministry
from gateway.pushed.forms import service_centre_form as centre
from gateway.pushed.forms.wrapper import read_submission
from gateway.pushed.messages import ChainIds, ToldEvent, write_event, write_refusal
from gateway.pushed.submission import Announcement, Submission


def _no_reference(document: bytes) -> str:
    return ""


@dataclass(frozen=True)
class Form:
    read: Callable[[bytes, IntakeProfile], Submission | Announcement]
    """Raises CallerError."""
    write_event: Callable[[ToldEvent, ChainIds], bytes]
    write_refusal: Callable[[str, Sequence[Problem], ChainIds], bytes]
    read_reference: Callable[[bytes], str] = _no_reference
    """The sender's own id of the application, whatever else is wrong with the document."""
    write_announced: Callable[[ChainIds], bytes] | None = None
    """The answer to an announcement, of a form that has them."""


FORMS: Mapping[IntakeForm, Form] = MappingProxyType(
    {
        IntakeForm.WRAPPER: Form(lambda document, _: read_submission(document), write_event, write_refusal),
        IntakeForm.MINISTRY_2014: Form(ministry.read_submission, ministry.write_event, ministry.write_refusal),
        IntakeForm.SERVICE_CENTRE: Form(
            centre.read_message,
            centre.write_event,
            centre.write_refusal,
            centre.read_reference,
            centre.write_announced,
        ),
    }
)
