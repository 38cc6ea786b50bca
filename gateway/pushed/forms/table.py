"""The table of forms: how each is read, and how its chain is told of an event or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from contracts.errors import Problem
from contracts.intakes import IntakeForm, IntakeProfile
from gateway.pushed.forms import ministry_2014_form as ministry
from gateway.pushed.forms.wrapper import read_submission
from gateway.pushed.messages import ChainIds, ToldEvent, write_event, write_refusal
from gateway.pushed.submission import Submission


@dataclass(frozen=True)
class Form:
    read: Callable[[bytes, IntakeProfile], Submission]
    """Raises CallerError."""
    write_event: Callable[[ToldEvent, ChainIds], bytes]
    write_refusal: Callable[[str, Sequence[Problem], ChainIds], bytes]


FORMS: Mapping[IntakeForm, Form] = MappingProxyType(
    {
        IntakeForm.WRAPPER: Form(lambda document, _: read_submission(document), write_event, write_refusal),
        IntakeForm.MINISTRY_2014: Form(ministry.read_submission, ministry.write_event, ministry.write_refusal),
    }
)
