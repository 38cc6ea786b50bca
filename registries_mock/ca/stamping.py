"""The centre's timestamping service: the token for a request, and what is wrong with it on demand."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

from registries_mock.ca.signers import STAMPER, Signers
from registries_mock.ca.trouble_rows import Trouble
from registries_mock.ca.tsp import POLICY, Rejected, StampRequest, read_request, write_rejection
from registries_mock.clock import Clock
from signing.timestamps.making import grant, make_token_over

_SERIAL_BITS: Final = 64
_IN_ORDER: Final = Trouble(0, "")
_OTHER_POLICY: Final = "1.2.398.3.3.2.6.99"


class Stamping:
    """Stamps by the clock."""

    def __init__(self, signers: Signers, clock: Clock) -> None:
        self._signers = signers
        self._clock = clock

    def answer(self, request: bytes, algorithm: str, trouble: Trouble | None) -> bytes:
        """The DER of the TimeStampResp, with a token by a key of that algorithm, or why there is none."""
        wrong = trouble or _IN_ORDER
        if wrong.kind == "declined":
            return write_rejection(wrong.variant)
        try:
            wanted = read_request(request)
        except Rejected as rejection:
            return write_rejection(rejection.failure)
        return grant(self._make_token(_spoil(wanted, wrong), algorithm, wrong))

    def _make_token(self, wanted: StampRequest, algorithm: str, wrong: Trouble) -> bytes:
        variant = wrong.variant if wrong.kind == "wrong_signer" else ""
        ahead = timedelta(seconds=wrong.seconds) if wrong.kind == "future" else timedelta()
        return make_token_over(
            wanted.hash_oid,
            wanted.imprint,
            self._signers.of_service(STAMPER, algorithm, variant),
            self._clock() + ahead,
            policy_oid=_OTHER_POLICY if wrong.kind == "wrong_policy" else POLICY,
            serial_number=1 << _SERIAL_BITS | secrets.randbits(_SERIAL_BITS),
            nonce=wanted.nonce,
            with_certificate=wanted.wants_certificate,
        )


def _spoil(wanted: StampRequest, wrong: Trouble) -> StampRequest:
    """As if something else had been asked."""
    match wrong.kind, wrong.variant:
        case "wrong_imprint", _:
            return replace(wanted, imprint=bytes(255 - one for one in wanted.imprint))
        case "nonce", "missing":
            return replace(wanted, nonce=None)
        case "nonce", _:
            return replace(wanted, nonce=(wanted.nonce or 0) + 1)
        case _:
            return wanted
