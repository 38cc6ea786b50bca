"""Which addresses are called: those on hosts that the operator named, in one plain form that nobody reads otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.errors import SettingInvalid

_PORTS = {"http": 80, "https": 443}
_LONGEST = 1000
# No user, no fragment, no backslash, no control character: what programs differ about when they look for the host.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,;=:%/?-]*)?"
)


class WebhookAddressRefused(SettingInvalid):
    """The address of a webhook is not one that this gateway calls."""

    code = "webhook-address-refused"
    title = "The address of the webhook is not one that is called."


@dataclass(frozen=True)
class WebhookHosts:
    """The hosts of ASP_WEBHOOK_HOSTS: `host` stands for the usual port of the scheme, `host:port` for that port."""

    hosts: frozenset[str]
    https_only: bool

    def check(self, url: str) -> None:
        """Raises WebhookAddressRefused, which does not repeat the address: a path or query may hold a key."""
        found = _ADDRESS.fullmatch(url) if len(url) <= _LONGEST else None
        if found is None:
            raise WebhookAddressRefused(
                "it must be http(s)://host[:port]/path in lower case, without user and fragment"
            )
        scheme, host, port = found["scheme"], found["host"], int(found["port"] or _PORTS[found["scheme"]])
        if self.https_only and scheme != "https":
            raise WebhookAddressRefused("in production only https is called")
        usual = {host} if port == _PORTS[scheme] else set()
        if self.hosts.isdisjoint({f"{host}:{port}"} | usual):
            raise WebhookAddressRefused("ASP_WEBHOOK_HOSTS does not name its host and port")
