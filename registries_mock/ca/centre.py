"""What the centre answers over HTTP: lists, the responder, timestamps and its own certificates; without a socket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from registries_mock.ca import ocsp_answers, tsp
from registries_mock.ca.addresses import DELTA
from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import JournalBroken
from registries_mock.ca.hierarchy import ISSUING, ROOT
from registries_mock.ca.key_pairs import GOST_2015, RSA
from registries_mock.ca.published_lists import FULL_HOLDS, write_list
from registries_mock.ca.responder import Responder
from registries_mock.ca.signers import Signers
from registries_mock.ca.stamping import Stamping
from registries_mock.ca.trouble_rows import Service, Trouble
from registries_mock.ca.troubles import Troubles
from registries_mock.clock import Clock
from registries_mock.wire import HttpReply

_LIST: Final = "application/pkix-crl"
_CERTIFICATE: Final = "application/pkix-cert"
_TEXT: Final = "text/plain; charset=utf-8"
NOT_HERE: Final = HttpReply(404, b"Nothing is published under this name.\n", _TEXT)


class Centre:
    """The services of one authority. What they say is as of the clock; the record of revocations is read each time,
    because a command may have added to it."""

    def __init__(self, authority: Authority, troubles: Troubles, clock: Clock) -> None:
        self._authority = authority
        self._troubles = troubles
        self._clock = clock
        self._signers = Signers(authority, clock)
        self._responder = Responder(authority, self._signers, clock)
        self._stamping = Stamping(self._signers, clock)

    def publish_list(self, file: str) -> HttpReply:
        """`issuing.crl`, or the changes `issuing_d.crl`; so of all authorities."""
        name = file.removesuffix(".crl")
        if not file.endswith(".crl") or name.removesuffix(DELTA) not in self._authority.issuers():
            return NOT_HERE
        return self._troubles.serve(Service.CRL, name, partial(self._write_list, name))

    def publish_certificate(self, file: str) -> HttpReply:
        """`issuing.cer`: the DER of an authority's certificate."""
        issuer = self._authority.issuers().get(file.removesuffix(".cer"))
        if issuer is None or not file.endswith(".cer"):
            return NOT_HERE
        return HttpReply(200, issuer.certificate.der, _CERTIFICATE)

    def answer(self, request: bytes) -> HttpReply:
        """The answer of the responder."""

        def write(trouble: Trouble | None) -> HttpReply:
            return HttpReply(200, self._responder.answer(request, trouble), ocsp_answers.MEDIA_TYPE)

        return self._troubles.serve(Service.OCSP, "", write)

    def stamp(self, request: bytes, algorithm: str | None = None) -> HttpReply:
        """The answer of the timestamping service, GOST where the authority has it and nothing else is said."""
        halves = self._authority.hierarchies
        chosen = algorithm or (GOST_2015.name if GOST_2015.name in halves else RSA.name)
        if chosen not in halves:
            return NOT_HERE

        def write(trouble: Trouble | None) -> HttpReply:
            return HttpReply(200, self._stamping.answer(request, chosen, trouble), tsp.MEDIA_TYPE)

        return self._troubles.serve(Service.TSP, "", write)

    def _write_list(self, name: str, trouble: Trouble | None) -> HttpReply:
        owner, delta = name.removesuffix(DELTA), name.endswith(DELTA)
        kind, variant = (trouble.kind, trouble.variant) if trouble else ("", "")
        if kind == "other_list" and variant == "other-kind":
            delta = not delta
        elif kind == "other_list":
            owner = _name_other(owner)
        at = self._clock()
        if trouble is not None and kind == "stale":
            # The list as it was, when its end was so long ago as the row says.
            at -= FULL_HOLDS + timedelta(seconds=trouble.seconds)
        try:
            revocations = [one for one in self._authority.journal.read() if one.issuer == owner]
        except (JournalBroken, OSError):
            return HttpReply(503, f"{JournalBroken.code}\n".encode(), _TEXT)
        signer = self._signers.of_list(owner, variant if kind == "wrong_signer" else "")
        return HttpReply(200, write_list(signer, revocations, at, delta=delta), _LIST)


FindCentre = Callable[[], Centre]


def _name_other(name: str) -> str:
    """The root in the place of the issuing authority, and the other way about."""
    return name.replace(ISSUING, ROOT) if name.startswith(ISSUING) else name.replace(ROOT, ISSUING)
