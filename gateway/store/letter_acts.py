"""What people do to letters: signed, sent, answered by the body, withdrawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from contracts.errors import NotFound, Problem
from gateway.core.proceedings import LetterState
from gateway.store import course_tables as t
from gateway.store.acting import Acting, Actor, Change, conflict, invalid, tell
from gateway.store.incidents import close_incidents
from gateway.store.rows import Told

_DRAFTED, _SIGNED, _SENT = LetterState.DRAFTED, LetterState.SIGNED, LetterState.SENT

ON_PAPER = "paper"


@dataclass(frozen=True)
class PaperCopy:
    """What a letter on paper says: made for these cells."""

    pdf: bytes = field(repr=False)
    cells: tuple[str, ...]


@dataclass(frozen=True)
class LetterActs:
    acting: Acting

    def sign_letter(
        self, application_id: str, n: int, actor: Actor, how: str, pdf: bytes, signature: bytes, cells: Sequence[str]
    ) -> None:
        """`pdf` are the bytes that the detached CMS `signature` covers, made for these cells; `how`: by whose key.

        Raises Conflict where the letter is no draft any more, or asks for other cells now.
        """

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            letter = _letter(connection, application_id, n, (_DRAFTED,))
            if tuple(cells) != _cells(connection, application_id, n):
                raise conflict("letter-changed", "the draft was changed meanwhile: read it anew")
            context = f"letters:{application_id}:{n}"
            values = {
                "state": _SIGNED.value,
                "signed_at": at,
                "signed_by": actor.name,
                "signed_how": how,
                "sealed_pdf": self.acting.sealer.seal(pdf, f"{context}:pdf"),
                "sealed_signature": self.acting.sealer.seal(signature, f"{context}:signature"),
            }
            _change_letter(connection, application_id, n, values)
            return (tell("letter_signed", {"letter": n, "owner": letter.owner, "by": actor.name, "how": how}),)

        self.acting.act(application_id, change)

    def send_letter(
        self,
        application_id: str,
        n: int,
        actor: Actor,
        channel: str,
        number: str,
        sent_at: datetime,
        paper: PaperCopy | None = None,
    ) -> None:
        """A signed letter, or a draft that was signed on paper, went out; `sent_at` is not ahead of now.

        `paper`: what a letter on paper said, kept with it. Raises Conflict where the draft asks for other cells now.
        """

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            letter = _letter(connection, application_id, n, (_DRAFTED, _SIGNED))
            if letter.state == _DRAFTED.value and channel != ON_PAPER:
                raise conflict("letter-unsigned", "a draft that nobody signed goes out on paper alone")
            if not letter.drafted_at <= sent_at <= at:
                raise invalid("/sent_at", "a letter is sent after its draft, and not in the future")
            values: dict[str, Any] = {
                "state": _SENT.value,
                "sent_at": sent_at,
                "sent_by": actor.name,
                "sent_channel": channel,
                "sent_number": number,
            }
            if paper is not None:
                if paper.cells != _cells(connection, application_id, n):
                    raise conflict("letter-changed", "the draft was changed meanwhile: read it anew")
                context = f"letters:{application_id}:{n}:paper"
                values["sealed_paper"] = self.acting.sealer.seal(paper.pdf, context)
            _change_letter(connection, application_id, n, values)
            return (tell_sent(n, letter.owner, actor, channel, number, sent_at),)

        self.acting.act(application_id, change)

    def answer_letter(self, application_id: str, n: int, actor: Actor, also: Sequence[Change] = ()) -> None:
        """The body answered a letter that was sent; `also`: what is committed with it (documents that close cells)."""

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            letter = _letter(connection, application_id, n, (_SENT,))
            _change_letter(connection, application_id, n, {"state": "answered", "answered_at": at})
            close_incidents(connection, at)
            told = [tell("letter_answered", {"letter": n, "owner": letter.owner, "by": actor.name})]
            for one in also:
                told += one(connection, at)
            return tuple(told)

        self.acting.act(application_id, change)

    def withdraw_letter(self, application_id: str, n: int, actor: Actor) -> None:
        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            letter = _letter(connection, application_id, n, (_DRAFTED, _SIGNED, _SENT))
            _change_letter(
                connection, application_id, n, {"state": "withdrawn", "withdrawn_at": at, "withdrawn_by_hand": True}
            )
            close_incidents(connection, at)
            return (tell("letter_withdrawn", {"letter": n, "owner": letter.owner, "by": actor.name}),)

        self.acting.act(application_id, change)


def tell_sent(n: int, owner: str, actor: Actor, channel: str, number: str, sent_at: datetime) -> Told:
    data = {"letter": n, "owner": owner, "by": actor.name, "channel": channel, "number": number}
    return tell("letter_sent", data | {"sent_at": sent_at})


def _letter(connection: Connection, application_id: str, n: int, states: Sequence[LetterState]) -> Row[tuple[Any, ...]]:
    letters = t.letters
    row = connection.execute(
        select(letters).where(letters.c.application_id == application_id, letters.c.n == n)
    ).one_or_none()
    if row is None:
        raise NotFound(problems=(Problem("letter-not-found", "", "there is no such letter"),))
    if row.state not in {state.value for state in states}:
        raise conflict("letter-state", f"the letter is {row.state}")
    return row


def _change_letter(connection: Connection, application_id: str, n: int, values: dict[str, Any]) -> None:
    letters = t.letters
    connection.execute(
        update(letters).where(letters.c.application_id == application_id, letters.c.n == n).values(values)
    )


def _cells(connection: Connection, application_id: str, n: int) -> tuple[str, ...]:
    c = t.letter_cells.c
    query = select(c.inquiry_id).where(c.application_id == application_id, c.n == n).order_by(c.position)
    return tuple(connection.execute(query).scalars())
