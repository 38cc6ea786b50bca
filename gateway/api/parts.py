"""Ports of the API: everything that an endpoint needs is handed in here, and nothing else is reached for."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts.catalogue import Catalogue
from contracts.errors import Problem, SettingInvalid
from gateway.clock import Clock
from gateway.core.terms import Terms
from gateway.engine.time_steps import TimeSteps
from gateway.intake.account_checks import AccountAnswer, AccountQuestion
from gateway.intake.code_signing import Waiting
from gateway.intake.draft import Draft
from gateway.intake.submit import Receipt, SubmitRequest
from gateway.office.office import Office
from gateway.store.port import ApplicationStore
from gateway.store.rows import AttemptRow, Client, Event, StoredApplication
from gateway.watching.spans import Span


def make_id() -> str:
    """A fresh id for one answer of the API."""
    return str(uuid.uuid4())


MOST_STREAMS = 4


def make_streams(threads: int) -> threading.BoundedSemaphore:
    """Places for live streams, each of which holds a thread: never more than half of the threads."""
    return threading.BoundedSemaphore(max(1, min(MOST_STREAMS, threads // 2)))


CheckSignature = Callable[[bytes, bytes | None, bytes | None], dict[str, Any]]
"""Port: (document, content of a detached signature, certificate of a bare one) -> the verdict in plain values.

Raises signing's DocumentUnrecognised.
"""


CheckAccount = Callable[[AccountQuestion, Client], AccountAnswer]
"""Port: whether an account is the applicant's own; raises GatewayError."""


def check_no_account(question: AccountQuestion, client: Client) -> AccountAnswer:
    raise SettingInvalid("no accounts are checked here")


WatchRequest = Callable[[str, str], AbstractContextManager[Span | None]]
"""Port: (route, its header `traceparent`) -> the span of a request; who answers writes the status into it."""


def unwatched(route: str, traceparent: str) -> AbstractContextManager[Span | None]:
    return nullcontext()


class Intake(Protocol):
    """Port: applications on their way in; each raises CallerError, and then nothing is kept."""

    def __call__(self, request: SubmitRequest, client: Client) -> Receipt | Waiting: ...

    def find_waiting(self, application_id: str, client: Client) -> None:
        """Raises NotFound where nothing of the client waits for a code under the id, or was signed by one."""

    def resend_code(self, application_id: str, client: Client) -> Waiting: ...

    def confirm_code(self, application_id: str, code: str, client: Client) -> Receipt: ...


@dataclass(frozen=True)
class ApiParts:
    catalogue: Catalogue
    clock: Clock
    submit: Intake
    make_draft: Callable[[bytes, Client], Draft]
    store: ApplicationStore
    assemble: Callable[[StoredApplication, Sequence[AttemptRow], Sequence[Event]], dict[str, Any]]
    """The dossier as plain JSON data."""
    read_terms: Callable[[StoredApplication], Terms]
    """The dates as they stand; the promised one is that which was kept at acceptance."""
    receive: Callable[[bytes], bytes]
    """A SOAP message that the bus pushes to us -> the SOAP answer."""
    check_signature: CheckSignature
    office: Office
    """What people do to applications, and what is told of that."""
    check_account: CheckAccount = check_no_account
    render_html: Callable[[dict[str, Any], str], str] | None = None
    """(dossier, language) -> the page; without it the dossier is JSON alone."""
    find_problems: Callable[[], tuple[Problem, ...]] = tuple
    """What keeps the gateway from its work: readiness asks."""
    write_figures: Callable[[], bytes] = bytes
    """The figures in Prometheus's text form."""
    metrics_token: str = field(default="", repr=False)
    """Who brings it reads the figures; "" = they are not there."""
    watch_request: WatchRequest = unwatched
    make_id: Callable[[], str] = make_id
    max_body_bytes: int = 5_000_000
    quiet_seconds: float = 15.0
    """How long a live stream may be silent before it says that it is there."""
    quiet_rounds: int = 20
    """After so many silences in a row a live stream ends; the caller connects again where it left off."""
    time: TimeSteps | None = None
    """The steps of a virtual clock; None where the time is real."""
    is_stopping: Callable[[], bool] = lambda: False
    """Whether live streams are to end: the caller connects again, to whoever serves then."""
    streams: threading.BoundedSemaphore = field(default_factory=lambda: make_streams(2 * MOST_STREAMS))
    """How many live streams may be open at once."""
