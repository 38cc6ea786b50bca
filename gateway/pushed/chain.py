"""Ports: the provider's side of the bus, and its file store; what fails there is told once, as what it is."""

from __future__ import annotations

from logging import WARNING
from typing import Protocol

from adapters.file_store import StoredFile
from adapters.ports import Deadline
from contracts.errors import GatewayError
from contracts.exchange import Arrival, LaterKind
from gateway.logs import log_crash, log_event


class Chain(Protocol):
    def read_document(self, arrival: Arrival) -> bytes:
        """The document that the message carries; raises ContractBroken."""

    def send(
        self, document: bytes, *, kind: LaterKind, correlation_id: str, service_id: str, deadline: Deadline
    ) -> str:
        """The id of the message on the bus."""

    def accept_delivery(self, arrival: Arrival, deadline: Deadline) -> None: ...

    def refuse_delivery(self, arrival: Arrival, code: str, deadline: Deadline) -> None: ...

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]: ...


class Files(Protocol):
    def download(self, question_id: str, file_id: str, *, deadline: Deadline) -> StoredFile | None:
        """None where nothing lies under the id; raises RegistryError, TooLarge."""


def log_failure(error: Exception, event: str, service_id: str) -> None:
    if isinstance(error, GatewayError):
        log_event(event, level=WARNING, code=error.code, service_id=service_id)
    else:
        log_crash(error, event_of=event, service_id=service_id)
