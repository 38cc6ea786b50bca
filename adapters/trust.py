"""The seam to signatures: callables from outside, whose signature is expected of a passport, and who vouched."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from lxml import etree

from adapters.payloads.nodes import XmlNode
from adapters.payloads.parsing import parse_xml
from adapters.ports import CheckPayload, Opened, SignPayload, Unwrap, Wrap, unlooked, untouched
from contracts.errors import UntrustedAnswer
from contracts.exchange import Voucher
from contracts.passport import Passport


@dataclass(frozen=True)
class Trust:
    """What is done to envelopes and documents. The defaults are those of an unsigned bus."""

    wrap: Wrap = untouched
    unwrap: Unwrap = unlooked
    sign_payload: SignPayload | None = None
    check_payload: CheckPayload | None = None
    bus_signs: bool = False
    """Whether the bus signs what it sends to us: it does where we sign what we send to it."""

    def open(self, message: bytes, passport: Passport | None = None) -> Opened:
        """What may be read of an envelope; a signature that is there must hold, whether one is expected or not.

        Raises UntrustedAnswer or ContractBroken. Without a passport it is a message of the bus itself.
        """
        return self.unwrap(
            message, passport.registry if passport is not None and self._signs_envelope(passport) else ""
        )

    def require(self, opened: Opened, passport: Passport | None = None) -> None:
        """Raise UntrustedAnswer where the envelope should have been signed: by the bus, or by the registry itself.

        A registry's signature inside does not spare the envelope's: codes and faults stand outside of it.
        """
        if self.bus_signs and not opened.signed and (passport is None or passport.signature != "none"):
            raise UntrustedAnswer("the message is not signed, and should be")

    def name_vouchers(self, passport: Passport, *, envelope: bool, payload: bool) -> tuple[Voucher, ...]:
        """Whose signatures hold over what was read: of the envelope, where it is signed, and of a payload that was."""
        vouchers: list[Voucher] = []
        if envelope:
            vouchers.append("registry" if self._signs_envelope(passport) else "bus")
        if payload and self._looks_at_payload(passport):
            vouchers.append("registry")
        return tuple(vouchers)

    def _signs_envelope(self, passport: Passport) -> bool:
        """Whether the registry signs its messages itself, not only the document inside."""
        return passport.signature == "registry" and not passport.reply.signed

    def _looks_at_payload(self, passport: Passport) -> bool:
        return self.check_payload is not None and passport.reply.signed and passport.signature == "registry"

    def read_signed(self, passport: Passport, payload: XmlNode) -> XmlNode:
        """The payload to read: where the passport says that the registry signs it, what the signature covers alone.

        Raises UntrustedAnswer. Nothing that stands beside or around the signed bytes is read any more.
        """
        if self.check_payload is None or not self._looks_at_payload(passport):
            return payload
        return XmlNode(parse_xml(self.check_payload(passport.registry, cut_out(payload.element))))


def cut_out(root: etree._Element) -> bytes:
    """Return the document that was signed, without the namespaces that it inherited from the envelope around it."""
    parent = root.getparent()
    if parent is None:
        return etree.tostring(root, encoding="utf-8")
    own = [prefix for prefix, space in root.nsmap.items() if parent.nsmap.get(prefix) != space and prefix is not None]
    alone = copy.deepcopy(root)
    alone.tail = None
    etree.cleanup_namespaces(alone, keep_ns_prefixes=own)
    return etree.tostring(alone, encoding="utf-8")
