"""The seam to signatures: callables from outside, and where a registry's own signature of its document is looked at."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from lxml import etree

from adapters.ports import CheckPayload, SignPayload, Unwrap, Wrap, untouched
from contracts.passport import Passport


@dataclass(frozen=True)
class Trust:
    """What is done to envelopes and documents. The defaults are those of an unsigned bus."""

    wrap: Wrap = untouched
    unwrap: Unwrap = untouched
    sign_payload: SignPayload | None = None
    check_payload: CheckPayload | None = None

    def check(self, passport: Passport, root: etree._Element) -> None:
        """Verify the registry's signature where the passport says that replies carry one; raises UntrustedAnswer."""
        if self.check_payload is not None and passport.reply.signed and passport.signature == "registry":
            self.check_payload(cut_out(root))


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
