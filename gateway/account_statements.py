"""What we say of an account's owner, in a form that others carry: our statement, which only our own key can make.

It names nobody: of person and account there is a keyed hash alone, so that it says nothing to whoever carries it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Fingerprint = Callable[[bytes], str]
"""Port: a keyed hash, in hex."""
Owner = Literal["yes", "no"]
"""Whether the account is the person's own, as its bank said; what it did not say is no statement."""
_WORDS = get_args(Owner)


@dataclass(frozen=True)
class AccountStatement:
    about: str
    """Keyed hash of person and account."""
    owner: Owner
    at: datetime
    """When the bank's registry answered."""
    until: datetime


class NoStatement(ValueError):
    """The text is none of our statements."""


def name_account(iin: str, iban: str, fingerprint: Fingerprint) -> str:
    """What a statement about them is about."""
    return fingerprint(f"account of\n{iin}\n{''.join(iban.split()).upper()}".encode())


def write_statement(statement: AccountStatement, fingerprint: Fingerprint) -> str:
    told = {
        "about": statement.about,
        "owner": statement.owner,
        "at": statement.at.isoformat(),
        "until": statement.until.isoformat(),
    }
    body = base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{body}.{_seal(body, fingerprint)}"


def open_statement(text: str, fingerprint: Fingerprint) -> AccountStatement:
    """Raises NoStatement where our key did not make it."""
    body, _, seal = text.rpartition(".")
    if not text.isascii() or not hmac.compare_digest(_seal(body, fingerprint), seal):
        raise NoStatement
    return read_statement(text)


def read_statement(text: str) -> AccountStatement:
    """What a statement says, for whoever knows that it was opened before; raises NoStatement."""
    body = text.rpartition(".")[0]
    try:
        told = json.loads(base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True))
        if told["owner"] not in _WORDS:
            raise NoStatement
        return AccountStatement(
            about=str(told["about"]),
            owner=told["owner"],
            at=datetime.fromisoformat(told["at"]),
            until=datetime.fromisoformat(told["until"]),
        )
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise NoStatement from error


def _seal(body: str, fingerprint: Fingerprint) -> str:
    return fingerprint(b"statement of an account's owner\n" + body.encode())
