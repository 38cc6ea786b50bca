"""The seam to signatures: callables from outside, and where a registry's own signature of its document is looked at."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from lxml import etree

from adapters.payloads.nodes import XmlNode
from adapters.payloads.parsing import parse_xml
from adapters.ports import CheckPayload, SignPayload, Unwrap, Wrap, untouched
from contracts.passport import Passport


@dataclass(frozen=True)
class Trust:
    """What is done to envelopes and documents. The defaults are those of an unsigned bus."""

    wrap: Wrap = untouched
    unwrap: Unwrap = untouched
    sign_payload: SignPayload | None = None
    check_payload: CheckPayload | None = None

    def read_signed(self, passport: Passport, payload: XmlNode) -> XmlNode:
        """The payload to read: where the passport says that the registry signs it, what the signature covers alone.

        Raises UntrustedAnswer. Nothing that stands beside or around the signed bytes is read any more.
        """
        if self.check_payload is None or not passport.reply.signed or passport.signature != "registry":
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
