"""The exchanges that several checks look at: a question on the synchronous channel, in the ways that a run asks it."""

from __future__ import annotations

from xml.sax.saxutils import escape

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.conform.messages import SYNC_TYPES, write_data, write_sync
from registries_mock.conform.seen import Seen
from registries_mock.conform.visit import Visit

ANSWER = f"{{{SYNC_TYPES}}}SendMessageResponse"
CHAIN = "conform-chain"
"""The correlationId of the usual question."""


def session_of_run(visit: Visit) -> str:
    """The session id, in braces, that questions of this run carry where they carry one."""
    return visit.keep("session", lambda: f"{{{visit.world.new_id()}}}")


def write_info(
    visit: Visit, service_id: str, *, chain: str = "", sender: str = "", date: str = "", behind: str = ""
) -> str:
    """What stands in requestInfo, in the order of the types; the sender is the run's where none is said."""
    correlation = f"<correlationId>{escape(chain)}</correlationId>" if chain else ""
    return (
        f"<messageId>{visit.world.new_id()}</messageId>{correlation}<serviceId>{escape(service_id)}</serviceId>"
        f"<messageDate>{date or visit.moment}</messageDate>{sender or visit.sender}{behind}"
    )


def write_usual(
    visit: Visit, passport: Passport, *, behind: str = "", date: str = "", request: str = "request"
) -> bytes:
    """A question to a synchronous service as the types have it."""
    info = write_info(visit, passport.service_id, chain=CHAIN, behind=behind, date=date)
    return write_sync(info, write_data(passport, visit.question(passport)), request=request)


def ask_usual(visit: Visit) -> Seen:
    """The question that the requirements of the channel are judged by."""
    return ask_service(visit, visit.first(Protocol.SHEP_SYNC))


def ask_service(visit: Visit, passport: Passport) -> Seen:
    """The question to a synchronous service of the bus."""
    url = visit.target.url(visit.target.sync_path)
    visit.check_askable(passport)
    return visit.see(f"the question to {passport.key}", url, lambda: write_usual(visit, passport))


def ask_again(visit: Visit) -> Seen:
    """A second question like the first, with a session id."""
    passport = visit.first(Protocol.SHEP_SYNC)
    behind = f"<sessionId>{session_of_run(visit)}</sessionId>"
    url = visit.target.url(visit.target.sync_path)
    return visit.see("a question with a session id", url, lambda: write_usual(visit, passport, behind=behind))


def send_sync(visit: Visit, what: str, message: bytes, headers: dict[str, str] | None = None) -> Seen:
    """Any bytes to the synchronous channel."""
    url = visit.target.url(visit.target.sync_path)
    return visit.see(what, url, lambda: message, headers) if headers else visit.see(what, url, lambda: message)
