"""Consent tokens (КДП): made for a person from the seed, recognised again without being stored. No person exists."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

_HEADER: Final = {"alg": "RS256", "typ": "JWT"}


class Consents:
    """Gives out tokens that look like a JWT; the third part is a keyed hash, not a signature of RS256."""

    def __init__(self, seed: int) -> None:
        self._key = hashlib.sha256(f"consent:{seed}".encode()).digest()

    @property
    def public_key(self) -> str:
        """The key that goes with every token of this seed: invented bytes in base64."""
        return base64.b64encode(hashlib.sha512(self._key).digest()).decode()

    def issue(self, iin: str, at: datetime) -> str:
        """A token for what registries hold on this person."""
        body = f"{_part(_HEADER)}.{_part({'uin': iin, 'iat': int(at.timestamp())})}"
        return f"{body}.{self._seal(body)}"

    def holder(self, token: str) -> str:
        """The IIN of the person for whom the token was given out here, else ""; tokens do not expire."""
        body, _, seal = token.rpartition(".")
        if not token.isascii() or not hmac.compare_digest(self._seal(body), seal):
            return ""
        return str(json.loads(base64.urlsafe_b64decode(body.rpartition(".")[2] + "=="))["uin"])

    def _seal(self, body: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, body.encode(), "sha256")).decode().rstrip("=")


def _part(claims: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
