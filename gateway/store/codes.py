"""Applications that wait for a one-time code: sealed, with a keyed hash of the code, counted a day, soon forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from contracts.errors import Conflict, Problem, TooManyRequests
from gateway.core.calendar import ALMATY
from gateway.store.code_tables import code_sends, waiting_codes
from gateway.store.database import Database
from gateway.store.ordering import hold_words
from gateway.store.sealing import Sealer

_KEPT = timedelta(days=1)
"""What nobody signed is forgotten after this, and with it the applicant's data."""
_COUNTED = timedelta(days=2)


@dataclass(frozen=True)
class WaitingCode:
    application_id: str
    client_id: str
    idempotency_key: str
    request_sha256: str
    content: bytes = field(repr=False)
    phone: str = field(repr=False)
    accepted_by: str
    codes: int
    """Sent so far; the last one counts."""
    sent_at: datetime
    expires_at: datetime
    phone_answer: str
    """Id of the phone base's answer."""

    def resent(self, at: datetime, expires_at: datetime) -> WaitingCode:
        return replace(self, codes=self.codes + 1, sent_at=at, expires_at=expires_at)


@dataclass(frozen=True)
class CodeStore:
    database: Database
    sealer: Sealer

    def fingerprint(self, plain: bytes) -> str:
        return self.sealer.fingerprint(plain)

    def count(self, application_id: str, iin: str, phone: str, now: datetime, a_day: int) -> None:
        """Count one code more of the IIN and of the phone; raises TooManyRequests where the day has no more."""

        def change(connection: Connection) -> None:
            self._count(connection, application_id, iin, phone, now, a_day)

        self.database.write(change)

    def add(self, waiting: WaitingCode, bound: str) -> None:
        """Raises Conflict where the same idempotency key waits already: it came twice at once."""
        w = waiting_codes

        def change(connection: Connection) -> None:
            key = waiting.idempotency_key
            hold_words(connection, key and f"{waiting.client_id}:{key}")
            _forget(connection, waiting.sent_at)
            if key and self._find_key(connection, waiting.client_id, key, waiting.sent_at):
                raise _conflict()
            connection.execute(
                insert(w).values(
                    application_id=waiting.application_id,
                    client_id=waiting.client_id,
                    idempotency_key=waiting.idempotency_key or None,
                    request_sha256=waiting.request_sha256,
                    sealed_content=self._seal(waiting.application_id, "content", waiting.content),
                    sealed_phone=self._seal(waiting.application_id, "phone", waiting.phone.encode()),
                    accepted_by=waiting.accepted_by,
                    codes=waiting.codes,
                    tries=0,
                    bound=bound,
                    created_at=waiting.sent_at,
                    sent_at=waiting.sent_at,
                    expires_at=waiting.expires_at,
                    phone_answer=waiting.phone_answer,
                    receipt="",
                )
            )

        self.database.write(change)

    def forget(self, now: datetime) -> None:
        """What nobody signed in time: it says too much about a person to lie until somebody else begins."""
        self.database.write(lambda connection: _forget(connection, now))

    def find(self, application_id: str, now: datetime) -> WaitingCode | None:
        w = waiting_codes
        mine = (w.c.application_id == application_id) & (w.c.created_at >= now - _KEPT)
        with self.database.read() as connection:
            row = connection.execute(select(w).where(mine)).one_or_none()
        if row is None:
            return None
        return WaitingCode(
            application_id=row.application_id,
            client_id=row.client_id,
            idempotency_key=row.idempotency_key or "",
            request_sha256=row.request_sha256,
            content=self._open(application_id, "content", row.sealed_content),
            phone=self._open(application_id, "phone", row.sealed_phone).decode(),
            accepted_by=row.accepted_by,
            codes=row.codes,
            sent_at=row.sent_at,
            expires_at=row.expires_at,
            phone_answer=row.phone_answer,
        )

    def find_waiting(
        self, client_id: str, idempotency_key: str, request_sha256: str, now: datetime
    ) -> WaitingCode | None:
        """What waits under the key; raises Conflict where it came with another body."""
        with self.database.read() as connection:
            found = self._find_key(connection, client_id, idempotency_key, now)
        if found is None:
            return None
        if found[1] != request_sha256:
            raise _conflict()
        return self.find(found[0], now)

    def replace(
        self, waiting: WaitingCode, bound: str, iin: str, *, may_resend: Callable[[datetime, int], bool], a_day: int
    ) -> None:
        """Another code in the place of the last; `may_resend`: of (last sent at, codes so far).

        Raises TooManyRequests where it comes too soon, too often, or another call was quicker.
        """
        w = waiting_codes

        def change(connection: Connection) -> None:
            hold_words(connection, waiting.application_id)
            mine = w.c.application_id == waiting.application_id
            row = connection.execute(select(w.c.sent_at, w.c.codes).where(mine)).one_or_none()
            if row is None or row.codes != waiting.codes - 1 or not may_resend(row.sent_at, row.codes):
                raise _too_many()
            self._count(connection, waiting.application_id, iin, waiting.phone, waiting.sent_at, a_day)
            values = {"codes": waiting.codes, "tries": 0, "bound": bound, "receipt": ""}
            values |= {"sent_at": waiting.sent_at, "expires_at": waiting.expires_at}
            connection.execute(update(w).where(mine, w.c.codes == row.codes).values(values))

        self.database.write(change)

    def try_code(
        self, application_id: str, bound: str, now: datetime, tries: int, is_same: Callable[[str, str], bool]
    ) -> bool:
        """Whether it is the code; each try is counted before it is judged, and a code that is burned is no code."""
        w = waiting_codes

        def change(connection: Connection) -> bool:
            mine = w.c.application_id == application_id
            open_still = mine & (w.c.tries < tries) & (w.c.expires_at >= now)
            if not connection.execute(update(w).where(open_still).values(tries=w.c.tries + 1)).rowcount:
                return False
            return is_same(connection.execute(select(w.c.bound).where(mine)).scalar_one(), bound)

        return self.database.write(change)

    def note_receipt(self, application_id: str, n: int, receipt: str) -> None:
        w = waiting_codes
        mine = (w.c.application_id == application_id) & (w.c.codes == n)
        self.database.write(lambda c: c.execute(update(w).where(mine).values(receipt=receipt[:120])))

    def read_receipt(self, application_id: str, n: int) -> str:
        w = waiting_codes
        with self.database.read() as connection:
            mine = (w.c.application_id == application_id) & (w.c.codes == n)
            return connection.execute(select(w.c.receipt).where(mine)).scalar() or ""

    def drop(self, application_id: str) -> None:
        """Nothing waits any more."""
        w = waiting_codes
        self.database.write(lambda c: c.execute(delete(w).where(w.c.application_id == application_id)))

    def _count(
        self, connection: Connection, application_id: str, iin: str, phone: str, now: datetime, a_day: int
    ) -> None:
        s = code_sends
        iin_print, phone_print = self.fingerprint(f"iin:{iin}".encode()), self.fingerprint(f"phone:{phone}".encode())
        begins = now.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0)
        hold_words(connection, iin_print, phone_print)
        connection.execute(delete(s).where(s.c.at < now - _COUNTED))
        for own in (s.c.iin_print == iin_print, s.c.phone_print == phone_print):
            sent = connection.execute(select(func.count()).select_from(s).where(own, s.c.at >= begins)).scalar_one()
            if sent >= a_day:
                raise _too_many()
        row = {"application_id": application_id, "at": now, "iin_print": iin_print, "phone_print": phone_print}
        connection.execute(insert(s).values(row))

    def _find_key(self, connection: Connection, client_id: str, key: str, now: datetime) -> tuple[str, str] | None:
        w = waiting_codes.c
        mine = (w.client_id == client_id, w.idempotency_key == key, w.created_at >= now - _KEPT)
        row = connection.execute(select(w.application_id, w.request_sha256).where(*mine)).one_or_none()
        return (row.application_id, row.request_sha256) if row else None

    def _seal(self, application_id: str, part: str, plain: bytes) -> bytes:
        return self.sealer.seal(plain, f"waiting_codes:{application_id}:{part}")

    def _open(self, application_id: str, part: str, sealed: bytes) -> bytes:
        return self.sealer.open(sealed, f"waiting_codes:{application_id}:{part}")


def _forget(connection: Connection, now: datetime) -> None:
    connection.execute(delete(waiting_codes).where(waiting_codes.c.created_at < now - _KEPT))
    connection.execute(delete(code_sends).where(code_sends.c.at < now - _COUNTED))


def _too_many() -> TooManyRequests:
    detail = "another code cannot be sent now: wait, or sign with an EDS"
    return TooManyRequests(problems=(Problem("otp-limit", "", detail),))


def _conflict() -> Conflict:
    return Conflict(problems=(Problem("idempotency-conflict", "", "the Idempotency-Key was used before"),))
