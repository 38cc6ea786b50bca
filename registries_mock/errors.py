"""Why the mock suite refuses a message; each kind has its code on the wire (assumed, see docs/mock.md)."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """A message that no registry gets to see; becomes a SOAP fault, or HTTP 400 with JSON."""

    code: str = "999"
    blame: ClassVar[str] = "Client"
    """Whose fault: the local part of SOAP's faultcode."""


class Unreadable(Refused):
    """Not well-formed XML, or of an unknown encoding."""

    code = "BUS-001"


class ForbiddenXml(Refused):
    """A document type declaration: no message needs one, and entities are an attack."""

    code = "BUS-002"


class WrongRoot(Refused):
    """XML, but not the SOAP message that this address takes."""

    code = "BUS-003"


class WrongCredentials(Refused):
    """Unknown sender, or wrong password."""

    code = "BUS-004"


class UnknownService(Refused):
    """No passport has this service id on this channel."""

    code = "BUS-005"


class WrongCorrelation(Refused):
    """AsyncChannel: a REQUEST that has a correlation id, or another message whose chain is not known."""

    code = "BUS-006"


class UnknownMessage(Refused):
    """AsyncChannel: no such message, or not the asker's own."""

    code = "BUS-007"


class InvalidMessage(Refused):
    """AsyncChannel: a word that must be there is missing, or is none of its list."""

    code = "BUS-008"


class BadSignature(Refused):
    """The message is signed, and the signature does not hold, or is not by a key that this bus trusts."""

    code = "BUS-009"


class SignatureMissing(Refused):
    """This bus wants requests to be signed."""

    code = "BUS-010"


class AuthorityBroken(Refused):
    """The suite itself is set up wrongly: its authority's folder cannot be used."""

    code = "BUS-011"
    blame = "Server"


class UnknownFailure(Refused):
    """The call asks for a failure of its own that cannot be read, or cannot happen to this service."""

    code = "MOCK-001"


class NotRecorded(Refused):
    """A recording is played, and nothing was recorded that answers this."""

    code = "BUS-012"


class NotUnderstood(Refused):
    """The provider cannot read the payload, or it names nobody (attested: providers answer 999 to all of this)."""

    code = "999"
    blame = "Server"


class RegistryRefuses(Refused):
    """The registry itself answers by a fault, with a code of its own."""

    blame = "Server"

    def __init__(self, code: str) -> None:
        super().__init__("the registry does not answer this")
        self.code = code


class TlsUnusable(Exception):
    """No message is refused: the suite cannot start, because its certificate for TLS and the key are not usable."""

    code: ClassVar[str] = "tls-unusable"


def walk(root: type[Refused] = Refused) -> list[type[Refused]]:
    """Every kind, root first."""
    return [root, *(kind for child in root.__subclasses__() for kind in walk(child))]
