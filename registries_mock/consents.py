"""Consent tokens (КДП): made for a person from the seed, recognised again without being stored. No person exists."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

_HEADER: Final = {"alg": "RS256", "typ": "JWT"}
LIVES: Final = timedelta(milliseconds=600_000)
"""How long a token opens something, where the request does not say (`expiresIn`)."""


@dataclass(frozen=True)
class Claims:
    """What a token of this seed says."""

    iin: str
    serial: int
    """Which of the person's consents it comes from: a later revocation makes it worthless."""
    expires_at: float

    def has_run_out(self, at: datetime) -> bool:
        return at.timestamp() >= self.expires_at


class Consents:
    """Gives out tokens that look like a JWT; the third part is a keyed hash, not a signature of RS256."""

    def __init__(self, seed: int) -> None:
        self._key = hashlib.sha256(f"consent:{seed}".encode()).digest()

    @property
    def public_key(self) -> str:
        """The key that goes with every token of this seed: invented bytes in base64."""
        return base64.b64encode(hashlib.sha512(self._key).digest()).decode()

    def issue(self, iin: str, at: datetime, lives: timedelta = LIVES, serial: int = 0) -> str:
        """A token for what registries hold on this person."""
        born = int(at.timestamp())
        claims = {"uin": iin, "iat": born, "exp": born + int(lives.total_seconds()), "jti": str(serial)}
        body = f"{_part(_HEADER)}.{_part(claims)}"
        return f"{body}.{self._seal(body)}"

    def read(self, token: str) -> Claims | None:
        """What a token says that was given out here, else None."""
        body, _, seal = token.rpartition(".")
        if not token.isascii() or not hmac.compare_digest(self._seal(body), seal):
            return None
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body.rpartition(".")[2] + "=="))
        return Claims(str(claims["uin"]), int(claims["jti"]), float(claims["exp"]))

    def _seal(self, body: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, body.encode(), "sha256")).decode().rstrip("=")


def _part(claims: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
