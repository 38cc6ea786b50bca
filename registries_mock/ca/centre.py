"""What the centre answers over HTTP: lists, the responder, timestamps and its own certificates; without a socket."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from registries_mock.ca import ocsp_answers, tsp
from registries_mock.ca.addresses import DELTA
from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import AuthorityError, JournalBroken
from registries_mock.ca.journal import Revocation
from registries_mock.ca.key_pairs import GOST_2015, RSA
from registries_mock.ca.ocsp_answers import Said, Told, write_answer, write_refusal
from registries_mock.ca.ocsp_questions import Malformed, Wanted, read_question
from registries_mock.ca.published_lists import write_list
from registries_mock.ca.service_keys import RESPONDER, STAMPER, ServiceKeys
from registries_mock.ca.tsp import Rejected, StampRequest, read_request, write_rejection
from registries_mock.clock import Clock
from registries_mock.wire import HttpReply
from signing.timestamps.making import grant, make_token_over

_LIST: Final = "application/pkix-crl"
_CERTIFICATE: Final = "application/pkix-cert"
_TEXT: Final = "text/plain; charset=utf-8"
_SERIAL_BITS: Final = 64
NOT_HERE: Final = HttpReply(404, b"Nothing is published under this name.\n", _TEXT)


class Centre:
    """The services of one authority. What they say is as of the clock; the record of revocations is read each time,
    because a command may have added to it."""

    def __init__(self, authority: Authority, clock: Clock) -> None:
        self._authority = authority
        self._clock = clock
        self._keys = ServiceKeys(authority, clock)

    def publish_list(self, file: str) -> HttpReply:
        """`issuing.crl`, or the changes `issuing_d.crl`; so of all authorities."""
        name = file.removesuffix(".crl")
        delta = name.endswith(DELTA)
        name = name.removesuffix(DELTA)
        issuer = self._authority.issuers().get(name)
        if issuer is None or not file.endswith(".crl"):
            return NOT_HERE
        try:
            revocations = self._revocations_of(name)
        except (JournalBroken, OSError) as failure:
            return _complain(failure)
        return HttpReply(200, write_list(issuer, revocations, self._clock(), delta=delta), _LIST)

    def publish_certificate(self, file: str) -> HttpReply:
        """`issuing.cer`: the DER of an authority's certificate."""
        issuer = self._authority.issuers().get(file.removesuffix(".cer"))
        if issuer is None or not file.endswith(".cer"):
            return NOT_HERE
        return HttpReply(200, issuer.certificate.der, _CERTIFICATE)

    def answer(self, request: bytes) -> HttpReply:
        """The responder's answer, by the half that issued the first certificate that is known."""
        try:
            question = read_question(request)
        except Malformed:
            return _respond(write_refusal("malformed_request"))
        algorithm = next(filter(None, map(self._find_half, question.wanted)), self._first_half())
        try:
            said = [self._say(one, algorithm) for one in question.wanted]
        except (JournalBroken, OSError):
            return _respond(write_refusal("internal_error"))
        told = Told(said, self._clock(), question.nonce)
        return _respond(write_answer(told, self._keys.find(RESPONDER, algorithm)))

    def stamp(self, request: bytes, algorithm: str | None = None) -> HttpReply:
        """The answer of the timestamping service, GOST where the authority has it and nothing else is said."""
        halves = self._authority.hierarchies
        algorithm = algorithm or (GOST_2015.name if GOST_2015.name in halves else RSA.name)
        if algorithm not in halves:
            return NOT_HERE
        try:
            wanted = read_request(request)
        except Rejected as rejection:
            return _reply_to_stamping(write_rejection(rejection.failure))
        return _reply_to_stamping(grant(self._make_token(wanted, algorithm, self._clock())))

    def _make_token(self, wanted: StampRequest, algorithm: str, at: datetime) -> bytes:
        return make_token_over(
            wanted.hash_oid,
            wanted.imprint,
            self._keys.find(STAMPER, algorithm),
            at,
            policy_oid=tsp.POLICY,
            serial_number=1 << _SERIAL_BITS | secrets.randbits(_SERIAL_BITS),
            nonce=wanted.nonce,
            with_certificate=wanted.wants_certificate,
        )

    def _say(self, wanted: Wanted, algorithm: str) -> Said:
        if self._find_half(wanted) != algorithm:
            return Said(wanted.name, known=False)
        name = self._authority.hierarchy(algorithm).addresses.name
        now = self._clock()
        found = (one for one in self._revocations_of(name) if one.serial_number == wanted.serial_number)
        return Said(wanted.name, revocation=next((one for one in found if one.at <= now), None))

    def _find_half(self, wanted: Wanted) -> str | None:
        """Whose issuing authority is meant; the responder does not speak for the roots."""
        for name, hierarchy in self._authority.hierarchies.items():
            if wanted.is_of(hierarchy.issuing.certificate):
                return name
        return None

    def _first_half(self) -> str:
        return next(iter(self._authority.hierarchies))

    def _revocations_of(self, name: str) -> list[Revocation]:
        return [one for one in self._authority.journal.read() if one.issuer == name]


FindCentre = Callable[[], Centre]


def _respond(answer: bytes) -> HttpReply:
    return HttpReply(200, answer, ocsp_answers.MEDIA_TYPE)


def _reply_to_stamping(answer: bytes) -> HttpReply:
    return HttpReply(200, answer, tsp.MEDIA_TYPE)


def _complain(failure: AuthorityError | OSError) -> HttpReply:
    code = failure.code if isinstance(failure, AuthorityError) else "file-unusable"
    return HttpReply(503, f"{code}\n".encode(), _TEXT)
