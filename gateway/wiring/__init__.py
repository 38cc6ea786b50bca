"""The one place that joins the parts: settings in, a running gateway out."""

from gateway.wiring.adapters import describe_adapters
from gateway.wiring.foundation import make_find_law, open_bus_clients, open_store, open_webhooks
from gateway.wiring.running import open_gateway, open_worker

__all__ = [
    "describe_adapters",
    "make_find_law",
    "open_bus_clients",
    "open_gateway",
    "open_store",
    "open_webhooks",
    "open_worker",
]
