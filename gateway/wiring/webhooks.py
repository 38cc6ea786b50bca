"""The sweeper that tells clients of events, over the settings: which hosts, by which authorities."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from contracts.errors import SettingInvalid
from gateway.clock import Clock
from gateway.http import WebhookLine
from gateway.settings import Settings
from gateway.store.bus_clients import OVER_THE_BUS
from gateway.store.webhook_queue import Owed, WebhookQueue
from gateway.webhooks.addresses import WebhookHosts
from gateway.webhooks.sending import Sender
from gateway.webhooks.sweeper import AT_ONCE, WebhookSweeper
from gateway.wiring.foundation import Foundation


def build_webhooks(
    stack: ExitStack,
    base: Foundation,
    settings: Settings,
    clock: Clock,
    tell_bus: Callable[[Owed], None],
    on_duty: Callable[[], bool] = lambda: True,
) -> WebhookSweeper:
    """Raises SettingInvalid. `tell_bus` tells a client on the chain that it began."""
    if settings.webhook_ca_file is not None and not settings.webhook_ca_file.is_file():
        raise SettingInvalid("ASP_WEBHOOK_CA_FILE does not name a file")
    line = WebhookLine(str(settings.webhook_ca_file or ""))
    stack.callback(line.close)
    hosts = WebhookHosts(frozenset(settings.webhook_hosts), settings.is_production)
    sender = Sender(hosts, line.post, clock)

    def send(owed: Owed) -> None:
        (tell_bus if owed.url == OVER_THE_BUS else sender.send)(owed)

    return WebhookSweeper(
        WebhookQueue(base.database, base.sealer),
        send,
        clock,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook"),
        after_commit=base.applications.announce,
        on_duty=on_duty,
    )
