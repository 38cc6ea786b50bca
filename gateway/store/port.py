"""Port: what the API and the command line need of the store."""

from __future__ import annotations

from typing import Protocol

from gateway.store.rows import AttemptRow, Client, ClientKind, Event, NewApplication, StoredApplication


class ApplicationStore(Protocol):
    def add_client(
        self,
        name: str,
        kind: ClientKind,
        channel: str,
        *,
        employee: str = "",
        role: str = "",
        employee_iin: str | None = None,
        attests_bin: str = "",
    ) -> tuple[Client, str]:
        """The client and its key, which is shown once: only a hash is kept.

        `employee` is the surname and initials of the one person whose key it is, "" of an organisation's system.
        """

    def find_client(self, key: str) -> Client | None: ...

    def list_clients(self) -> tuple[Client, ...]: ...

    def revoke_client(self, client_id: str) -> None:
        """Raises NotFound."""

    def find_accepted(self, client_id: str, idempotency_key: str) -> tuple[str, str] | None:
        """(application id, hash of the request body) of an earlier acceptance under this key."""

    def accept(self, new: NewApplication) -> tuple[StoredApplication, bool]:
        """Commit application and first wake-up in one transaction; (the first one, False) where the same
        idempotency key came with the same body; raises Conflict where it came with another."""

    def read(self, application_id: str) -> StoredApplication:
        """Raises NotFound."""

    def is_over(self, application_id: str) -> bool:
        """Whether the case is decided or withdrawn: a cheap look, without the case."""

    def read_attempts(self, application_id: str) -> tuple[AttemptRow, ...]: ...

    def read_events(self, application_id: str, after: int = 0) -> tuple[Event, ...]: ...

    def wait_for_event(self, application_id: str, after: int, seconds: float) -> tuple[Event, ...]:
        """The events behind `after`: at once where there are some, else as soon as one comes, () when time is over."""
