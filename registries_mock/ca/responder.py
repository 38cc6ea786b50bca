"""The centre's OCSP responder: what it says to a question, and what it says on demand instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from asn1crypto import core, ocsp

from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import JournalBroken
from registries_mock.ca.journal import Revocation
from registries_mock.ca.ocsp_answers import Said, Told, write_answer, write_refusal
from registries_mock.ca.ocsp_questions import Malformed, Question, Wanted, read_question
from registries_mock.ca.signers import RESPONDER, Signers
from registries_mock.ca.trouble_rows import Trouble
from registries_mock.clock import Clock

_IN_ORDER: Final = Trouble(0, "")
_MINUTE: Final = timedelta(minutes=1)


class Responder:
    """It speaks for the issuing authorities, and not for the roots. The record of revocations is read each time."""

    def __init__(self, authority: Authority, signers: Signers, clock: Clock) -> None:
        self._authority = authority
        self._signers = signers
        self._clock = clock

    def answer(self, request: bytes, trouble: Trouble | None) -> bytes:
        """The DER of the answer, by the half that issued the first certificate that is known."""
        wrong = trouble or _IN_ORDER
        if wrong.kind == "declined":
            return write_refusal(wrong.variant)
        try:
            question = read_question(request)
            told = self._tell(question)
        except Malformed:
            return write_refusal("malformed_request")
        except (JournalBroken, OSError):
            return write_refusal("internal_error")
        variant = wrong.variant if wrong.kind == "wrong_signer" else ""
        return write_answer(_spoil(told, wrong), self._signers.of_service(RESPONDER, self._choose(question), variant))

    def _tell(self, question: Question) -> Told:
        algorithm = self._choose(question)
        return Told([self._say(one, algorithm) for one in question.wanted], self._clock(), question.nonce)

    def _say(self, wanted: Wanted, algorithm: str) -> Said:
        if self._find_half(wanted) != algorithm:
            return Said(wanted.name, known=False)
        name = self._authority.hierarchy(algorithm).addresses.name
        return Said(wanted.name, revocation=self._find_revocation(name, wanted.serial_number))

    def _find_revocation(self, name: str, serial_number: int) -> Revocation | None:
        now = self._clock()
        for one in self._authority.journal.read():
            if (one.issuer, one.serial_number) == (name, serial_number) and one.at <= now:
                return one
        return None

    def _choose(self, question: Question) -> str:
        halves = (self._find_half(one) for one in question.wanted)
        return next((one for one in halves if one), next(iter(self._authority.hierarchies)))

    def _find_half(self, wanted: Wanted) -> str | None:
        """Whose issuing authority is meant."""
        for name, hierarchy in self._authority.hierarchies.items():
            if wanted.is_of(hierarchy.issuing.certificate):
                return name
        return None


def _spoil(told: Told, wrong: Trouble) -> Told:
    away = timedelta(seconds=wrong.seconds)
    match wrong.kind, wrong.variant:
        case "stale", "old":
            return replace(told, at=told.at - away)
        case "stale", _:
            # Of a moment ago, and still it says that it holds no more.
            return replace(told, at=told.at - 2 * _MINUTE, next_update=told.at - _MINUTE)
        case "future", _:
            return replace(told, at=told.at + away)
        case "nonce", "missing":
            return replace(told, nonce=None)
        case "nonce", _:
            return replace(told, nonce=core.OctetString(b"another question").dump())
        case "unknown", "unknown":
            return _say_of_each(told, lambda one: Said(one.name, known=False))
        case "unknown", _:
            return _say_of_each(told, lambda one: Said(one.name, issued=False))
        case "other_serial", _:
            return _say_of_each(told, lambda one: replace(one, name=_name_next(one.name)))
        case _:
            return told


def _say_of_each(told: Told, say: Callable[[Said], Said]) -> Told:
    return replace(told, said=[say(one) for one in told.said])


def _name_next(name: ocsp.CertId) -> ocsp.CertId:
    """The same with another serial number."""
    copy = ocsp.CertId.load(name.dump())
    copy["serial_number"] = copy["serial_number"].native + 1
    return copy
