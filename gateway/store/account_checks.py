"""Checks of accounts, counted a day by keyed hashes: whose an account is may not be tried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from contracts.errors import Problem, TooManyRequests
from gateway.core.calendar import ALMATY
from gateway.store.account_tables import account_checks
from gateway.store.database import Database
from gateway.store.ordering import hold_words
from gateway.store.sealing import Sealer

_COUNTED = timedelta(days=2)


@dataclass(frozen=True)
class AccountCheckStore:
    database: Database
    sealer: Sealer

    def fingerprint(self, plain: bytes) -> str:
        return self.sealer.fingerprint(plain)

    def count(self, client_id: str, iin: str, iban: str, now: datetime, *, a_day: int, of_client: int) -> None:
        """Count one check more of the IIN, of the IBAN and of the client; raises TooManyRequests where the day has no
        more, and then nothing is counted. Two at once, of several processes too, are counted both."""
        a = account_checks
        iin_print, iban_print = self.fingerprint(f"iin:{iin}".encode()), self.fingerprint(f"iban:{iban}".encode())
        begins = now.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0)

        def change(connection: Connection) -> None:
            hold_words(connection, iin_print, iban_print, client_id)
            connection.execute(delete(a).where(a.c.at < now - _COUNTED))
            limits = (
                (a.c.iin_print == iin_print, a_day),
                (a.c.iban_print == iban_print, a_day),
                (a.c.client_id == client_id, of_client),
            )
            for own, most in limits:
                asked = connection.execute(select(func.count()).select_from(a).where(own, a.c.at >= begins))
                if asked.scalar_one() >= most:
                    raise _too_many()
            row = {"client_id": client_id, "at": now, "iin_print": iin_print, "iban_print": iban_print}
            connection.execute(insert(a).values(row))

        self.database.write(change)


def _too_many() -> TooManyRequests:
    detail = "no more accounts are checked today for this person, this account or this client"
    return TooManyRequests(problems=(Problem("account-check-limit", "", detail),))
