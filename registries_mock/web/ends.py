"""How an application ends a connection in place of its reply, or in the middle of one: raised from its body."""

from __future__ import annotations


class Closed(Exception):
    """The connection is closed in order (FIN); what was not sent is not sent."""


class Torn(Exception):
    """The connection is torn down (RST)."""
