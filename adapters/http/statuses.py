"""What a reply means that is no message of the agreed protocol: an error status, or a page for people."""

from __future__ import annotations

from adapters.ports import HttpReply
from contracts.errors import ContractBroken, RegistryError, RegistryRefused, RegistryUnavailable

TRY_AGAIN = frozenset({408, 429})
NOT_TAKEN = frozenset({408, 413, 429, 503})
"""Statuses by which a server says that it did not take the request."""
_BLANK = b"\xef\xbb\xbf \t\r\n"


def judge_status(status: int) -> RegistryError:
    """Return the error that a status stands for, where the reply holds nothing that could be read."""
    if status >= 500 or status in TRY_AGAIN:
        error: RegistryError = RegistryUnavailable(f"HTTP {status} without a message")
        error.may_have_arrived = status not in NOT_TAKEN
        return error
    if status >= 400:
        return RegistryRefused(f"HTTP {status} without a message")
    if status >= 300:
        return ContractBroken(f"HTTP {status}: redirects are not followed")
    return ContractBroken(f"HTTP {status} without a message")


def refuse_pages(reply: HttpReply) -> None:
    """Raise for an empty body or one made for a browser: by the status, or ContractBroken where it says success."""
    start = reply.body[:64].lstrip(_BLANK).lower()
    if start and not start.startswith((b"<!doctype html", b"<html")) and not _is_html(reply.content_type):
        return
    if not 200 <= reply.status < 300:
        raise judge_status(reply.status)
    if not start:
        raise ContractBroken(f"HTTP {reply.status} with an empty body")
    raise ContractBroken("an HTML page came in place of a message")


def _is_html(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "text/html"
