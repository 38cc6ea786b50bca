"""The table of forms: how each is read, and how its chain is told of an event or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from contracts.errors import Problem
from contracts.intakes import IntakeForm
from gateway.pushed.forms.wrapper import read_submission
from gateway.pushed.messages import ToldEvent, write_event, write_refusal
from gateway.pushed.submission import Submission


@dataclass(frozen=True)
class Form:
    read: Callable[[bytes], Submission]
    """Raises CallerError."""
    write_event: Callable[[ToldEvent], bytes]
    write_refusal: Callable[[str, Sequence[Problem]], bytes]


FORMS: Mapping[IntakeForm, Form] = MappingProxyType(
    {IntakeForm.WRAPPER: Form(read_submission, write_event, write_refusal)}
)
