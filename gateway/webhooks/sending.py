"""One try: the address is checked, the event signed and posted; only a status from 200 to 299 says it was taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import GatewayError
from gateway.store.webhook_queue import Owed
from gateway.webhooks.addresses import WebhookHosts
from gateway.webhooks.messages import write_body, write_headers

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Port: (address, body, headers) -> status; follows no redirect and ends in time. Raises GatewayError."""


class PortalRefused(GatewayError):
    """The portal answered, but not that it took the event."""

    code = "portal-refused"
    title = "The portal did not take the event."
    http_status = 502
    retryable = True


@dataclass(frozen=True)
class Sender:
    hosts: WebhookHosts
    post: Post
    clock: Callable[[], datetime]

    def send(self, owed: Owed) -> None:
        """Raises WebhookAddressRefused, PortalUnreached or PortalRefused, and the event is owed still."""
        # Again, though it was checked when it was set: the setting may have changed since.
        self.hosts.check(owed.url)
        body = write_body(owed)
        status = self.post(owed.url, body, write_headers(owed, body, self.clock()))
        if not 200 <= status < 300:
            raise PortalRefused(f"status {status}")
