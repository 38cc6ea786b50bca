"""One-time codes: what they are, how long and how often; pure. Numbers are settings, for no public source has eGov's.

The code is bound to the exact application and the phone, and nothing at rest gives it away: only a keyed hash is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_ODDS = 1 / 10_000
"""Where the settings would leave more, the gateway does not start."""
Fingerprint = Callable[[bytes], str]
"""Port: a keyed hash, in hex."""


@dataclass(frozen=True)
class CodeRules:
    """NIST SP 800-63B (5.1.3.2): at least 20 bits, at most ten minutes, used once, tries bounded."""

    digits: int = 6
    lasts: timedelta = timedelta(minutes=5)
    tries: int = 5
    """Of one code; then it is burned."""
    resend_after: timedelta = timedelta(seconds=60)
    resends: int = 3
    """Of one application, beside the first code."""
    a_day: int = 10
    """Codes of one IIN, and to one phone, on one day."""

    @property
    def odds(self) -> float:
        """That somebody without the phone hits a code of one application, or of one IIN, by guessing for a day."""
        return self.tries * max(self.resends + 1, self.a_day) / float(10**self.digits)


@dataclass(frozen=True)
class Binding:
    """What a code is good for: nothing else is signed by it."""

    application_id: str
    content: bytes
    phone: str
    n: int
    """Number of the code within the application: an earlier one is good for nothing once a later one was sent."""


def make_code(rules: CodeRules) -> str:
    return f"{secrets.randbelow(10**rules.digits):0{rules.digits}d}"


def bind_code(binding: Binding, code: str, fingerprint: Fingerprint) -> str:
    """What is kept of a code."""
    digest = hashlib.sha256(binding.content).hexdigest()
    told = "\n".join(("one-time code", binding.application_id, str(binding.n), digest, binding.phone, code))
    return fingerprint(told.encode())


def is_same(kept: str, computed: str) -> bool:
    """In a time that does not tell where they differ."""
    return hmac.compare_digest(kept, computed)


def may_resend(sent_at: datetime, codes: int, now: datetime, rules: CodeRules) -> bool:
    return codes <= rules.resends and now >= sent_at + rules.resend_after


def mask_phone(phone: str) -> str:
    """`+7******0417`: enough for its owner to know which phone it is."""
    return f"{phone[:2]}{'*' * (len(phone) - 6)}{phone[-4:]}"
