"""What people bring and hand over: documents that close inquiries, asks by hand, notices that reached the applicant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from contracts.errors import InvalidInput, NotFound, Problem
from gateway.core.proceedings import DeliveryChannel, DeliveryState
from gateway.store import course_tables as t
from gateway.store.acting import Acting, Actor, Change, tell
from gateway.store.course_rows import NewDocument
from gateway.store.documents import Bringer, insert_document
from gateway.store.rows import Audience, Told
from gateway.store.tables import exchanges, inquiries, parts


@dataclass(frozen=True)
class DocumentActs:
    acting: Acting

    def add_document(self, application_id: str, new: NewDocument, actor: Actor) -> str:
        """Keep a document and close its inquiries with it; its id. The same content twice is the first one.

        Raises Conflict where the case is over.
        """
        kept: list[str] = []
        self.acting.act(application_id, self.keeping(application_id, new, actor, kept))
        return kept[0]

    def keeping(self, application_id: str, new: NewDocument, actor: Actor, kept: list[str]) -> Change:
        """The change that keeps a document, for an act that does more besides; the id is added to `kept`."""

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            d = t.documents
            _check_letter(connection, application_id, new.letter)
            _check_cells(connection, application_id, new.cells)
            same = select(d.c.id).where(d.c.application_id == application_id, d.c.sha256 == new.sha256)
            known = connection.execute(same.where(d.c.kind == new.kind)).scalar()
            document_id = known or insert_document(
                connection, self.acting.sealer, application_id, new, Bringer(actor.client_id, actor.name, at)
            )
            kept.append(document_id)
            c = t.document_cells
            there = set(connection.execute(select(c.c.inquiry_id).where(c.c.document_id == document_id)).scalars())
            fresh = [cell for cell in new.cells if cell not in there]
            for cell in fresh:
                row = {"document_id": document_id, "inquiry_id": cell, "application_id": application_id, "at": at}
                connection.execute(insert(c).values(row))
            if known is not None and not fresh:
                return ()
            data = {"document": document_id, "kind": new.kind, "cells": fresh, "by": actor.name, "sha256": new.sha256}
            return (tell("document_added", data),)

        return change

    def ask_again(self, application_id: str, inquiry_id: str, actor: Actor) -> None:
        """Every exchange of an inquiry is asked at once, whatever its state. Raises NotFound."""

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            p = parts.c
            asked = select(p.exchange_id).where(
                p.application_id == application_id, p.inquiry_id == inquiry_id, p.exchange_id.is_not(None)
            )
            ids = list(connection.execute(asked).scalars())
            if not ids:
                raise NotFound(problems=(Problem("inquiry-not-found", "", "no such inquiry that a registry answers"),))
            connection.execute(update(exchanges).where(exchanges.c.id.in_(ids)).values(again_at=at))
            return (tell("inquiry_asked_again", {"inquiry": inquiry_id, "by": actor.name}),)

        self.acting.act(application_id, change)

    def deliver_notice(self, application_id: str, n: int, channel: DeliveryChannel, actor: Actor, receipt: str) -> bool:
        """A notice reached the applicant; False where that was known before. Raises NotFound."""
        done = False

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            nonlocal done
            d, mine = t.deliveries, (t.deliveries.c.application_id == application_id) & (t.deliveries.c.n == n)
            kept = connection.execute(select(t.notices.c.kind).where(_notice(application_id, n))).scalar()
            if kept is None:
                raise NotFound(problems=(Problem("notice-not-found", "", "there is no such notice"),))
            state = connection.execute(select(d.c.state).where(mine, d.c.channel == channel.value)).scalar()
            if state == DeliveryState.DELIVERED.value:
                return ()
            if state is None:
                row = {"application_id": application_id, "n": n, "channel": channel.value, "tries": 0, "cause": ""}
                connection.execute(insert(d).values(row | {"state": DeliveryState.WAITING.value}))
            delivered = {"state": "delivered", "delivered_at": at, "delivered_by": actor.name, "receipt": receipt}
            connection.execute(
                update(d).where(mine, d.c.channel == channel.value).values(next_try_at=None, cause="", **delivered)
            )
            done = True
            return (Told("notice_delivered", Audience.ALL, {"notice": n, "channel": channel.value}),)

        self.acting.act(application_id, change, even_over=True)
        return done


def _check_letter(connection: Connection, application_id: str, n: int | None) -> None:
    c = t.letters.c
    mine = select(c.n).where(c.application_id == application_id, c.n == n)
    if n is not None and connection.execute(mine).first() is None:
        raise InvalidInput(problems=(Problem("letter-not-found", "/letter", "there is no such letter"),))


def _check_cells(connection: Connection, application_id: str, cells: Sequence[str]) -> None:
    i = inquiries.c
    query = select(i.id).where(i.application_id == application_id, i.id.in_(cells))
    known = set(connection.execute(query).scalars())
    if not cells or not set(cells) <= known:
        raise InvalidInput(problems=(Problem("inquiry-not-found", "/inquiries", "an inquiry is not of this case"),))


def _notice(application_id: str, n: int) -> Any:
    return (t.notices.c.application_id == application_id) & (t.notices.c.n == n)
